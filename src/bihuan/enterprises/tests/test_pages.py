"""List, one-firm page, forms and pickers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.panels import Panel, _panels, register
from bihuan.enterprises.services import put_on_key_list
from bihuan.enterprises.tests.factories import AT, BUILDER, Stage, code_of, firm
from bihuan.reference.models import Industry
from bihuan.reference.tests.factories import load_shipped

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[str], Client]


def text(client: Client, address: str, expected: int = 200, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == expected, response.content.decode()[:800]
    return response.content.decode()


def test_a_county_lists_its_own_firms_and_no_siblings(stage: Stage, browser_of: BrowserOf) -> None:
    page = text(browser_of("county_officer"), reverse("enterprises:list"))
    assert stage.firm.name in page
    assert stage.other.name not in page
    city = text(browser_of("city_officer"), reverse("enterprises:list"))
    assert stage.firm.name in city
    assert stage.other.name in city


@pytest.mark.parametrize(
    ("query", "found"),
    [({"q": "晋昌"}, True), ({"q": "dxxjc"}, True), ({"q": "9114 0921 MA0"}, True), ({"q": "云岭"}, False), ({"sector": "machinery"}, True),
     ({"sector": "tobacco"}, False), ({"list": "市级重点监管企业"}, True), ({"scale": "small"}, True), ({"status": "stopped"}, False)],
)  # fmt: skip
def test_filters(stage: Stage, browser_of: BrowserOf, query: dict[str, str], found: bool) -> None:
    put_on_key_list(BUILDER, stage.firm, list_name="市级重点监管企业", since=date(2025, 1, 1), at=AT)
    assert (stage.firm.name in text(browser_of("county_officer"), reverse("enterprises:list"), **query)) is found


def test_a_list_costs_the_same_however_long(stage: Stage, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    address = reverse("enterprises:list")
    text(client, address)
    with CaptureQueriesContext(connection) as few:
        text(client, address)
    for number in range(30, 42):
        firm(stage.people.county, number)
    with CaptureQueriesContext(connection) as many:
        text(client, address)
    assert len(many) == len(few)


def test_the_one_firm_page_shows_panels_of_higher_apps_to_those_who_may(stage: Stage, browser_of: BrowserOf) -> None:
    def context(actor: Any, enterprise: Enterprise, at: Any) -> dict[str, Any]:
        return {"title": "现场检查", "text": f"{enterprise.name}的检查"}

    register(Panel("of-this-test", "现场检查", 10, "components/card.html", context, "inspections.view"))
    try:
        assert f"{stage.firm.name}的检查" in text(browser_of("county_officer"), stage.firm.get_absolute_url())
    finally:
        _panels.pop("of-this-test")
    text(browser_of("sibling_officer"), stage.firm.get_absolute_url(), expected=404)


def post_form(**changes: str) -> dict[str, str]:
    return {
        "name": "定襄县新兴铸造有限公司", "division_text": "140921", "ownership": "private", "scale": "small", "status": "in_operation",
        "sector": "machinery", "headcount": "25", **changes,
    }  # fmt: skip


def test_registering_by_form(stage: Stage, browser_of: BrowserOf) -> None:
    load_shipped()
    client = browser_of("county_officer")
    data = post_form(code=code_of(77), supervisor=str(stage.people.county.pk), industry_code="C3110", sector="", processes="炼铁、轧制")
    response = client.post(reverse("enterprises:new"), data)
    made = Enterprise.objects.get(credit_code=code_of(77))
    assert response.headers["Location"] == made.get_absolute_url()
    assert made.sector == Industry.objects.sector_of("3110").sector
    assert made.processes == ["炼铁", "轧制"]
    again = client.post(reverse("enterprises:new"), data)
    assert again.status_code == 409
    assert "已建档：定襄县新兴铸造有限公司" in again.content.decode()
    assert "炼铁、轧制" in again.content.decode()


def test_a_faulty_code_keeps_what_was_typed(stage: Stage, browser_of: BrowserOf) -> None:
    load_shipped()
    client = browser_of("county_officer")
    faulty = code_of(78)[:-1] + ("A" if code_of(78)[-1] != "A" else "B")
    response = client.post(reverse("enterprises:new"), post_form(code=faulty, supervisor=str(stage.people.county.pk)))
    page = response.content.decode()
    assert response.status_code == 422
    assert "校验位不正确" in page
    assert "定襄县新兴铸造有限公司" in page


def test_a_sibling_bureau_cannot_be_chosen(stage: Stage, browser_of: BrowserOf) -> None:
    load_shipped()
    response = browser_of("county_officer").post(
        reverse("enterprises:new"), post_form(code=code_of(79), supervisor=str(stage.people.sibling_county.pk))
    )
    assert response.status_code == 422
    assert not Enterprise.objects.filter(credit_code=code_of(79)).exists()


def test_two_officers_editing_at_once(stage: Stage, browser_of: BrowserOf) -> None:
    load_shipped()
    client = browser_of("county_officer")
    address = reverse("enterprises:edit", kwargs={"pk": stage.firm.pk})
    assert 'name="version" value="1"' in text(client, address)
    first = client.post(address, post_form(name=stage.firm.name, headcount="190", version="1"))
    assert first.status_code == 302
    second = client.post(address, post_form(name=stage.firm.name, headcount="200", version="1"))
    assert second.status_code == 409
    assert "已被他人修改" in second.content.decode()
    stage.firm.refresh_from_db()
    assert stage.firm.headcount == 190
    assert "从业人数 186→190" in text(client, stage.firm.get_absolute_url())


def test_pickers_answer_from_two_characters_on_and_within_sight(stage: Stage, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    address = reverse("enterprises:options")
    assert "晋昌" not in text(client, address, q="晋")
    found = text(client, address, q="晋昌")
    assert f'data-value="{stage.firm.pk}"' in found
    assert "定襄县应急管理局" in found
    nothing = text(client, address, q="云岭")
    assert "登记新企业" in nothing
    assert "云岭法兰" not in nothing


def test_transfer_takes_the_firm_out_of_sight(stage: Stage, browser_of: BrowserOf) -> None:
    address = reverse("enterprises:transfer", kwargs={"pk": stage.firm.pk})
    text(browser_of("sibling_officer"), address, expected=404)
    data = {"to": str(stage.people.sibling_county.pk), "reason": "属地调整"}
    assert browser_of("county_officer").post(address, data).status_code == 422
    assert browser_of("city_officer").post(address, data).status_code in (302, 403)
