"""The pages: who sees what, what they show, how many queries they take."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook
from PIL import Image

from bihuan.foundation.lib.times import local_date
from bihuan.hazards import services
from bihuan.hazards.models import Hazard, Proposal
from bihuan.hazards.tests.factories import DAY, Stage

pytestmark = pytest.mark.django_db


def as_person(stage: Stage, who: str) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(stage.cast.user[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture(autouse=True)
def today(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages take the stage's time."""
    monkeypatch.setattr("bihuan.foundation.access.pages.door.utc_now", lambda: stage.now)
    monkeypatch.setattr("bihuan.hazards.views.lists.utc_now", lambda: stage.now)


def picture(colour: str = "red") -> io.BytesIO:
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    out.name = f"{colour}.jpg"
    out.seek(0)
    return out


def test_the_ledger_lists_open_majors_with_deadline_and_state(stage: Stage) -> None:
    stage.at_work(level="major")
    stage.at_work()
    page = as_person(stage, "county_officer").get(reverse("hazards:list")).content.decode()
    assert "重大事故隐患台账" in page
    assert "定襄县砺川锻造有限公司" in page
    assert "整改中" in page
    assert "ZD-140921-2025-0001" in page
    assert as_person(stage, "county_officer").get(reverse("hazards:general")).content.decode().count("YH-140921-2025-0") == 1


def test_a_sibling_county_sees_an_empty_list_and_404(stage: Stage) -> None:
    hazard = stage.at_work(level="major")
    client = as_person(stage, "sibling_officer")
    assert "YH-140921" not in client.get(reverse("hazards:list") + "?tab=all").content.decode()
    for name, kwargs in (("detail", {}), ("step", {"step": "accept"}), ("letter", {"kind": "listing"})):
        assert client.get(reverse(f"hazards:{name}", kwargs={"pk": hazard.pk, **kwargs})).status_code == 404


def test_list_queries_do_not_grow_with_rows(stage: Stage, django_assert_max_num_queries: Any) -> None:
    client = as_person(stage, "county_officer")
    for number in range(3):
        stage.at_work(level="major", place=f"车间{number}")
    client.get(reverse("hazards:list"))
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("hazards:list"))
    for number in range(6):
        stage.at_work(level="major", place=f"厂房{number}")
    with django_assert_max_num_queries(40) as many:
        client.get(reverse("hazards:list"))
    assert len(many.captured_queries) <= len(few.captured_queries)


def test_detail_shows_state_next_actor_deadline_and_primary_action(stage: Stage) -> None:
    hazard = stage.report("county_officer")
    page = as_person(stage, "county_officer").get(hazard.get_absolute_url()).content.decode()
    assert "下一步：判定隐患" in page
    assert "张勇" in page
    assert reverse("hazards:step", kwargs={"pk": hazard.pk, "step": "confirm"}) in page
    stage.confirm(hazard)
    page = as_person(stage, "county_officer").get(hazard.get_absolute_url()).content.decode()
    assert "下一步：整改隐患并申请复查" in page
    assert "剩 10 天" in page
    assert "/confirm/" not in page


def test_the_whole_loop_through_pages_with_photos(stage: Stage) -> None:
    officer, firm = as_person(stage, "county_officer"), as_person(stage, "principal")
    answer = officer.post(reverse("hazards:report"), {
        "enterprise": stage.firm.pk, "title": "除尘器未设泄爆", "place": "抛丸区", "description": "未设泄爆装置", "level": "major", "criterion": stage.criterion.pk,
        "basis": "", "origin": "inspection", "channel": "", "found_at": "2025-01-06T08:50", "photos": [picture()],
    })  # fmt: skip
    hazard = Hazard.objects.get()
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    url = lambda step: reverse("hazards:step", kwargs={"pk": hazard.pk, "step": step})  # noqa: E731
    due = local_date(stage.now + 10 * DAY).isoformat()
    assert officer.post(url("confirm"), {"level": "major", "criterion": stage.criterion.pk, "due_on": due, "assignee": "王安", "note": ""}).status_code == 302
    stage.tick()
    incomplete = firm.post(url("submit_plan"), {"person": "周总", "measures": "加装泄爆", "amount_fen": "18.6", "due_on": due, "contingency": ""})
    assert incomplete.status_code == 422
    assert "请填写预案" in incomplete.content.decode()
    assert "加装泄爆" in incomplete.content.decode()
    assert firm.post(url("submit_plan"), {"person": "周总", "measures": "加装泄爆", "amount_fen": "18.6", "due_on": due, "contingency": "停产"}).status_code == 302
    assert officer.post(url("approve_plan"), {"note": ""}).status_code == 302
    stage.tick()
    assert firm.post(url("report_fix"), {"summary": "已加装", "photos": [picture("green")]}).status_code == 302
    stage.tick()
    assert as_person(stage, "county_colleague").post(url("accept"), {"opinion": "合格"}).status_code == 302
    hazard.refresh_from_db()
    assert (hazard.status, hazard.plan_amount_fen) == ("closed", 18_600_000)
    page = officer.get(hazard.get_absolute_url()).content.decode()
    assert page.index("整改前") < page.index("整改后")
    assert page.count("/files/") >= 2


def test_a_fault_keeps_what_was_typed(stage: Stage) -> None:
    answer = as_person(stage, "county_officer").post(reverse("hazards:report"), {
        "enterprise": stage.firm.pk, "title": "积尘", "description": "弯头处积尘很厚", "level": "general", "origin": "inspection", "found_at": "2024-12-01T08:00", "basis": "GB 15577",
    })  # fmt: skip
    assert answer.status_code == 422
    assert "72 小时" in answer.content.decode()
    assert "弯头处积尘很厚" in answer.content.decode()
    assert not Hazard.objects.exists()


