"""Pages of penalties and orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.enforcement.models import Order, PenaltyDecision
from bihuan.enforcement.tests.factories import WAN, order, penalty
from bihuan.foundation.lib.times import shanghai, utc_now
from bihuan.inspections.tests.factories import Stage
from bihuan.reference.models import PenaltyBand

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


def now() -> str:
    return f"{shanghai(utc_now()):%Y-%m-%d %H:%M}"


def form(stage: Stage, **changes: Any) -> dict[str, Any]:
    return {
        "enterprise": stage.firm.pk, "target": "firm", "violation": "未采取措施消除事故隐患", "band": PenaltyBand.objects.get(code="PEN-102").pk,
        "amount": "3", "amount_unit": "万元", "decided_at": now(), "body": stage.people.county.pk, "document_number": "（定）应急罚〔2025〕3号",
    } | changes  # fmt: skip


@pytest.mark.parametrize(("amount", "unit", "fen"), [("3", "万元", 3 * WAN), ("4.5", "万元", 4_500_000), ("12000", "元", 1_200_000)])
def test_registering_a_penalty(stage: Stage, browser_of: BrowserOf, amount: str, unit: str, fen: int) -> None:
    client = browser_of("county_officer")
    page(client, reverse("enforcement:penalty-new"), enterprise=str(stage.firm.pk))
    send(client, reverse("enforcement:penalty-new"), **form(stage, amount=amount, amount_unit=unit))
    made = PenaltyDecision.objects.get()
    assert (made.amount_fen, made.basis_code, made.recorded_by) == (fen, "PEN-102", stage.people.user["county_officer"])
    shown = page(client, made.get_absolute_url())
    assert "在法定幅度内" in shown
    assert "同案处罚主要负责人" in shown
    assert made.get_absolute_url() in page(client, reverse("enforcement:penalties"))
    assert made.get_absolute_url() in page(client, stage.firm.get_absolute_url())


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"amount": "30"}, "法定幅度内"), ({"amount": "三万"}, "金额"), ({"amount": "-1"}, "金额"), ({"band": ""}, "请选择处罚依据"),
     ({"target": "principal"}, "姓名"), ({"decided_at": "昨天"}, "请写作")],
)  # fmt: skip
def test_faults_keep_what_was_typed(stage: Stage, browser_of: BrowserOf, changes: dict[str, Any], words: str) -> None:
    shown = send(browser_of("county_officer"), reverse("enforcement:penalty-new"), 422, **form(stage, **changes))
    assert words in shown
    assert "（定）应急罚〔2025〕3号" in shown
    assert not PenaltyDecision.objects.exists()


def test_safe_harbour_is_explained_on_the_form(stage: Stage, browser_of: BrowserOf) -> None:
    own = stage.self_report(at=utc_now() - timedelta(hours=1))
    shown = send(browser_of("county_officer"), reverse("enforcement:penalty-new"), 409, **form(stage, hazard=own.pk))
    assert "企业自报封存时间" in shown
    assert not PenaltyDecision.objects.exists()


def test_the_other_respondent_of_the_case(stage: Stage, browser_of: BrowserOf) -> None:
    client, first = browser_of("county_officer"), penalty(stage)
    address = f"{reverse('enforcement:penalty-new')}?linked={first.pk}"
    assert "周总" in page(client, address)
    send(client, address, **form(stage, target="principal", person="周总", band=PenaltyBand.objects.get(code="PEN-094").pk, amount="2"))
    second = PenaltyDecision.objects.latest("pk")
    assert second.linked == first
    assert second.get_absolute_url() in page(client, first.get_absolute_url())


def test_an_order_from_a_hazard_to_its_lifting(stage: Stage, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    hazard = stage.confirmed()
    assert str(stage.firm.name) in page(client, reverse("enforcement:order-new"), hazard=str(hazard.pk))
    data = {"enterprise": stage.firm.pk, "kind": "stop", "content": "停产整改", "issued_at": now(), "body": stage.people.county.pk, "hazard": hazard.pk}
    send(client, reverse("enforcement:order-new"), **data)
    made = Order.objects.get()
    assert made.hazard_id == hazard.pk
    shown = page(client, made.get_absolute_url())
    assert hazard.number in shown
    send(client, reverse("enforcement:order-lift", args=[made.pk]), lifted_at=f"{shanghai(utc_now()):%Y-%m-%d %H:%M:%S}", note="复查合格，同意恢复生产")
    made.refresh_from_db()
    assert made.lifted_at
    assert "理由至少写 4 个字" in send(client, reverse("enforcement:order-void", args=[made.pk]), 422, reason="错")
    send(client, reverse("enforcement:order-void", args=[made.pk]), reason="登记错误")
    assert made.get_absolute_url() not in page(client, reverse("enforcement:orders"))
    assert made.get_absolute_url() in page(client, reverse("enforcement:orders"), tab="void")


def test_pickers_show_ranges_and_doubts(stage: Stage, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    bands = reverse("enforcement:band-options")
    assert "单位：首次5万元以下" in page(client, bands, q="102")
    assert "【待核对】" in page(client, bands, q="粉尘隐患")
    assert "没有找到" in page(client, bands, q="PEN-493-37")
    hazard = stage.confirmed()
    hazards = reverse("enforcement:hazard-options")
    assert hazard.number in page(client, hazards, q="积尘", enterprise=str(stage.firm.pk))
    assert "没有找到" in page(client, hazards, q="积尘", enterprise=str(stage.other.pk))
    assert "没有找到" in page(browser_of("sibling_officer"), hazards, q="积尘")
    page(browser_of("auditor"), hazards, 403, q="积尘")


def test_a_sibling_county_finds_nothing(stage: Stage, browser_of: BrowserOf) -> None:
    act, stop = penalty(stage), order(stage)
    client = browser_of("sibling_officer")
    for name in ("penalties", "orders"):
        assert stage.firm.name not in page(client, reverse(f"enforcement:{name}"))
    for address in (act.get_absolute_url(), stop.get_absolute_url(), reverse("enforcement:penalty-void", args=[act.pk]),
                    reverse("enforcement:order-void", args=[stop.pk]), reverse("enforcement:order-lift", args=[stop.pk])):  # fmt: skip
        page(client, address, 404)
    send(client, reverse("enforcement:penalty-new"), 422, **form(stage, body=stage.people.sibling_county.pk))
    assert PenaltyDecision.objects.count() == 1


def test_who_reads_does_not_write(stage: Stage, browser_of: BrowserOf) -> None:
    act = penalty(stage)
    client = browser_of("auditor")
    assert "撤销" not in page(client, act.get_absolute_url()).split("办理记录")[0].split("</h1>")[1][:600]
    page(client, reverse("enforcement:penalty-void", args=[act.pk]), 403)
    page(client, reverse("enforcement:penalty-new"), 403)
    page(browser_of("worker"), reverse("enforcement:penalties"), 403)


def test_lists_cost_the_same_however_long(stage: Stage, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    addresses = [reverse("enforcement:penalties"), reverse("enforcement:orders"), "/api/v1/penalties", "/api/v1/orders", stage.firm.get_absolute_url()]
    penalty(stage)
    order(stage)

    def cost() -> list[int]:
        counts = []
        for address in addresses:
            page(client, address)
            with CaptureQueriesContext(connection) as queries:
                page(client, address)
            counts.append(len(queries))
        return counts

    few = cost()
    for _ in range(6):
        penalty(stage)
        order(stage)
    assert cost() == few
