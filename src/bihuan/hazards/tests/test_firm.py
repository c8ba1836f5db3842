"""The firm's own work: sessions, reports, daily checks, observations, silos."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.lib.problems import Forbidden, Invalid, Problem
from bihuan.foundation.lib.times import local_date
from bihuan.hazards import services
from bihuan.hazards.choices import StorageKind, ViolationKind
from bihuan.hazards.jobs import nightly_at
from bihuan.hazards.models import DailyCheck, Hazard, QuarterlyReport, StorageAsset, Workshop
from bihuan.hazards.parameters import storage_checklist
from bihuan.hazards.tests.factories import DAY, Stage

pytestmark = pytest.mark.django_db


def test_only_sessions_led_by_the_principal_satisfy_the_cadence(stage: Stage) -> None:
    type(stage.firm).objects.filter(pk=stage.firm.pk).update(registered_at=stage.now - 200 * DAY)
    stage.firm.refresh_from_db()
    assert services.duty_of(stage.firm, at=stage.now).strictest.overdue
    session = services.open_session(stage.cast.actor("safety_manager"), enterprise=stage.firm, places="全厂", held_at=stage.now, at=stage.now)
    assert not services.duty_of(stage.firm, at=stage.now).strictest.satisfied
    services.sign_in(stage.cast.actor("principal"), session, at=stage.now)
    duty = services.duty_of(stage.firm, at=stage.now)
    assert (duty.strictest.satisfied, duty.strictest.overdue) == (True, False)


@pytest.mark.requirement("J25-080")
def test_the_quarterly_report_equals_the_ledger_and_is_overdue_when_unsigned(stage: Stage) -> None:
    stage.closed(level="major", reporter="principal")
    stage.at_work(level="major", place="二车间")
    stage.at_work(place="三车间")
    stage.now += 100 * DAY  # mid April
    report = services.draft_quarterly_report(stage.cast.actor("principal"), enterprise=stage.firm, year=2025, quarter=1, at=stage.now)
    assert services.draft_quarterly_report(stage.cast.actor("principal"), enterprise=stage.firm, year=2025, quarter=1, at=stage.now).pk == report.pk
    ledger = Hazard.objects.ledger().filter(enterprise=stage.firm)
    assert report.numbers["major_found"] == ledger.count() == 2
    assert report.numbers["major_closed"] == ledger.filter(status="closed").count() == 1
    assert (report.numbers["major_open"], report.numbers["major_overdue"], report.numbers["self_found"], report.numbers["general_found"]) == (1, 1, 1, 1)
    clock = Clock.objects.of(report).get(kind="sign")
    assert clock.due_at == report.due_at
    after = report.due_at + timedelta(seconds=1)
    assert Clock.objects.overdue(after).filter(pk=clock.pk).exists()
    with pytest.raises(Forbidden):
        services.sign_quarterly_report(stage.cast.actor("safety_manager"), report, conclusions="无", at=stage.now)
    services.sign_quarterly_report(stage.cast.actor("principal"), report, conclusions="加强除尘管理", at=stage.now)
    assert (report.status, services.is_intact(report)) == ("signed", True)
    assert not Clock.objects.overdue(after).filter(pk=clock.pk).exists()
    QuarterlyReport.objects.filter(pk=report.pk).update(conclusions="改动")
    report.refresh_from_db()
    assert not services.is_intact(report)


def test_reports_are_drafted_by_night_once_and_never_for_a_running_quarter(stage: Stage) -> None:
    stage.now += 86 * DAY  # 2 April
    assert "起草季度报告 2 份" in nightly_at(stage.now)
    assert "起草季度报告 0 份" in nightly_at(stage.now)
    with pytest.raises(Problem, match="尚未结束"):
        services.draft_quarterly_report(stage.cast.actor("principal"), enterprise=stage.firm, year=2025, quarter=2, at=stage.now)


@pytest.mark.requirement("C23-012")
def test_a_missed_day_is_visible_to_the_workshop_head_only(stage: Stage) -> None:
    head = stage.cast.actor("workshop_head")
    workshop = services.open_workshop(stage.cast.actor("safety_manager"), enterprise=stage.firm, name="一车间", head=stage.cast.user["workshop_head"], at=stage.now)
    services.open_workshop(stage.cast.actor("safety_manager"), enterprise=stage.firm, name="二车间", head=stage.cast.user["principal"], at=stage.now)
    first = local_date(stage.now)
    key = uuid4()
    check = services.check_today(head, workshop, ok=True, captured_at=stage.now, client_id=key, at=stage.now + timedelta(hours=20))
    again = services.check_today(head, workshop, ok=True, captured_at=stage.now, client_id=key, at=stage.now + timedelta(hours=21))
    assert (check.pk, DailyCheck.objects.count(), check.day) == (again.pk, 1, first)
    until = first + 2 * DAY
    assert services.missed_days(head, since=first, until=until) == {workshop: [first + DAY, until]}
    for who in ("principal", "safety_manager", "county_officer", "worker", "city_officer"):
        actor = stage.cast.actor(who)
        assert services.missed_days(actor, since=first, until=until) == {}
        assert not Workshop.objects.visible_to(actor).exists()
        assert not DailyCheck.objects.visible_to(actor).exists()
    with pytest.raises(Invalid, match="写明情况"):
        services.check_today(head, workshop, ok=False, captured_at=stage.now, client_id=uuid4(), at=stage.now)


@pytest.mark.requirement("C23-016")
def test_observations_have_three_kinds_and_a_coaching_outcome(stage: Stage) -> None:
    assert ViolationKind.labels == ["违章指挥", "违规作业", "违反劳动纪律"]
    head = stage.cast.actor("workshop_head")
    common = {"enterprise": stage.firm, "what": "未系安全带登高", "seen_at": stage.now, "at": stage.now}
    row = services.observe_behaviour(head, kind="operation", coaching="讲解高处作业要求", outcome="corrected", **common)
    assert (row.get_kind_display(), row.get_outcome_display()) == ("违规作业", "当场纠正")
    with pytest.raises(Invalid, match="现场教育"):
        services.observe_behaviour(head, kind="operation", coaching=" ", outcome="corrected", **common)
    with pytest.raises(Invalid, match="类别只能是"):
        services.observe_behaviour(head, kind="fourth", coaching="讲解", outcome="corrected", **common)
    with pytest.raises(Invalid, match="结果只能是"):
        services.observe_behaviour(head, kind="command", coaching="讲解", outcome="fined", **common)


@pytest.mark.requirement("C23-040")
def test_the_storage_campaign_is_complete_only_when_every_facility_of_the_type_is_checked(stage: Stage) -> None:
    manager, officer = stage.cast.actor("safety_manager"), stage.cast.actor("county_officer")
    assets = [services.register_asset(manager, enterprise=stage.firm, kind="product_silo", name=f"{n}#筒仓", at=stage.now) for n in (1, 2)]
    services.register_asset(officer, enterprise=stage.firm, kind="lye_tank", name="碱罐", at=stage.now)
    points = storage_checklist("product_silo")
    with pytest.raises(Invalid, match="逐项作答"):
        services.check_asset(manager, assets[0], answers=dict.fromkeys(points[:-1], "ok"), checked_at=stage.now, at=stage.now)
    check = services.check_asset(manager, assets[0], answers=dict.fromkeys(points, "ok") | {points[0]: "no"}, checked_at=stage.now, at=stage.now)
    assert check.faults == [points[0]]
    seen = StorageAsset.objects.visible_to(officer)
    window = {"since": stage.now - DAY, "until": stage.now + DAY}
    assert services.storage_coverage(seen, kind="product_silo", **window) == (2, [assets[1]])
    services.check_asset(officer, assets[1], answers=dict.fromkeys(points, "ok"), checked_at=stage.now, at=stage.now)
    assert services.storage_coverage(seen, kind="product_silo", **window) == (2, [])
    assert StorageKind.labels == ["碱液罐", "原料仓", "成品筒仓", "酒罐"]
