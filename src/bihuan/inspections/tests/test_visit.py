"""A visit from opening to the signed problem list."""

from datetime import UTC, datetime, timedelta

import pytest

from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.services import register_enterprise
from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.lib.problems import Conflict, Invalid, NotFound, Problem
from bihuan.foundation.messages.models import Todo
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.tenancy.services import appoint, create_organisation
from bihuan.foundation.workflow.engine import available, history_of
from bihuan.inspections.models import Visit
from bihuan.inspections.services import conclude_visit, make_problem_list, sign_problem_list, start_visit

pytestmark = pytest.mark.django_db
AT = datetime(2025, 1, 6, 2, 0, tzinfo=UTC)
SYSTEM = system_actor("test")
ROW = {"description": "除尘器未设泄爆", "evidence": "照片1", "basis": "应急管理部令第10号第十一条", "type": "重大", "note": ""}


class World:
    def __init__(self) -> None:
        province = create_organisation(SYSTEM, kind="province", name="省厅", code="140000", parent=None, at=AT)
        self.city = create_organisation(SYSTEM, kind="city", name="市局", code="140900", parent=province, at=AT)
        self.county, self.sibling = (
            create_organisation(SYSTEM, kind="county", name=f"{c}局", code=c, parent=self.city, at=AT) for c in ("140921", "140922")
        )
        self.firm: Enterprise = register_enterprise(
            SYSTEM, name="某铸造厂", code="91140500MA0H1X2Y93", supervisor=self.county, division_code="140921", sector="machinery", at=AT
        )
        self.officer = self.person("officer", self.county, "enforcement_officer")
        self.stranger = self.person("stranger", self.sibling, "enforcement_officer")

    def person(self, username: str, organisation: Organisation, role: str) -> Actor:
        user = User.objects.create_user(username, name=username)
        appoint(SYSTEM, user=user, organisation=organisation, role=role, at=AT)
        return Actor.of(user, at=AT)

    def visit(self, actor: Actor | None = None) -> Visit:
        return start_visit(
            actor or self.officer, enterprise=self.firm, kind="joint", level="county", body=self.county, started_at=AT, at=AT,
            inspectors=["张三", "李四"],
        )  # fmt: skip


@pytest.fixture
def world() -> World:
    return World()


def test_a_sibling_county_can_neither_open_nor_see(world: World) -> None:
    with pytest.raises(NotFound):
        world.visit(world.stranger)
    visit = world.visit()
    assert not Visit.objects.all().visible_to(world.stranger).exists()
    assert Visit.objects.all().visible_to(world.officer).get() == visit


def test_two_inspectors_are_required(world: World) -> None:
    with pytest.raises(Invalid):
        start_visit(world.officer, enterprise=world.firm, kind="joint", level="county", body=world.county, started_at=AT, at=AT,
                    inspectors=["张三", "张三"])  # fmt: skip


@pytest.mark.requirement("X24-076", "INV-15")
def test_signatures_are_bound_and_a_later_edit_voids_them(world: World) -> None:
    visit = world.visit()
    first = make_problem_list(world.officer, visit, rows=[ROW], at=AT)
    sign_problem_list(world.officer, first, role="inspector", name="张三", at=AT)
    sign_problem_list(world.officer, first, role="firm", name="王总", at=AT, refused=True, reason="不认可", witness="赵六")
    second = make_problem_list(world.officer, visit, rows=[ROW, ROW], at=AT)
    assert second.digest != first.digest
    with pytest.raises(Problem, match="还缺检查人员、企业负责人的签字"):
        conclude_visit(world.officer, visit, ended_at=AT, at=AT)
    with pytest.raises(Problem, match="最新一版"):
        sign_problem_list(world.officer, first, role="firm", name="王总", at=AT)
    sign_problem_list(world.officer, second, role="inspector", name="张三", at=AT)
    sign_problem_list(world.officer, second, role="firm", name="王总", at=AT)
    conclude_visit(world.officer, visit, ended_at=AT + timedelta(hours=2), at=AT + timedelta(hours=2))
    assert visit.status == "concluded"
    assert visit.closed_at == AT + timedelta(hours=2)
    assert next(line.title for line in history_of(visit)) == "登记"
    assert not Todo.objects.of("inspections.visit", visit.pk).open().exists()


@pytest.mark.requirement("X24-075")
def test_a_row_without_basis_is_refused(world: World) -> None:
    visit = world.visit()
    with pytest.raises(Invalid):
        make_problem_list(world.officer, visit, rows=[ROW | {"basis": " "}], at=AT)


def test_the_second_officer_learns_that_somebody_was_first(world: World) -> None:
    visit = world.visit()
    made = make_problem_list(world.officer, visit, rows=[], at=AT)
    for role, name in (("inspector", "张三"), ("firm", "某人")):
        sign_problem_list(world.officer, made, role=role, name=name, at=AT)
    other = Visit.objects.get(pk=visit.pk)
    conclude_visit(world.officer, visit, ended_at=AT, at=AT)
    with pytest.raises(Conflict):
        conclude_visit(world.officer, other, ended_at=AT, at=AT)
    assert available(world.officer, other, at=AT) == []


def test_todos_follow_the_right_not_the_person(world: World) -> None:
    world.visit()
    assert [t.title for t in Todo.objects.for_actor(world.officer)] == ["签字并生成问题隐患清单"]
    assert not Todo.objects.for_actor(world.stranger).exists()
    deputy = world.person("deputy", world.county, "enforcement_officer")
    assert Todo.objects.for_actor(deputy).count() == 1