def test_a_worker_reports_by_phone_without_seeing_any_list(stage: Stage) -> None:
    client = as_person(stage, "worker")
    assert client.get(reverse("hazards:list")).status_code == 403
    answer = client.post(reverse("hazards:report"), {
        "enterprise": stage.firm.pk, "title": "护栏缺失", "description": "二层平台", "level": "general", "origin": "self", "found_at": "2025-01-06T08:59", "photos": [picture()],
    })  # fmt: skip
    assert answer.status_code == 302
    assert Hazard.objects.get().sealed_at == stage.now
    assert answer.headers["Location"] == reverse("hazards:report")


@pytest.mark.requirement("X24-068", "X24-069", "X24-071")
def test_annex_2_has_the_official_columns_the_five_stages_and_completion_by_recheck(stage: Stage) -> None:
    officer = stage.cast.actor("county_officer")
    for number, origin in enumerate(("inspection", "cross", "tipoff")):
        stage.at_work(level="major", origin=origin, place=f"车间{number}")
    stage.confirm(stage.report("city_officer", level="major", origin="city_supervision", place="罐区"), "city_officer")
    done = stage.at_work(level="major", reporter="principal", place="仓库")
    stage.tick(DAY)
    stage.fix(done)
    stage.tick(DAY)
    services.accept_recheck(officer, done, at=stage.now, opinion="合格")
    content = as_person(stage, "county_officer").get(reverse("hazards:annex2")).content
    sheet = load_workbook(io.BytesIO(content)).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(n for n, row in enumerate(rows) if row[0] == "序号")
    assert rows[head][1:13] == [
        "企业名称", "所在市(县、区)", "行业类别", "检查环节", "检查单位", "检查时间", "重大隐患明细", "整改措施", "挂牌督办单位", "行政处罚情况", "整改完成情况", "备注",
    ]  # fmt: skip
    body = [row for row in rows[head + 1 :] if isinstance(row[0], int)]
    assert {row[4] for row in body} == {"企业自查", "市县检查", "交叉检查", "市级督查", "群众举报"}
    finished = [row for row in body if "完成整改" in str(row[11])]
    assert len(finished) == 1
    assert "2025年1月8日完成整改" in finished[0][11]
    assert all(part in finished[0][8] for part in ("责任：", "措施：", "资金：", "时限：", "预案："))


@pytest.mark.requirement("X24-040")
def test_the_zero_board_equals_the_ledger(stage: Stage) -> None:
    for number in range(3):
        stage.at_work(level="major", place=f"车间{number}")
    stage.closed(level="major", place="罐区")
    other = stage.report("sibling_officer", level="major", enterprise=stage.other_firm)
    stage.confirm(other, "sibling_officer")
    stage.now += 12 * DAY
    answer = as_person(stage, "city_officer").get(reverse("hazards:zero"))
    rows = {item["row"].unit.code: item for item in answer.context["rows"]}
    ledger = Hazard.objects.ledger().open()
    assert {code: item["row"].open for code, item in rows.items()} == {"140921": ledger.filter(unit__code="140921").count(), "140922": ledger.filter(unit__code="140922").count()}
    assert answer.context["total"] == ledger.count() == 4
    assert (rows["140921"]["age"], rows["140921"]["row"].overdue) == (12, 3)
    assert rows["140922"]["row"].next_text == "核准整改方案 1"
    county = as_person(stage, "county_officer").get(reverse("hazards:zero"))
    assert {item["row"].unit.code for item in county.context["rows"]} == {"140921"}


@pytest.mark.requirement("P24-022")
def test_statistics_by_field_place_and_operation(stage: Stage) -> None:
    stage.at_work(tags=["dust", "confined_space"])
    stage.closed(tags=["dust"], place="二车间")
    stage.report("county_officer", tags=["gas"])
    tables = dict(as_person(stage, "city_officer").get(reverse("hazards:statistics")).context["tables"])
    numbers = {row.code: (row.found, row.closed) for rows in tables.values() for row in rows}
    assert (numbers["dust"], numbers["confined_space"], numbers["gas"]) == ((2, 1), (1, 0), (0, 0))
    assert [row.title for row in tables["高风险作业"]] == ["有限空间作业", "筒仓清库", "检维修作业"]


def test_letters_open_in_word(stage: Stage) -> None:
    hazard = stage.at_work(level="major")
    client = as_person(stage, "county_officer")
    notice = client.get(reverse("hazards:letter", kwargs={"pk": hazard.pk, "kind": "listing"}))
    text = "\n".join(p.text for p in Document(io.BytesIO(notice.content)).paragraphs)
    assert "ZD-140921-2025-0001" in text
    stage.now = hazard.due_at + timedelta(days=8)
    services.propose_all(stage.now)
    proposal = Proposal.objects.undecided().get()
    letter = client.get(reverse("hazards:proposal_letter", kwargs={"pk": proposal.pk}))
    text = "\n".join(p.text for p in Document(io.BytesIO(letter.content)).paragraphs)
    assert "逾期8天" in text
    assert client.post(reverse("hazards:adopt", kwargs={"pk": proposal.pk})).status_code == 302


def test_employees_read_the_notice(stage: Stage) -> None:
    hazard = stage.report("principal", level="major")
    services.notify_employees(stage.cast.actor("principal"), hazard, text="抛丸区停用", at=stage.now)
    client = as_person(stage, "worker")
    address = reverse("hazards:notice", kwargs={"pk": hazard.pk})
    assert "抛丸区停用" in client.get(address).content.decode()
    client.post(address)
    assert "已阅 1 人" in client.get(address).content.decode()
    assert as_person(stage, "other_principal").get(address).status_code in (403, 404)
