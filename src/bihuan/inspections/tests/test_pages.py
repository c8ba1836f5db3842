"""Visit pages: start, findings, list, signatures, files, access, and what a list costs."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.documents.models import IssuedCopy
from bihuan.foundation.lib.times import shanghai, utc_now
from bihuan.hazards.models import Hazard
from bihuan.inspections.models import ProblemList, Visit
from bihuan.inspections.tests.factories import Stage, dust_criterion, handwriting
from bihuan.reference.tests.factories import load_shipped

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[str], Client]


def page(client: Client, address: str, expected: int = 200, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == expected, response.content.decode()[:900]
    return response.content.decode()


def send(client: Client, address: str, expected: int = 302, **data: Any) -> str:
    response = client.post(address, data)
    assert response.status_code == expected, response.content.decode()[:3000]
    return response.content.decode()


def start_form(stage: Stage, **changes: Any) -> dict[str, Any]:
    return {
        "enterprise": stage.firm.pk, "kind": "joint", "level": "county", "body": stage.people.county.pk, "inspectors": "张勇、赵敏",
        "started_at": f"{shanghai(utc_now()):%Y-%m-%d %H:%M}", "campaign": "冶金工贸行业隐患排查整治专项行动", "basis": "",
    } | changes  # fmt: skip


def signature_of(shade: int = 0) -> str:
    return "data:image/png;base64," + base64.b64encode(handwriting(shade)).decode()


def test_the_whole_visit_through_its_pages(stage: Stage, browser_of: BrowserOf) -> None:
    client, criterion = browser_of("county_officer"), dust_criterion()
    page(client, reverse("inspections:start"), enterprise=str(stage.firm.pk))
    send(client, reverse("inspections:start"), **start_form(stage))
    visit = Visit.objects.get()
    finding = reverse("inspections:finding", args=[visit.pk])
    photo = SimpleUploadedFile("除尘器.png", handwriting(9), content_type="image/png")
    send(client, finding, level="major", criterion=criterion.pk, description="3#除尘器未设泄爆装置", photos=[photo])
    refused = send(client, finding, 422, level="general", description="应急照明损坏", title="应急照明")
    assert "没有依据的问题不能列入清单" in refused
    assert "应急照明损坏" in refused
    send(client, finding, level="general", description="应急照明损坏2盏", title="应急照明", basis="GB 17945")
    major, general = Hazard.objects.order_by("pk")
    assert (major.origin, major.level, major.criterion, major.source_id) == ("inspection", "major", criterion, visit.pk)
    assert major.found_at == visit.started_at == general.found_at
    assert Attachment.objects.of(major).with_purpose("before").count() == 1

    make = reverse("inspections:make-list", args=[visit.pk])
    assert "3#除尘器未设泄爆装置" in page(client, make)
    send(client, make, **{f"note_{general.pk}": "当场更换"})
    made = ProblemList.objects.get()
    assert [row["note"] for row in made.content["rows"]] == ["", "当场更换"]
    assert made.content["rows"][0]["photos"]
    detail = page(client, visit.get_absolute_url())
    assert "还缺检查人员、企业负责人的签字" in detail
    sign = reverse("inspections:sign", args=[made.pk])
    assert "请手写签名" in send(client, sign, 422, role="inspector", name="张勇")
    send(client, sign, role="inspector", name="张勇", picture=signature_of())
    assert "原因并有见证人" in send(client, sign, 422, role="firm", name="周总", refused="on")
    send(client, sign, role="firm", name="周总", picture=signature_of(5))
    assert Attachment.objects.of(visit).with_purpose("signature").count() == 2
    issue = reverse("inspections:issue", args=[made.pk])
    assert "检查签字办结后才能制发" in send(client, issue, 409)
    visit.refresh_from_db()
    conclude = reverse("inspections:step", args=[visit.pk, "conclude"])
    early = f"{shanghai(visit.started_at) - timedelta(hours=1):%Y-%m-%d %H:%M}"
    assert "不能早于开始时间" in send(client, conclude, 409, ended_at=early, version=visit.version)
    send(client, conclude, ended_at=f"{shanghai(utc_now()):%Y-%m-%d %H:%M:%S}", version=visit.version)
    send(client, issue)
    copy = IssuedCopy.objects.get()
    assert copy.subject_id == visit.pk
    detail = page(client, visit.get_absolute_url())
    assert "内容与签字时一致" in detail
    assert "已签字" in detail
    assert "冶金工贸行业隐患排查整治专项行动" in page(client, reverse("inspections:print", args=[made.pk]))


def test_annex5_as_docx_and_xlsx(stage: Stage, browser_of: BrowserOf) -> None:
    visit = stage.visit(campaign="冶金工贸行业隐患排查整治专项行动")
    stage.finding(visit)
    made = stage.signed(visit)
    client = browser_of("county_officer")
    answer = client.get(reverse("inspections:annex5", args=[made.pk, "docx"]))
    document = Document(io.BytesIO(answer.content))
    assert [p.text for p in document.paragraphs][:3] == ["附件 5", "冶金工贸行业隐患排查整治专项行动", "检查问题隐患清单"]
    cells = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert cells[0] == ["序号", "隐患描述", "现场证据", "判定依据", "隐患类型", "备注"]
    assert cells[1] == ["1", "风管弯头积尘3.4毫米", "检查记录", "GB 15577-2018 8.1", "一般", ""]
    assert any("企业负责人（签字）：周总" in p.text for p in document.paragraphs)
    sheet = load_workbook(io.BytesIO(client.get(reverse("inspections:annex5", args=[made.pk, "xlsx"])).content)).active
    assert sheet is not None
    values = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert {"隐患描述", "风管弯头积尘3.4毫米", "GB 15577-2018 8.1"} <= values


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"inspectors": "张勇"}, "两名以上人员"),
        ({"level": "city"}, "不是市本级单位"),
        ({"kind": "supervision"}, "层级只能是：市本级、省级"),
        ({"kind": "cross"}, "不能是受检单位自己"),
        ({"started_at": f"{shanghai(utc_now()) - timedelta(hours=73):%Y-%m-%d %H:%M}"}, "超过 72 小时"),
        ({"started_at": f"{shanghai(utc_now()) + timedelta(hours=1):%Y-%m-%d %H:%M}"}, "不能晚于现在"),
        ({"started_at": "昨天下午"}, "请写作 2025-03-07 15:00"),
        ({"enterprise": "999999"}, ""),
    ],
)
def test_a_start_that_cannot_be_keeps_what_was_typed(stage: Stage, browser_of: BrowserOf, changes: dict[str, Any], words: str) -> None:
    shown = send(browser_of("county_officer"), reverse("inspections:start"), 422, **start_form(stage, basis="执法计划2025", **changes))
    assert words in shown
    assert "执法计划2025" in shown
    assert not Visit.objects.exists()


def test_a_cross_visit_is_hosted_by_the_supervising_body(stage: Stage, browser_of: BrowserOf) -> None:
    send(browser_of("county_officer"), reverse("inspections:start"), **start_form(stage, kind="cross", body=stage.people.sibling_county.pk))
    visit = Visit.objects.get()
    assert (visit.host_body, visit.body, visit.unit) == (stage.people.county, stage.people.sibling_county, stage.firm.reporting_unit)
    assert stage.finding(visit, at=utc_now()).origin == "cross"


def test_a_sibling_county_finds_nothing(stage: Stage, browser_of: BrowserOf) -> None:
    visit = stage.visit()
    made = stage.signed(visit)
    client = browser_of("sibling_officer")
    assert stage.firm.name not in page(client, reverse("inspections:list"))
    addresses = [visit.get_absolute_url(), reverse("inspections:finding", args=[visit.pk]), reverse("inspections:make-list", args=[visit.pk]),
                 reverse("inspections:step", args=[visit.pk, "void"])]  # fmt: skip
    addresses += [reverse(f"inspections:{name}", args=[made.pk]) for name in ("sign", "issue", "print")]
    addresses += [reverse("inspections:annex5", args=[made.pk, kind]) for kind in ("docx", "xlsx")]
    for address in addresses:
        page(client, address, 404)
    assert client.post(reverse("inspections:start"), start_form(stage, body=stage.people.sibling_county.pk)).status_code == 422
    assert Visit.objects.count() == 1


def test_the_firm_reads_but_does_not_write(stage: Stage, browser_of: BrowserOf) -> None:
    visit = stage.visit()
    page(browser_of("auditor"), visit.get_absolute_url())
    page(browser_of("auditor"), reverse("inspections:start"), 403)
    page(browser_of("auditor"), reverse("inspections:make-list", args=[visit.pk]), 403)
    page(browser_of("worker"), reverse("inspections:list"), 403)


def test_filters_tabs_and_export(stage: Stage, browser_of: BrowserOf) -> None:
    stage.visit()
    stage.visit("city_officer", kind="supervision", level="city", body=stage.people.city, inspectors=["李岩", "专家甲"], enterprise=stage.other)
    client, address = browser_of("city_officer"), reverse("inspections:list")
    for query, mine, theirs in (
        ({"level": "county"}, True, False), ({"kind": "supervision"}, False, True), ({"unit": str(stage.people.sibling_county.pk)}, False, True),
        ({"body": str(stage.people.county.pk)}, True, False), ({"q": "云岭"}, False, True), ({"tab": "done"}, False, False),
        ({"started_from": "2025-01-06", "started_to": "2025-01-06"}, True, True), ({"started_to": "2025-01-05"}, False, False),
    ):  # fmt: skip
        shown = page(client, address, **query)
        assert (stage.firm.name in shown, stage.other.name in shown) == (mine, theirs), query
    book = load_workbook(io.BytesIO(b"".join(client.get(address, {"export": "xlsx"}).streaming_content)))  # type: ignore[attr-defined]
    sheet = book.active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][:3] == ["企业", "检查方式", "层级"]
    assert sheet.max_row == 3


def test_a_list_and_a_page_cost_the_same_however_long(stage: Stage, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    visit = stage.visit()
    stage.finding(visit)
    stage.signed(visit)

    def cost() -> tuple[int, int]:
        counts = []
        for address in (reverse("inspections:list"), visit.get_absolute_url()):
            page(client, address)
            with CaptureQueriesContext(connection) as queries:
                page(client, address)
            counts.append(len(queries))
        return counts[0], counts[1]

    few = cost()
    for number in range(8):
        stage.visit(inspectors=["张勇", f"同事{number}"])
        stage.finding(visit, title=f"积尘{number}")
        stage.signed(visit)
    assert cost() == few


def test_the_firm_page_lists_its_visits(stage: Stage, browser_of: BrowserOf) -> None:
    visit = stage.visit()
    assert visit.get_absolute_url() in page(browser_of("county_officer"), stage.firm.get_absolute_url())


def test_pickers_stay_in_the_region(stage: Stage, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    shown = page(client, reverse("inspections:body-options"), q="应急管理局")
    assert stage.people.sibling_county.name in shown
    assert stage.people.other_city.name not in shown
    assert stage.firm.name not in page(client, reverse("inspections:body-options"), q="定襄")
    wanted = reverse("inspections:criterion-options")
    assert "没有找到" in page(client, wanted, q="控爆")
    load_shipped()
    assert "泄爆" in page(client, wanted, **{"for": "criterion", "criterion_text": "泄爆"})
    assert "没有找到" in page(client, wanted, q="泄")


def test_a_visit_with_findings_cannot_be_voided(stage: Stage, browser_of: BrowserOf) -> None:
    client, visit = browser_of("county_officer"), stage.visit()
    hazard = stage.finding(visit)
    void = reverse("inspections:step", args=[visit.pk, "void"])
    assert "已登记隐患，不能作废" in send(client, void, 409, note="企业选错了")
    empty = stage.visit()
    send(client, reverse("inspections:step", args=[empty.pk, "void"]), note="企业选错了")
    empty.refresh_from_db()
    assert empty.status == "void"
    assert hazard.source_id == visit.pk
