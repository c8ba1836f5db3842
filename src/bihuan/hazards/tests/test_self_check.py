"""Self-check plans and sessions: what counts, and who has to be there."""

from datetime import timedelta

import pytest

from bihuan.foundation.figures.evaluate import Scope, evaluate
from bihuan.foundation.figures.registry import get
from bihuan.foundation.lib.problems import Conflict, Forbidden, Invalid, NotFound
from bihuan.hazards.services import self_check
from bihuan.hazards.tests.factories import Stage, stage

pytestmark = pytest.mark.django_db
PARTS = {"title": "冬季自查自改方案", "leader": "周总", "members": "王安、车间甲", "scope": "粉尘、有限空间"}


@pytest.fixture
def scene() -> Stage:
    return stage()


@pytest.mark.requirement("X24-017")
def test_the_weekly_figure_is_the_number_of_firms_with_a_plan(scene: Stage) -> None:
    manager, other = scene.cast.actor("principal"), scene.cast.actor("other_principal")
    for _ in range(2):
        self_check.make_self_check_plan(manager, enterprise=scene.firm, made_at=scene.now, at=scene.now, **PARTS)
    self_check.make_self_check_plan(other, enterprise=scene.other_firm, made_at=scene.now, at=scene.now, **PARTS)
    plans = get("hazards.self_check.plans")
    table = evaluate([plans], Scope.of(cutoff=scene.now))
    assert (table.total(plans), table.value(plans, scene.cast.county.pk)) == (2, 1)


@pytest.mark.parametrize("missing", PARTS)
def test_every_part_of_the_plan_is_required(scene: Stage, missing: str) -> None:
    with pytest.raises(Invalid) as caught:
        self_check.make_self_check_plan(scene.cast.actor("principal"), enterprise=scene.firm, made_at=scene.now, at=scene.now, **PARTS | {missing: " "})
    assert list(caught.value.errors) == [missing]


@pytest.mark.requirement("X24-018")
def test_without_the_principals_own_sign_in_a_session_is_not_compliant(scene: Stage) -> None:
    cast, at = scene.cast, scene.now
    session = self_check.open_session(cast.actor("safety_manager"), enterprise=scene.firm, places="抛丸区", held_at=at, at=at)
    session = self_check.sign_in(cast.actor("safety_manager"), session, at=at)
    assert not session.compliant
    session = self_check.sign_in(cast.actor("principal"), session, at=at + timedelta(minutes=5))
    assert session.compliant
    assert [row["leads"] for row in session.attendance] == [False, True]
    self_check.sign_in(cast.actor("principal"), session, at=at + timedelta(minutes=6))
    session.refresh_from_db()
    assert len(session.attendance) == 2
    self_check.end_session(cast.actor("safety_manager"), session, causes=["制度不落实"], analysis="清扫制度无人考核", at=at + timedelta(hours=2))
    with pytest.raises(Conflict):
        self_check.sign_in(cast.actor("safety_director"), session, at=at + timedelta(hours=3))


def test_a_stranger_and_a_bureau_cannot_open_a_firms_session(scene: Stage) -> None:
    at = scene.now
    for who, refusal in (("other_principal", NotFound), ("county_officer", Forbidden)):
        with pytest.raises(refusal):
            self_check.open_session(scene.cast.actor(who), enterprise=scene.firm, places="x", held_at=at, at=at)
