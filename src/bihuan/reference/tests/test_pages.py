"""Pages and API of the code tables."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.foundation.lib.times import local_date, utc_now
from bihuan.reference.models import Criterion
from bihuan.reference.services import revise_criterion
from bihuan.reference.tests.cast import acting, signed_in
from bihuan.reference.tests.factories import load_shipped

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shipped(db: None) -> None:
    load_shipped()


def text(client: Client, address: str, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200, response.content.decode()[:500]
    return response.content.decode()


def test_the_library_lists_a_sector_with_citations() -> None:
    client = signed_in("county_officer")
    page = text(client, reverse("reference:criteria"), sector="tobacco", size="100")
    assert "MEM10-10-1" in page
    assert "应急管理部令第10号第十条第一项" in page
    assert "MEM10-4-1" not in page
    assert "新增情形" not in page


def test_search_and_empty_result() -> None:
    client = signed_in("county_officer")
    assert "MEM10-5-7" in text(client, reverse("reference:criteria"), q="深井铸造 液位")
    assert "没有符合条件的记录" in text(client, reverse("reference:criteria"), q="不存在的情形")


def test_the_list_of_a_sector_is_exported_whole() -> None:
    response = signed_in("county_officer").get(
        reverse("reference:criteria"), {"sector": "metallurgy", "export": "xlsx"}
    )
    content = b"".join(response.streaming_content) if response.streaming else response.content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    rows = [row for row in sheet.iter_rows(values_only=True) if row and str(row[0]).startswith("MEM10-")]
    assert len(rows) == 25


def test_the_library_asks_few_questions() -> None:
    client = signed_in("county_officer")
    text(client, reverse("reference:criteria"))
    with CaptureQueriesContext(connection) as few:
        text(client, reverse("reference:criteria"), size="20")
    with CaptureQueriesContext(connection) as many:
        text(client, reverse("reference:criteria"), size="100")
    assert len(few) == len(many)


def test_a_criterion_shows_its_versions_and_what_changed() -> None:
    criterion = Criterion.objects.get(code="MEM10-4-1")
    tomorrow = local_date(utc_now()) + timedelta(days=1)
    revise_criterion(
        acting("city_officer"),
        criterion,
        content={"title": "修订后的情形"},
        effective_from=tomorrow,
        reason="省级通知",
        at=utc_now(),
    )
    client = signed_in("county_officer")
    address = reverse("reference:criterion", kwargs={"pk": criterion.pk})
    page = text(client, address)
    assert "<ins>修订后的情形</ins>" in page
    assert "房间类型" in page
    assert "高温熔融金属" in page
    assert "修订</a>" not in page
    assert "省级通知" in page
    heading = page.split("<h1", 1)[1].split("</h1>", 1)[0]
    assert "修订后的情形" not in heading
    assert "修订后的情形" in text(client, address, version="2").split("<h1", 1)[1].split("</h1>", 1)[0]


def revision(criterion: Criterion, **changes: str) -> dict[str, str]:
    latest = criterion.versions.get()
    tomorrow = (local_date(utc_now()) + timedelta(days=1)).isoformat()
    return {
        "title": "新情形", "standard": latest.standard, "standard_title": latest.standard_title, "article": str(latest.article),
        "item": str(latest.item), "scope": latest.scope, "control_type": latest.control_type, "tags": "甲、乙",
        "verified": "on", "effective_from": tomorrow, "reason": "省级通知", **changes,
    }  # fmt: skip


def test_the_editor_makes_a_new_version() -> None:
    criterion = Criterion.objects.get(code="MEM10-4-1")
    client = signed_in("city_officer")
    address = reverse("reference:revise", kwargs={"pk": criterion.pk})
    assert "吊运跨地坪" in text(client, address)
    response = client.post(address, revision(criterion))
    assert response.status_code == 302
    newest = criterion.versions.order_by("-number")[0]
    assert (newest.number, newest.title, newest.tags) == (2, "新情形", ["甲", "乙"])
    assert newest.facts == criterion.versions.get(number=1).facts
    assert response.headers["Location"] == newest.get_absolute_url()


def test_a_fault_keeps_what_was_typed() -> None:
    criterion = Criterion.objects.get(code="MEM10-4-1")
    response = signed_in("city_officer").post(
        reverse("reference:revise", kwargs={"pk": criterion.pk}),
        revision(criterion, effective_from="2020-01-01"),
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "生效日期不得早于今天" in page
    assert "新情形" in page
    assert criterion.versions.count() == 1


@pytest.mark.parametrize("name", ["revise", "retire"])
def test_a_county_officer_cannot_open_the_editor(name: str) -> None:
    criterion = Criterion.objects.get(code="MEM10-4-1")
    client = signed_in("county_officer")
    assert client.get(reverse(f"reference:{name}", kwargs={"pk": criterion.pk})).status_code == 403
    assert client.get(reverse("reference:new-criterion")).status_code == 403


def test_a_city_officer_adds_and_retires_a_criterion() -> None:
    client = signed_in("city_officer")
    data = revision(Criterion.objects.get(code="MEM10-4-1"), code="sx-2025-01")
    assert client.post(reverse("reference:new-criterion"), data).status_code == 302
    added = Criterion.objects.get(code="SX-2025-01")
    last_day = (local_date(utc_now()) + timedelta(days=30)).isoformat()
    address = reverse("reference:retire", kwargs={"pk": added.pk})
    assert client.post(address, {"last_day": last_day, "reason": "并入国家标准"}).status_code == 302
    assert added.versions.get().effective_to.isoformat() == last_day


def test_divisions_are_found_by_initials_and_city() -> None:
    client = signed_in("county_officer")
    page = text(client, reverse("reference:divisions"), q="xfq")
    assert "忻州市忻府区" in page
    assert "140902" in page
    assert "140921" not in page
    assert "五台山风景名胜区" in text(client, reverse("reference:divisions"), city="140900", level="zone")


def test_industries_show_what_is_not_checked() -> None:
    page = text(signed_in("county_officer"), reverse("reference:industries"), sector="light", q="农副")
    assert "待核对" in page


def test_an_anonymous_visitor_is_sent_to_sign_in(settings: Any) -> None:
    settings.LOGIN_URL = "/sign-in/"
    for name in ("criteria", "divisions", "industries"):
        assert Client().get(reverse(f"reference:{name}")).status_code == 302


def test_the_api_lists_criteria_versions_and_divisions() -> None:
    client = signed_in("county_officer")
    found = client.get(
        "/api/v1/reference/criteria", {"sector": "tobacco", "on": "2024-12-11", "limit": 5}
    ).json()
    assert (found["count"], len(found["items"])) == (3 + 2 + 14, 5)
    assert found["items"][0]["code"] == "MEM10-3-1"
    assert client.get("/api/v1/reference/criteria", {"on": "2023-05-14"}).json()["count"] == 0
    versions = client.get("/api/v1/reference/criteria/MEM10-4-1").json()
    assert [(row["version"], row["effective_from"]) for row in versions] == [(1, "2023-05-15")]
    assert (
        client.get("/api/v1/reference/divisions", {"q": "xfq"}).json()["items"][0]["full_name"]
        == "忻州市忻府区"
    )
    assert client.get("/api/v1/reference/industries", {"sector": "tobacco"}).json()["count"] == 1


def test_the_api_explains_its_refusals() -> None:
    client = signed_in("county_officer")
    missing = client.get("/api/v1/reference/criteria/NONE-1")
    assert (missing.status_code, missing.json()["code"]) == (404, "reference.criterion_unknown")
    assert client.get("/api/v1/reference/criteria", {"limit": 100000}).status_code == 422
    assert Client().get("/api/v1/reference/criteria").status_code == 401
