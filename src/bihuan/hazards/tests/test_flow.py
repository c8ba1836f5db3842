"""Every legal step leads where the table says; every other one is refused."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from bihuan.foundation.audit.services import verify
from bihuan.foundation.lib.problems import Conflict, Forbidden, Invalid, NotFound, Problem
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.messages.models import Todo
from bihuan.foundation.workflow.engine import history_of, perform
from bihuan.hazards import services
from bihuan.hazards.flow.hazard import HAZARD_FLOW
from bihuan.hazards.models import Hazard
from bihuan.hazards.tests.factories import DAY, Stage

pytestmark = pytest.mark.django_db

LEGAL = {
    ("found", "confirm"), ("found", "self_confirm"), ("found", "reclassify"), ("found", "self_reclassify"), ("found", "withdraw"),
    ("found", "self_withdraw"), ("planning", "submit_plan"), ("planning", "return_plan"), ("planning", "approve_plan"),
    ("rectifying", "order_stop"), ("rejected", "order_stop"), ("stopped", "lift_stop"),
    *((s, t) for s in ("rectifying", "stopped", "rejected")
      for t in ("report_fix", "ask_extension", "pause", "self_pause", "resume", "self_resume")),
    *(("recheck", t) for t in ("accept", "self_accept", "reject", "self_reject")),
    *(("extension", t) for t in ("grant_extension", "self_grant_extension", "refuse_extension", "self_refuse_extension",
                                 "take_back_request")),
    *((s, "merge") for s in ("found", "planning", "rectifying", "stopped", "recheck", "rejected", "extension")),
}  # fmt: skip


def test_the_table_holds_exactly_the_legal_steps() -> None:
    assert {(s, t.name) for t in HAZARD_FLOW.transitions for s in t.source} == LEGAL


def test_the_words_are_those_of_the_interface_guide() -> None:
    assert [s.title for s in HAZARD_FLOW.states] == [
        "待判定", "待核准方案", "整改中", "停产整改", "待复查", "复查不通过", "延期待批", "已销号", "已撤销",
    ]  # fmt: skip


INPUTS = {
    "confirm": lambda s: {"level": "general", "due_on": local_date(s.now) + DAY},
    "self_confirm": lambda s: {"due_on": local_date(s.now) + DAY},
    "reclassify": lambda s: {"level": "general"},
    "self_reclassify": lambda s: {"level": "major", "criterion": s.criterion},
    "submit_plan": lambda s: {"plan_person": "周总", "plan_measures": "改造", "plan_amount_fen": 0, "plan_due_on": local_date(s.now), "plan_contingency": "停产",
                              "plan_owners": dict.fromkeys(("responsibility", "measure", "money", "deadline", "contingency"), "周总")},
    "report_fix": lambda s: {"summary": "已改", "no_photo_reason": "无"},
    "accept": lambda s: {"opinion": "合格"}, "self_accept": lambda s: {"opinion": "合格"},
    "reject": lambda s: {"due_on": local_date(s.now) + DAY}, "self_reject": lambda s: {"due_on": local_date(s.now) + DAY},
    "ask_extension": lambda s: {"new_due_on": local_date(s.now) + 20 * DAY},
}  # fmt: skip


@pytest.mark.parametrize("state", [s.key for s in HAZARD_FLOW.states])
def test_every_illegal_step_is_refused_and_changes_nothing(stage: Stage, state: str) -> None:
    hazard = stage.report("county_officer")
    Hazard.objects.filter(pk=hazard.pk).update(status=state, **({"rechecked_at": stage.now, "closed_at": stage.now, "confirmed_at": stage.now} if state == "closed" else {}))
    hazard.refresh_from_db()
    people = {"self_": "principal", "submit_plan": "principal", "report_fix": "principal", "ask_extension": "principal", "take_back": "principal"}
    for transition in HAZARD_FLOW.transitions:
        if (state, transition.name) in LEGAL:
            continue
        who = next((p for prefix, p in people.items() if transition.name.startswith(prefix)), "county_officer")
        inputs = {"primary": hazard} if transition.name == "merge" else INPUTS.get(transition.name, lambda s: {})(stage)
        with pytest.raises(Conflict) as caught:
            perform(stage.cast.actor(who), hazard, transition.name, at=stage.now, note="理由", **inputs)
        assert caught.value.code == "workflow.wrong_state"
    hazard.refresh_from_db()
    assert (hazard.status, hazard.version) == (state, 1)


@pytest.mark.requirement("X24-028")
def test_a_general_hazard_of_an_inspection_closes_by_another_persons_recheck(stage: Stage) -> None:
    hazard = stage.report("county_officer")
    assert hazard.number == "YH-140921-2025-000001"
    stage.tick()
    stage.confirm(hazard, assignee="车间甲")
    assert (hazard.status, hazard.assignee, hazard.confirmed_by_id) == ("rectifying", "车间甲", stage.cast.user["county_officer"].pk)
    stage.tick(2 * DAY)
    stage.fix(hazard, "safety_manager")
    assert hazard.status == "recheck"
    stage.tick()
    services.reject_recheck(stage.cast.actor("county_officer"), hazard, at=stage.now, due_on=local_date(stage.now) + 3 * DAY, reason="仍有积尘")
    assert hazard.status == "rejected"
    stage.tick(DAY)
    stage.fix(hazard, "principal")
    stage.tick()
    services.accept_recheck(stage.cast.actor("county_colleague"), hazard, at=stage.now, opinion="合格")
    assert hazard.status == "closed"
    assert hazard.closed_at == hazard.rechecked_at == stage.now
    lines = history_of(hazard)
    assert [line.title for line in lines] == ["登记", "判定", "申请复查", "复查不通过", "申请复查", "复查通过，销号"]
    assert {line.who for line in lines} >= {"张勇", "王安", "赵敏"}
    assert not Todo.objects.open().filter(subject_id=hazard.pk, kind="hazards.hazard").exists()
    assert verify().fault is None


@pytest.mark.requirement("X24-028")
def test_no_path_in_the_table_reaches_closed_but_through_recheck() -> None:
    into_closed = [t for t in HAZARD_FLOW.transitions if t.target == "closed"]
    assert {t.name for t in into_closed} == {"accept", "self_accept"}
    assert all(t.source == ("recheck",) and t.not_by == ("rectified_by",) for t in into_closed)


@pytest.mark.requirement("X24-071")
def test_the_database_itself_refuses_a_completion_without_recheck(stage: Stage) -> None:
    hazard = stage.at_work()
    for column in ("rechecked_at", "closed_at"):
        values = {"status": "closed", "rechecked_at": stage.now, "closed_at": stage.now} | {column: None}
        with pytest.raises(IntegrityError), transaction.atomic():
            Hazard.objects.filter(pk=hazard.pk).update(**values)
    hazard.refresh_from_db()
    assert hazard.status == "rectifying"


def test_closing_ones_own_fix_is_refused(stage: Stage) -> None:
    hazard = stage.at_work(reporter="safety_manager")
    stage.fix(hazard, "safety_manager")
    with pytest.raises(Problem, match="须由另一人办理") as caught:
        services.accept_recheck(stage.cast.actor("safety_manager"), hazard, at=stage.now, opinion="合格")
    assert caught.value.code == "workflow.same_person"
    services.accept_recheck(stage.cast.actor("safety_director"), hazard, at=stage.now, opinion="合格")
    assert hazard.status == "closed"


def test_two_officers_confirming_at_once_the_second_is_told(stage: Stage) -> None:
    hazard = stage.report("county_officer")
    seen = hazard.version
    stale = Hazard.objects.get(pk=hazard.pk)
    stage.confirm(hazard, expect=seen)
    with pytest.raises(Conflict, match="刚刚已被他人办理"):
        stage.confirm(stale, "county_colleague", expect=seen)
    assert [line.title for line in history_of(hazard)].count("判定") == 1


def test_a_firm_confirms_its_own_general_hazard_and_nothing_else(stage: Stage) -> None:
    own = stage.report("worker")
    assert own.state.todo == "hazards.self_confirm"
    with pytest.raises(Problem, match="由企业自行办理"):
        perform(stage.cast.actor("county_officer"), own, "confirm", at=stage.now, level="general", due_on=local_date(stage.now))
    stage.confirm(own, "safety_manager")
    assert own.status == "rectifying"
    found = stage.report("county_officer")
    with pytest.raises(Problem, match="由监管部门办理"):
        perform(stage.cast.actor("safety_manager"), found, "self_confirm", at=stage.now, due_on=local_date(stage.now))
    with pytest.raises(Forbidden):
        stage.confirm(found, "safety_manager")


def test_level_changes_only_before_confirmation(stage: Stage) -> None:
    hazard = stage.report("worker")
    services.reclassify_hazard(stage.cast.actor("safety_manager"), hazard, at=stage.now, level="major", criterion=stage.criterion, reason="符合判定标准")
    assert (hazard.level, hazard.state.todo) == ("major", "hazards.confirm")
    with pytest.raises(Problem, match="不能把已上报的重大隐患改为一般"):
        services.reclassify_hazard(stage.cast.actor("safety_manager"), hazard, at=stage.now, level="general", reason="误报")
    stage.confirm(hazard)
    with pytest.raises(Conflict):
        services.reclassify_hazard(stage.cast.actor("county_officer"), hazard, at=stage.now, level="general", reason="改判")


def test_withdrawing_needs_a_reason_and_is_impossible_after_confirmation(stage: Stage) -> None:
    hazard = stage.report("county_officer")
    with pytest.raises(Invalid, match="请写明理由"):
        services.withdraw_hazard(stage.cast.actor("county_officer"), hazard, at=stage.now, reason=" ")
    stage.confirm(hazard)
    with pytest.raises(Conflict):
        services.withdraw_hazard(stage.cast.actor("county_officer"), hazard, at=stage.now, reason="不是隐患")
    second = stage.report("county_officer")
    services.withdraw_hazard(stage.cast.actor("county_officer"), second, at=stage.now, reason="不是隐患")
    assert (second.status, second.withdrawn_at) == ("withdrawn", stage.now)


def test_the_sibling_county_finds_nothing(stage: Stage) -> None:
    hazard = stage.report("county_officer")
    for who in ("sibling_officer", "other_principal", "other_city_officer"):
        assert not Hazard.objects.visible_to(stage.cast.actor(who)).exists()
    with pytest.raises(NotFound):
        stage.confirm(hazard, "sibling_officer")
    with pytest.raises(NotFound):
        stage.report("sibling_officer")
    assert Hazard.objects.visible_to(stage.cast.actor("provincial_officer")).count() == 1


def test_recurrence_is_a_new_record_linked_to_the_old(stage: Stage) -> None:
    old = stage.closed()
    stage.tick(3 * DAY)
    new = services.report_recurrence(stage.cast.actor("county_officer"), old, found_at=stage.now, description="再次积尘", at=stage.now)
    old.refresh_from_db()
    assert (new.recurrence_of_id, new.status, old.status) == (old.pk, "found", "closed")
    with pytest.raises(Problem, match="尚未销号"):
        services.report_recurrence(stage.cast.actor("county_officer"), new, found_at=stage.now, description="x", at=stage.now)
