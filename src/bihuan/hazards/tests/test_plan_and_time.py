"""The five-part plan, extensions, pauses and safe harbour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.deadlines.services import explain
from bihuan.foundation.lib.problems import Invalid, Problem
from bihuan.foundation.lib.times import end_of_day, local_date
from bihuan.foundation.workflow.engine import perform
from bihuan.hazards import services
from bihuan.hazards.models import Hazard
from bihuan.hazards.tests.factories import DAY, Stage

pytestmark = pytest.mark.django_db


def planning(stage: Stage) -> Hazard:
    """A confirmed major hazard waiting for its plan."""
    return stage.confirm(stage.report("county_officer", level="major"))


@pytest.mark.requirement("X24-070")
@pytest.mark.parametrize(("part", "title"), [("person", "责任"), ("measures", "措施"), ("amount_fen", "资金"), ("due_on", "时限"), ("contingency", "预案")])
def test_a_missing_part_blocks_the_plan_and_its_approval(stage: Stage, part: str, title: str) -> None:
    hazard = planning(stage)
    assert hazard.state.todo == "hazards.plan"
    with pytest.raises(Invalid, match=f"请填写{title}"):
        stage.plan(hazard, **{part: None if part in ("amount_fen", "due_on") else " "})
    stage.plan(hazard)
    column = {"person": "plan_person", "measures": "plan_measures", "amount_fen": "plan_amount_fen", "due_on": "plan_due_on", "contingency": "plan_contingency"}[part]
    Hazard.objects.filter(pk=hazard.pk).update(**{column: None if part in ("amount_fen", "due_on") else ""})
    with pytest.raises(Problem, match=title):
        services.approve_plan(stage.cast.actor("county_officer"), hazard, at=stage.now)


@pytest.mark.requirement("J25-081")
@pytest.mark.parametrize("element", ["responsibility", "measure", "money", "deadline", "contingency"])
def test_every_element_of_a_major_hazards_plan_has_an_owner(stage: Stage, element: str) -> None:
    hazard = planning(stage)
    owners = dict.fromkeys(("responsibility", "measure", "money", "deadline", "contingency"), "周总") | {element: ""}
    with pytest.raises(Problem, match="明确责任人"):
        stage.plan(hazard, owners=owners)
    stage.plan(hazard, owners=owners | {element: "王安"})
    assert hazard.plan_owners[element] == "王安"
    Hazard.objects.filter(pk=hazard.pk).update(plan_owners={})
    with pytest.raises(Problem, match="责任人"):
        services.approve_plan(stage.cast.actor("county_officer"), hazard, at=stage.now)


def test_the_plan_goes_back_and_forth_until_approved(stage: Stage) -> None:
    hazard = planning(stage)
    stage.plan(hazard)
    assert hazard.state.todo == "hazards.approve_plan"
    with pytest.raises(Problem, match="正在等待核准"):
        stage.plan(hazard)
    services.return_plan(stage.cast.actor("county_officer"), hazard, at=stage.now, reason="资金不足")
    assert hazard.state.todo == "hazards.plan"
    stage.plan(hazard, amount_fen=9_900_000)
    services.approve_plan(stage.cast.actor("county_officer"), hazard, at=stage.now, stop_production=True)
    assert (hazard.status, hazard.plan_amount_fen) == ("stopped", 9_900_000)


def test_a_plan_later_than_the_ordered_limit_is_refused(stage: Stage) -> None:
    hazard = planning(stage)
    with pytest.raises(Problem, match="不能晚于整改期限"):
        stage.plan(hazard, due_on=local_date(stage.now) + 30 * DAY)


def test_an_extension_moves_the_clock_and_explains_itself(stage: Stage) -> None:
    hazard = stage.at_work()
    stage.tick(3 * DAY)
    wanted = local_date(stage.now) + 20 * DAY
    services.ask_extension(stage.cast.actor("principal"), hazard, at=stage.now, new_due_on=wanted, reason="设备到货延迟")
    assert hazard.status == "extension"
    services.grant_extension(stage.cast.actor("county_officer"), hazard, at=stage.tick())
    clock = Clock.objects.of(hazard).get(kind="rectify")
    assert (hazard.status, hazard.due_at, clock.due_at) == ("rectifying", end_of_day(wanted), end_of_day(wanted))
    assert "由张勇延期至" in explain(clock, stage.now)
    assert "原因：设备到货延迟" in explain(clock, stage.now)
    assert hazard.first_due_at < hazard.due_at


def test_never_for_the_day_after_it_is_due(stage: Stage) -> None:
    hazard = stage.at_work()
    later = local_date(stage.now) + 40 * DAY
    asked = stage.at_work(place="二车间")
    services.ask_extension(stage.cast.actor("principal"), asked, at=stage.now, new_due_on=later, reason="延迟")
    stage.now = hazard.due_at + timedelta(microseconds=1)
    with pytest.raises(Problem, match="到期后不能再延期"):
        services.ask_extension(stage.cast.actor("principal"), hazard, at=stage.now, new_due_on=later, reason="延迟")
    with pytest.raises(Problem, match="到期后不能再延期"):
        services.grant_extension(stage.cast.actor("county_officer"), asked, at=stage.now)
    with pytest.raises(Problem, match="到期后不能再延期或中止"):
        services.pause_rectification(stage.cast.actor("county_officer"), hazard, at=stage.now, reason="停电")
    services.refuse_extension(stage.cast.actor("county_officer"), asked, at=stage.now, reason="已到期")
    assert asked.status == "rectifying"
    assert asked.is_overdue(stage.now)


def test_a_pause_keeps_what_remained(stage: Stage) -> None:
    hazard = stage.at_work()
    before = hazard.due_at
    stage.tick(2 * DAY)
    services.pause_rectification(stage.cast.actor("county_officer"), hazard, at=stage.now, reason="政府停电检修")
    assert not hazard.is_overdue(stage.now + 90 * DAY)
    stage.tick(7 * DAY)
    services.resume_rectification(stage.cast.actor("county_officer"), hazard, at=stage.now, reason="恢复供电")
    assert (hazard.due_at, hazard.paused_at) == (before + 7 * DAY, None)
    with pytest.raises(Problem, match="没有中止"):
        services.resume_rectification(stage.cast.actor("county_officer"), hazard, at=stage.now, reason="x")


def test_the_asker_does_not_decide(stage: Stage) -> None:
    hazard = stage.at_work(reporter="worker")
    services.ask_extension(stage.cast.actor("safety_manager"), hazard, at=stage.now, new_due_on=local_date(stage.now) + 20 * DAY, reason="到货延迟")
    with pytest.raises(Problem, match="须由另一人办理"):
        services.grant_extension(stage.cast.actor("safety_manager"), hazard, at=stage.now)
    services.grant_extension(stage.cast.actor("principal"), hazard, at=stage.now)
    assert hazard.status == "rectifying"


def test_safe_harbour(stage: Stage) -> None:
    own = stage.at_work(level="major", reporter="principal")
    inspected = stage.at_work(level="major", place="二车间")
    assert services.penalty_barred(own, stage.now)
    assert not services.penalty_barred(inspected, stage.now)
    assert "已逾期" in services.penalty_barred(own, own.due_at + DAY).reason
    assert "尚未自报" in services.penalty_barred(own, own.sealed_at - timedelta(minutes=1)).reason
    stage.fix(own)
    assert services.penalty_barred(own, own.due_at + 30 * DAY)


def test_an_inspection_after_the_sealed_report_does_not_lift_the_harbour(stage: Stage) -> None:
    own = stage.report("principal", level="major")
    stage.tick()
    inspected = stage.report("county_officer", level="major")
    services.link_duplicates(stage.cast.actor("county_officer"), inspected, own, at=stage.now, note="同一处")
    inspected.refresh_from_db()
    assert services.penalty_barred(inspected, stage.now)


def test_a_fix_needs_photos_or_a_reason(stage: Stage) -> None:
    hazard = stage.at_work()
    with pytest.raises(Problem, match="请上传整改后照片"):
        perform(stage.cast.actor("principal"), hazard, "report_fix", at=stage.now, summary="已改")
