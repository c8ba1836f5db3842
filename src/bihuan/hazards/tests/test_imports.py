"""Files read in: all rows or none, faults by row."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import local_date
from bihuan.hazards import imports
from bihuan.hazards.models import Hazard
from bihuan.hazards.tests.factories import DAY, Stage
from bihuan.hazards.tests.test_pages import as_person

pytestmark = pytest.mark.django_db


def finding(stage: Stage, **parts: Any) -> dict[str, Any]:
    """A good row."""
    return {"统一社会信用代码": stage.firm.credit_code, "检查环节": "市县检查", "隐患等级": "一般隐患", "隐患名称": "积尘", "情况描述": "弯头积尘", "依据": "GB 15577",
            "判定条款编号": "", "部位": "抛丸区", "发现时间": "2025-01-06 08:30"} | parts  # fmt: skip


def test_good_rows_are_entered_with_their_history(stage: Stage) -> None:
    rows = [finding(stage), finding(stage, 隐患等级="重大事故隐患", 判定条款编号="MEM10-11-3", 部位="除尘间")]
    outcome = imports.import_findings(stage.cast.actor("county_officer"), imports.workbook(imports.FINDING_COLUMNS, rows), at=stage.now)
    assert (outcome.done, outcome.faults) == (2, {})
    assert list(Hazard.objects.order_by("pk").values_list("level", "origin")) == [("general", "inspection"), ("major", "inspection")]


def test_one_fault_refuses_the_whole_file_and_names_every_row(stage: Stage) -> None:
    rows = [finding(stage), finding(stage, 检查环节="第六种"), finding(stage, 统一社会信用代码=stage.other_firm.credit_code), finding(stage, 发现时间="上周"),
            finding(stage, 依据=""), finding(stage, 隐患等级="重大事故隐患")]  # fmt: skip
    outcome = imports.import_findings(stage.cast.actor("county_officer"), imports.workbook(imports.FINDING_COLUMNS, rows), at=stage.now)
    assert (outcome.done, sorted(outcome.faults)) == (0, [3, 4, 5, 6, 7])
    assert "群众举报" in outcome.faults[3]
    assert "管辖范围" in outcome.faults[4]
    assert not Hazard.objects.exists()
    sheet = imports.read_sheet(imports.faults_workbook(outcome, imports.FINDING_COLUMNS))
    assert sheet[0][-1] == "错误"
    assert "依据" in sheet[5][-1]


@pytest.mark.requirement("C23-023")
@pytest.mark.parametrize("part", ["责任", "措施", "资金（万元）", "时限", "预案"])
def test_an_imported_plan_without_one_part_is_refused(stage: Stage, part: str) -> None:
    hazard = stage.confirm(stage.report("county_officer", level="major"))
    due = (local_date(stage.now) + 5 * DAY).isoformat()
    row = {"隐患编号": hazard.number, "责任": "周总", "措施": "加装泄爆", "资金（万元）": "18.6", "时限": due, "预案": "停产"}
    principal = stage.cast.actor("principal")
    refused = imports.import_plans(principal, imports.workbook(imports.PLAN_COLUMNS, [row | {part: ""}]), at=stage.now)
    assert refused.faults[2] == f"请填写{part.removesuffix('（万元）')}"
    hazard.refresh_from_db()
    assert hazard.plan_submitted_at is None
    assert imports.import_plans(principal, imports.workbook(imports.PLAN_COLUMNS, [row]), at=stage.now).done == 1
    hazard.refresh_from_db()
    assert hazard.plan_amount_fen == 18_600_000


def test_what_is_no_workbook_or_has_no_heading_is_said_plainly(stage: Stage) -> None:
    officer = stage.cast.actor("county_officer")
    with pytest.raises(Problem, match="xlsx"):
        imports.import_findings(officer, b"MZ not a workbook", at=stage.now)
    with pytest.raises(Problem, match="表头"):
        imports.import_findings(officer, imports.workbook(["甲", "乙"], []), at=stage.now)


def test_the_page_shows_faults_and_takes_good_files(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.foundation.access.pages.door.utc_now", lambda: stage.now)
    client = as_person(stage, "county_officer")
    upload = lambda rows: SimpleUploadedFile("a.xlsx", io.BytesIO(imports.workbook(imports.FINDING_COLUMNS, rows)).read())  # noqa: E731
    bad = client.post(reverse("hazards:import"), {"kind": "findings", "file": upload([finding(stage, 隐患名称="")])})
    assert bad.status_code == 422
    assert "请填写隐患名称" in bad.content.decode()
    assert client.post(reverse("hazards:import"), {"kind": "findings", "file": upload([finding(stage)])}).status_code == 302
    assert Hazard.objects.count() == 1
    assert as_person(stage, "expert").get(reverse("hazards:import")).status_code == 403
