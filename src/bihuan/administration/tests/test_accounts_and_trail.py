"""Accounts of others, the tree, the audit trail, the search box, the commands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client

from bihuan.administration import services
from bihuan.administration.jobs import anchor_history, verify_chain
from bihuan.administration.models import Node, Person, TrailEntry
from bihuan.cli.main import build_parser, person_commands, run
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.search import find
from bihuan.foundation.accounts.models import User
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.jobs.models import JobRun
from bihuan.foundation.jobs.schedules import plans
from bihuan.foundation.jobs.services import drain
from bihuan.foundation.lib.problems import Forbidden, Invalid, NotFound, Problem
from bihuan.foundation.messages.models import Notice
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.tenancy.services import appoint
from bihuan.foundation.tenancy.tests.factories import BUILDER, Cast, cast

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)


@pytest.fixture
def people() -> Cast:
    made = cast()
    local = User.objects.create_user("county_it", name="县运维")
    appoint(BUILDER, user=local, organisation=made.county, role="it_operator", at=NOW)
    made.user["county_it"] = local
    return made


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_county_operator_looks_after_the_countys_people_only(people: Cast) -> None:
    seen = set(Person.objects.visible_to(people.actor("county_it", NOW)).values_list("username", flat=True))
    assert {"county_officer", "worker"} <= seen
    assert not {"sibling_officer", "city_officer"} & seen
    with pytest.raises(NotFound):
        services.reset_password(people.actor("county_it", NOW), people.user["sibling_officer"], at=NOW)


def test_a_person_who_also_works_above_is_left_to_the_operator_above(people: Cast) -> None:
    both = people.user["city_officer"]
    appoint(BUILDER, user=both, organisation=people.county, role="expert", at=NOW)
    with pytest.raises(Forbidden):
        services.reset_password(people.actor("county_it", NOW), both, at=NOW)
    services.reset_password(people.actor("it_operator", NOW), both, at=NOW)
    assert Notice.objects.filter(to_user=both, urgent=True).count() == 1, "whose password was reset is told"


def test_opening_an_account_by_the_page_shows_the_password_once(people: Cast) -> None:
    client = browser(people.user["county_it"])
    typed = {"username": "wang", "name": "王五", "organisation": people.county.pk, "phone": "", "email": ""}
    made = client.post("/administration/users/new/", typed)
    password = made.content.decode().split('class="token">')[1].split("</code>")[0]
    assert "no-store" in made.headers["Cache-Control"]
    assert User.objects.get(username="wang").check_password(password)
    again = client.post("/administration/users/new/", typed)
    assert again.status_code == 422
    assert "已被使用" in again.content.decode()
    elsewhere = client.post("/administration/users/new/", typed | {"username": "x", "organisation": people.sibling_county.pk})
    assert elsewhere.status_code == 422, "a unit out of reach cannot be chosen"


def test_the_tree_grows_moves_and_closes_with_reasons(people: Cast) -> None:
    actor = people.actor("it_operator", NOW)
    node = services.create_node(actor, parent=people.county, kind="department", name="监管一股", code="140921-1", at=NOW)
    services.move_node(actor, node, parent=people.sibling_county, reason="机构改革", at=NOW)
    assert Organisation.objects.beneath([people.sibling_county.pk]).filter(pk=node.pk).exists()
    with pytest.raises(Problem, match="任职"):
        _close_with_people(actor, people)
    services.close_node(actor, node, reason="撤并", at=NOW)
    with pytest.raises(Problem):
        services.close_node(actor, node, reason="撤并", at=NOW)
    with pytest.raises(Problem, match="企业底数"):
        services.move_node(actor, people.enterprise, parent=people.city, reason="x", at=NOW)
    with pytest.raises(NotFound):
        services.create_node(actor, parent=people.other_city, kind="department", name="x", code="y", at=NOW)
    with pytest.raises(Invalid):
        services.create_node(actor, parent=people.county, kind="department", name="", code="140921", at=NOW)


def _close_with_people(actor: Actor, people: Cast) -> None:
    """A node without nodes beneath but with people."""
    node = services.create_node(actor, parent=people.county, kind="county", name="临时", code="tmp", at=NOW)
    appoint(BUILDER, user=people.user["expert"], organisation=node, role="expert", at=NOW)
    services.close_node(actor, node, reason="撤并", at=NOW)


def test_the_trail_shows_acts_of_ones_own_organisations_with_their_hash(people: Cast) -> None:
    services.reset_password(people.actor("county_it", NOW), people.user["worker"], at=NOW)
    entry = Entry.objects.get(action="accounts.reset_password")
    page = browser(people.user["auditor"]).get(f"/administration/trail/{entry.pk}/").content.decode()
    assert entry.hash in page
    assert "内容与存证一致" in page
    assert browser(people.user["county_officer"]).get("/administration/trail/").status_code == 403
    sibling = User.objects.create_user("sib_it", name="邻县运维")
    appoint(BUILDER, user=sibling, organisation=people.sibling_county, role="it_operator", at=NOW)
    assert not TrailEntry.objects.visible_to(Actor.of(sibling, at=NOW)).filter(pk=entry.pk).exists()


def alter(entry: Entry) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET actor_name = %s WHERE id = %s", ["别人", entry.pk])


def test_an_altered_row_is_named_by_job_page_and_command(people: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    command = build_parser()
    assert run(command.parse_args(["verify"])) == 0
    entry = Entry.objects.of(people.county).first()
    alter(entry)
    assert run(command.parse_args(["verify"])) == 1
    assert f"tenancy.organisation:{people.county.pk}#1" in capsys.readouterr().err
    client = browser(people.user["auditor"])
    started = client.post("/administration/trail/verify/")
    assert started.status_code == 302
    drain()
    job = JobRun.objects.get(pk=started.headers["Location"].rstrip("/").rsplit("/", 1)[1])
    assert f"tenancy.organisation:{people.county.pk}#1" in job.error
    drain()
    assert Notice.objects.filter(title="存证校验不通过").count() == 1


def test_the_seal_and_its_check_are_on_the_schedule() -> None:
    assert {plans()["audit.anchor"].task, plans()["audit.verify"].task} == {anchor_history, verify_chain}
    assert plans()["audit.anchor"].timing == "每日02:10"


def test_search_finds_only_what_is_in_sight(people: Cast) -> None:
    def titles(name: str, text: str) -> list[str]:
        return [row.title for _, rows in find(people.actor(name, NOW), text) for row in rows]

    assert "张勇" in titles("it_operator", "张勇")
    assert "张勇" not in titles("worker", "张勇")
    assert Node.objects.get(pk=people.sibling_county.pk).name not in titles("county_it", "五台")
    page = browser(people.user["county_it"]).get("/administration/search/?q=用户账号").content.decode()
    assert "/administration/users/" in page
    assert "至少输入两个字" in browser(people.user["worker"]).get("/administration/search/?q=张").content.decode()


def test_the_role_catalogue_is_readable(people: Cast) -> None:
    page = browser(people.user["worker"]).get("/administration/roles/").content.decode()
    assert "信息报送员" in page
    assert "任命与免职" in page


def test_user_commands(people: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    parser = build_parser()
    person_commands(parser)

    def bihuan(*words: str) -> int:
        return run(parser.parse_args(["user", *words]))

    assert bihuan("create", "Zhao", "--name", "赵六", "--organisation", "140900", "--role", "auditor") == 0
    first = capsys.readouterr().out.split("初始密码 ")[1].split("（")[0]
    user = User.objects.get(username="zhao")
    assert user.check_password(first)
    assert Actor.of(user, at=datetime.now(UTC)).can("audit.trail")
    assert bihuan("create", "zhao", "--name", "赵六") == 1
    assert bihuan("create", "q", "--name", "钱", "--role", "auditor") == 1
    assert bihuan("lock", "zhao", "--reason", "离职") == 0
    assert bihuan("list", "赵六") == 0
    assert "停用" in capsys.readouterr().out
    assert bihuan("unlock", "zhao") == 0
    assert bihuan("password", "zhao") == 0
    assert bihuan("password", "nobody") == 1
    user.refresh_from_db()
    assert user.is_active
    assert user.must_change_password
