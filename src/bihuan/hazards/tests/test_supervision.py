"""Listed supervision, double report, ladder, investigations, difficult hazards, nightly check."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.deadlines.services import sweep
from bihuan.foundation.lib.problems import Conflict, Forbidden, NotFound, Problem
from bihuan.foundation.messages.models import Todo
from bihuan.hazards import services
from bihuan.hazards.jobs import nightly_at
from bihuan.hazards.models import Difficulty, DoubleReport, Hazard, Investigation, Proposal, Supervision
from bihuan.hazards.tests.factories import DAY, Stage

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("J25-082")
def test_every_confirmed_major_hazard_is_listed_whatever_its_origin(stage: Stage) -> None:
    own = stage.confirm(stage.report("principal", level="major"))
    inspected = stage.confirm(stage.report("county_officer", level="major", place="二车间"))
    tipped = stage.confirm(stage.report("county_officer", level="major", origin="tipoff", place="三车间"))
    city = stage.report("city_officer", level="major", origin="city_supervision", place="四车间")
    stage.confirm(city, "city_officer")
    plates = list(Supervision.objects.order_by("pk").values_list("plate_number", "hazard_id", "body__code", "status"))
    assert plates == [
        ("ZD-140921-2025-0001", own.pk, "140921", "listed"), ("ZD-140921-2025-0002", inspected.pk, "140921", "listed"),
        ("ZD-140921-2025-0003", tipped.pk, "140921", "listed"), ("ZD-140921-2025-0004", city.pk, "140900", "listed"),
    ]  # fmt: skip
    assert Supervision.objects.get(hazard=own).due_at == own.due_at
    assert not [b for b in services.breaches(stage.now) if b.rule == "no_supervision"]


@pytest.mark.requirement("J25-082")
def test_a_major_hazard_without_supervision_fails_the_nightly_check(stage: Stage) -> None:
    hazard = stage.confirm(stage.report("county_officer", level="major"))
    Supervision.objects.filter(hazard=hazard).delete()
    assert ("no_supervision", hazard.number) in {(b.rule, b.number) for b in services.breaches(stage.now)}
    assert "核对发现不符 1 条" in nightly_at(stage.now)


def test_the_plate_comes_down_only_after_closure(stage: Stage) -> None:
    hazard = stage.at_work(level="major")
    supervision = hazard.supervision
    officer = stage.cast.actor("county_officer")
    with pytest.raises(Conflict):
        services.remove_plate(officer, supervision, at=stage.now)
    stage.tick(8 * DAY)
    services.add_progress(stage.cast.actor("principal"), supervision, text="设备到货", percent=40, at=stage.now)
    stage.tick(14 * DAY)
    assert services.progress_gaps(supervision, stage.now) == ["2025-W04"]
    stage.fix(hazard)
    services.accept_recheck(officer, hazard, at=stage.now, opinion="合格")
    supervision.refresh_from_db()
    assert (supervision.status, supervision.state.todo) == ("clearing", "hazards.delist")
    services.remove_plate(officer, supervision, at=stage.now)
    assert (supervision.status, supervision.removed_at) == ("removed", stage.now)
    assert "复查销号" in supervision.publicity
    with pytest.raises(Problem, match="已摘牌"):
        services.add_progress(stage.cast.actor("principal"), supervision, text="x", at=stage.now)


def test_supervision_is_raised_upwards_only(stage: Stage) -> None:
    supervision = stage.at_work(level="major").supervision
    with pytest.raises(Problem, match="上级单位"):
        services.raise_supervision(stage.cast.actor("county_officer"), supervision, body=stage.cast.sibling_county, reason="x", at=stage.now)
    services.raise_supervision(stage.cast.actor("county_officer"), supervision, body=stage.cast.city, reason="涉及面大", at=stage.now)
    assert supervision.level_title == "市级"


@pytest.mark.requirement("J25-079", "C23-024")
def test_double_report_is_complete_only_after_receipt_and_employees_notice(stage: Stage) -> None:
    hazard = stage.report("principal", level="major")
    report = DoubleReport.objects.get(hazard=hazard)
    assert (report.title, report.is_complete) == ("待监管部门回执、职工通报", False)
    stage.tick(timedelta(minutes=25))
    report = services.give_receipt(stage.cast.actor("county_officer"), hazard, at=stage.now)
    assert (report.title, report.is_complete) == ("待职工通报", False)
    with pytest.raises(Forbidden):
        services.notify_employees(stage.cast.actor("county_officer"), hazard, text="注意", at=stage.now)
    report = services.notify_employees(stage.cast.actor("principal"), hazard, text="抛丸区停用，禁止动火", at=stage.now)
    assert (report.title, report.is_complete, report.read_count) == ("已双报告", True, 0)
    for who in ("worker", "workshop_head", "worker"):
        report = services.read_notice(stage.cast.actor(who), hazard, at=stage.now)
    assert report.read_count == 2
    assert not Todo.objects.open().filter(kind="hazards.doublereport").exists()


@pytest.mark.requirement("X24-020")
def test_the_time_from_the_firms_report_to_the_receipt_is_measured(stage: Stage) -> None:
    hazard = stage.report("principal", level="major")
    assert DoubleReport.objects.get(hazard=hazard).reported_at == hazard.sealed_at
    stage.tick(timedelta(minutes=25))
    report = services.give_receipt(stage.cast.actor("county_officer"), hazard, at=stage.now)
    assert (report.received_at, report.minutes_to_receipt) == (stage.now, 25)
    with pytest.raises(Conflict):
        services.give_receipt(stage.cast.actor("county_colleague"), hazard, at=stage.now)


def test_the_ladder_proposes_and_never_punishes(stage: Stage) -> None:
    hazard = stage.at_work(level="major")
    stage.now = hazard.due_at + timedelta(hours=1)
    assert sweep(stage.now) >= 1
    assert [p.rung for p in Proposal.objects.all()] == ["remind"]
    stage.tick(3 * DAY)
    nightly_at(stage.now)
    nightly_at(stage.now)
    assert [(p.rung, p.status) for p in Proposal.objects.order_by("pk")] == [("remind", "lapsed"), ("urge", "proposed")]
    stage.tick(5 * DAY)
    nightly_at(stage.now)
    proposal = Proposal.objects.undecided().get()
    assert (proposal.rung_title, proposal.days_overdue) == ("约谈主要负责人", 9)
    assert "逾期9天" in proposal.grounds
    with pytest.raises(Forbidden):
        services.adopt_proposal(stage.cast.actor("principal"), proposal, at=stage.now)
    with pytest.raises(Problem, match="写明理由"):
        services.decline_proposal(stage.cast.actor("county_officer"), proposal, at=stage.now, reason="")
    services.adopt_proposal(stage.cast.actor("county_officer"), proposal, at=stage.now)
    hazard.refresh_from_db()
    assert (proposal.status, hazard.status) == ("adopted", "rectifying")


def test_reporting_the_fix_ends_open_proposals(stage: Stage) -> None:
    hazard = stage.at_work()
    stage.now = hazard.due_at + 5 * DAY
    services.propose_all(stage.now)
    stage.fix(hazard)
    assert [(p.rung, p.status) for p in Proposal.objects.all()] == [("urge", "lapsed")]
    stage.tick(30 * DAY)
    assert services.propose_all(stage.now) == 0


def test_a_paused_hazard_is_not_escalated(stage: Stage) -> None:
    hazard = stage.at_work()
    services.pause_rectification(stage.cast.actor("county_officer"), hazard, at=stage.now, reason="停电")
    assert services.propose_all(hazard.due_at + 30 * DAY) == 0


@pytest.mark.requirement("J25-083")
@pytest.mark.parametrize(("reporter", "owner", "capability"), [("principal", "enterprise", "hazards.self_investigate"), ("county_officer", "regulator", "hazards.investigate")])
def test_a_repeat_opens_an_investigation_with_the_right_owner(stage: Stage, reporter: str, owner: str, capability: str) -> None:
    stage.closed(level="major", reporter=reporter)
    assert not Investigation.objects.exists()
    stage.tick(20 * DAY)
    again = stage.report(reporter, level="major", place=" 抛丸 区")
    stage.confirm(again)
    found = Investigation.objects.get()
    assert (found.kind, found.owner, found.state.todo, found.hazard_id) == ("repeated", owner, capability, again.pk)
    assert Todo.objects.open().filter(kind="hazards.investigation", capability=capability).exists()
    who = "principal" if owner == "enterprise" else "county_officer"
    other = "county_officer" if owner == "enterprise" else "principal"
    report = {"findings": "除尘风管设计缺陷", "causes": "未按规定清扫", "measures": "改造并纳入日检"}
    if owner == "regulator":
        with pytest.raises(Forbidden):
            services.report_investigation(stage.cast.actor(other), found, at=stage.now, **report)
    services.report_investigation(stage.cast.actor(who), found, at=stage.now, **report)
    services.accept_investigation(stage.cast.actor("county_colleague"), found, at=stage.now)
    assert found.status == "closed"


def test_another_place_or_an_old_finding_is_no_repeat(stage: Stage) -> None:
    stage.closed(level="major")
    stage.confirm(stage.report("county_officer", level="major", place="另一车间"))
    stage.tick(400 * DAY)
    stage.confirm(stage.report("county_officer", level="major"))
    assert not Investigation.objects.exists()


@pytest.mark.requirement("J25-083")
def test_a_long_standing_hazard_is_investigated_once(stage: Stage) -> None:
    hazard = stage.at_work()
    stage.tick(91 * DAY)
    nightly_at(stage.now)
    nightly_at(stage.now)
    assert [(i.kind, i.owner, i.hazard_id) for i in Investigation.objects.all()] == [("long_standing", "regulator", hazard.pk)]


@pytest.mark.requirement("L22-006")
def test_a_difficult_hazard_goes_up_and_keeps_owner_and_clock(stage: Stage) -> None:
    hazard = stage.at_work()
    before = (hazard.organisation_id, hazard.status, hazard.due_at, hazard.assignee)
    difficulty = services.ask_for_help(stage.cast.actor("county_officer"), hazard, reason="跨县管网", question="请市局协调燃气公司", at=stage.now)
    assert difficulty.to_body_id == stage.cast.city.pk
    assert Todo.objects.open().for_actor(stage.cast.actor("city_officer")).filter(kind="hazards.difficulty").exists()
    with pytest.raises(Problem, match="正在等待上级答复"):
        services.ask_for_help(stage.cast.actor("county_officer"), hazard, reason="x", question="y", at=stage.now)
    with pytest.raises(Forbidden):
        services.answer_difficulty(stage.cast.actor("county_officer"), difficulty, answer="自己答", at=stage.now)
    with pytest.raises(NotFound):
        services.answer_difficulty(stage.cast.actor("other_city_officer"), difficulty, answer="别市", at=stage.now)
    higher = services.pass_on_difficulty(stage.cast.actor("city_officer"), difficulty, reason="涉及省级审批", at=stage.now)
    assert (higher.to_body_id, higher.follows_id) == (stage.cast.province.pk, difficulty.pk)
    with pytest.raises(Problem, match="由其答复"):
        services.answer_difficulty(stage.cast.actor("city_officer"), higher, answer="代答", at=stage.now)
    overdue_at = Clock.objects.of(higher).get(kind="answer").due_at + timedelta(seconds=1)
    assert Clock.objects.overdue(overdue_at).filter(subject_kind="hazards.difficulty", subject_id=higher.pk).exists()
    services.answer_difficulty(stage.cast.actor("provincial_officer"), higher, answer="已协调", at=stage.now)
    hazard.refresh_from_db()
    assert (hazard.organisation_id, hazard.status, hazard.due_at, hazard.assignee) == before
    assert Clock.objects.of(hazard).running().filter(kind="rectify", due_at=hazard.due_at).exists()
    assert [d.status for d in Difficulty.objects.order_by("pk")] == ["passed_on", "answered"]


def test_a_merged_major_hazard_loses_its_plate(stage: Stage) -> None:
    first = stage.confirm(stage.report("principal", level="major"))
    stage.tick()
    second = stage.confirm(stage.report("county_officer", level="major"))
    services.link_duplicates(stage.cast.actor("county_officer"), first, second, at=stage.now, note="同一处")
    assert [(s.hazard_id, s.status) for s in Supervision.objects.order_by("pk")] == [(first.pk, "listed"), (second.pk, "void")]
    assert not list(services.breaches(stage.now))


@pytest.mark.parametrize("who", ["sibling_officer", "other_principal", "other_city_officer"])
def test_strangers_see_nothing_of_it(stage: Stage, who: str) -> None:
    hazard = stage.at_work(level="major")
    actor = stage.cast.actor(who)
    for model in (Supervision, DoubleReport, Hazard):
        assert not model.objects.visible_to(actor).exists()
    with pytest.raises(NotFound):
        services.add_progress(actor, hazard.supervision, text="x", at=stage.now)
    with pytest.raises(NotFound):
        services.give_receipt(actor, hazard, at=stage.now)
