"""The firm's pages: workbench, sessions with their report, quarterly report, daily check, silos."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from bihuan.hazards import services
from bihuan.hazards.models import (
    Hazard,
    QuarterlyReport,
    SelfCheckPlan,
    SelfCheckSession,
    StorageAsset,
    StorageCheck,
)
from bihuan.hazards.tests.factories import DAY, Stage
from bihuan.hazards.tests.test_pages import as_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages take the stage's time."""
    monkeypatch.setattr("bihuan.foundation.access.pages.door.utc_now", lambda: stage.now)
    monkeypatch.setattr("bihuan.hazards.views.lists.utc_now", lambda: stage.now)


@pytest.mark.requirement("X24-019")
def test_a_session_from_sign_in_to_a_report_that_lists_all_findings_and_causes(stage: Stage) -> None:
    manager, principal = as_person(stage, "safety_manager"), as_person(stage, "principal")
    assert manager.post(reverse("hazards:session_new"), {"places": "抛丸区、除尘间", "held_at": "2025-01-06T08:30"}).status_code == 302
    session = SelfCheckSession.objects.get()
    principal.post(reverse("hazards:session_sign", kwargs={"pk": session.pk}))
    finding = {"enterprise": stage.firm.pk, "level": "general", "origin": "self", "found_at": "2025-01-06T08:40", "description": "弯头积尘"}
    for title in ("积尘", "护栏缺失"):
        assert manager.post(f"{reverse('hazards:report')}?session={session.pk}", finding | {"title": title}).status_code == 302
    first, second = Hazard.objects.order_by("pk")
    assert manager.post(reverse("hazards:cause", kwargs={"pk": first.pk}), {"code": "management", "analysis": "清扫制度无人考核"}).status_code == 302
    assert manager.post(reverse("hazards:session_end", kwargs={"pk": session.pk}), {"causes": ["management", "equipment"], "analysis": "考核缺位"}).status_code == 302
    page = as_person(stage, "county_officer").get(session.get_absolute_url()).content.decode()
    assert "主要负责人带队" in page
    content = principal.get(reverse("hazards:session_report", kwargs={"pk": session.pk})).content
    cells = [str(c) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True) for c in row if c is not None]
    text = " ".join(cells)
    assert all(word in text for word in (first.number, second.number, "管理制度与责任落实", "清扫制度无人考核", "未分析", "周总", "考核缺位", "设备设施与防护"))
    assert as_person(stage, "sibling_officer").get(session.get_absolute_url()).status_code == 404


def test_the_workbench_shows_the_duty_and_what_is_next(stage: Stage) -> None:
    stage.at_work(level="major")
    page = as_person(stage, "principal").get(reverse("hazards:workbench")).content.decode()
    assert "主要负责人带队检查" in page
    assert "整改隐患并申请复查" in page
    assert as_person(stage, "county_officer").get(reverse("hazards:workbench")).status_code == 403


def test_a_plan_is_entered_and_listed(stage: Stage) -> None:
    plan = {"title": "冬季方案", "leader": "周总", "members": "王安", "scope": "粉尘", "made_at": "2025-01-06T08:00"}
    assert as_person(stage, "principal").post(reverse("hazards:plan_new"), plan).status_code == 302
    assert SelfCheckPlan.objects.get().enterprise == stage.firm
    assert "冬季方案" in as_person(stage, "county_officer").get(reverse("hazards:plans")).content.decode()
    assert "冬季方案" not in as_person(stage, "sibling_officer").get(reverse("hazards:plans")).content.decode()


def test_the_quarterly_report_is_signed_by_page(stage: Stage) -> None:
    stage.closed(level="major")
    stage.now += 86 * DAY
    services.draft_due(stage.now)
    report = QuarterlyReport.objects.get(enterprise=stage.firm)
    client = as_person(stage, "principal")
    assert "发现重大事故隐患" in client.get(report.get_absolute_url()).content.decode()
    assert client.post(reverse("hazards:quarterly_sign", kwargs={"pk": report.pk}), {"conclusions": "继续治理", "version": report.version}).status_code == 302
    assert "内容未改动" in client.get(report.get_absolute_url()).content.decode()
    assert as_person(stage, "safety_manager").post(reverse("hazards:quarterly_sign", kwargs={"pk": report.pk}), {"conclusions": "x"}).status_code == 403


def test_daily_check_page_is_the_heads_own(stage: Stage) -> None:
    workshop = services.open_workshop(stage.cast.actor("safety_manager"), enterprise=stage.firm, name="一车间", head=stage.cast.user["workshop_head"], at=stage.now)
    stage.now += DAY
    client = as_person(stage, "workshop_head")
    assert "近两周漏检：2025-01-06" in client.get(reverse("hazards:daily")).content.decode()
    form = client.get(reverse("hazards:daily_check", kwargs={"pk": workshop.pk})).context["form"]
    sent = {"ok": "1", "note": "", "client_id": form.initial["client_id"]}
    assert client.post(reverse("hazards:daily_check", kwargs={"pk": workshop.pk}), sent).status_code == 302
    assert "今日已检" in client.get(reverse("hazards:daily")).content.decode()
    assert as_person(stage, "principal").get(reverse("hazards:daily")).status_code == 403


def test_a_silo_is_entered_and_checked_by_page(stage: Stage) -> None:
    client = as_person(stage, "safety_manager")
    assert client.post(reverse("hazards:asset_new"), {"kind": "lye_tank", "name": "1#碱罐", "place": "罐区", "capacity_m3": "50"}).status_code == 302
    asset = StorageAsset.objects.get()
    address = reverse("hazards:asset_check", kwargs={"pk": asset.pk})
    assert client.post(address, {"p0": "ok", "checked_at": "2025-01-06T08:30"}).status_code == 422
    assert client.post(address, {"p0": "no", "p1": "ok", "p2": "ok", "p3": "na", "checked_at": "2025-01-06T08:30"}).status_code == 302
    assert len(StorageCheck.objects.get().faults) == 1
    assert "已检查" in as_person(stage, "county_officer").get(reverse("hazards:assets")).content.decode()


def test_observations_and_investigations_by_page(stage: Stage) -> None:
    head = as_person(stage, "workshop_head")
    row = {"kind": "command", "what": "指挥无证人员上岗", "coaching": "讲解持证上岗要求", "outcome": "retrain", "seen_at": "2025-01-06T08:30"}
    assert head.post(reverse("hazards:observation_new"), row).status_code == 302
    assert "指挥无证人员上岗" in head.get(reverse("hazards:observations")).content.decode()
    stage.closed(level="major")
    stage.now += 20 * DAY
    again = stage.confirm(stage.report("county_officer", level="major"))
    found = again.investigations.get()
    officer = as_person(stage, "county_officer")
    report = {"findings": "设计缺陷", "causes": "未清扫", "measures": "改造"}
    assert officer.post(reverse("hazards:investigation_report", kwargs={"pk": found.pk}), report).status_code == 302
    assert officer.post(reverse("hazards:investigation_accept", kwargs={"pk": found.pk})).status_code == 403
    assert as_person(stage, "county_colleague").post(reverse("hazards:investigation_accept", kwargs={"pk": found.pk})).status_code == 302
    assert "已办结" in officer.get(found.get_absolute_url()).content.decode()
