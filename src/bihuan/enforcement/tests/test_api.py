"""The API: same scope and rules as the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from bihuan.enforcement.models import Order, PenaltyDecision
from bihuan.enforcement.tests.factories import WAN, order, penalty
from bihuan.foundation.lib.times import utc_now
from bihuan.inspections.tests.factories import Stage

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[str], Client]
PENALTIES, ORDERS = "/api/v1/penalties", "/api/v1/orders"


def post(client: Client, address: str, body: dict[str, Any], expected: int = 201) -> dict[str, Any]:
    response = client.post(address, json.dumps(body), content_type="application/json")
    assert response.status_code == expected, response.content.decode()
    answer: dict[str, Any] = response.json()
    return answer


def penalty_body(stage: Stage, **changes: Any) -> dict[str, Any]:
    return {
        "enterprise": stage.firm.pk, "body": stage.people.county.pk, "target": "firm", "violation": "未消除隐患", "basis_code": "PEN-102",
        "amount_fen": 3 * WAN, "decided_at": utc_now().isoformat(),
    } | changes  # fmt: skip


def test_penalties(stage: Stage, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    made = post(client, PENALTIES, penalty_body(stage))
    assert (made["amount_fen"], made["within_band"], made["enterprise_name"]) == (3 * WAN, True, stage.firm.name)
    assert post(client, PENALTIES, penalty_body(stage, amount_fen=9 * WAN), 422)["code"] == "enforcement.basis_doubtful"
    assert post(client, PENALTIES, penalty_body(stage, hazard=stage.self_report(at=utc_now()).pk), 409)["code"] == "enforcement.safe_harbour"
    both = post(client, PENALTIES, penalty_body(stage, target="principal", person="周总", basis_code="PEN-094", amount_fen=2 * WAN, linked=made["id"]))
    assert both["linked_id"] == made["id"]
    assert client.get(PENALTIES, {"enterprise": stage.firm.pk}).json()["count"] == 2
    assert post(client, f"{PENALTIES}/{both['id']}/void", {"reason": "登记错误"}, 200)["void_reason"] == "登记错误"
    assert (client.get(PENALTIES).json()["count"], client.get(PENALTIES, {"void": True}).json()["count"]) == (1, 1)


def test_orders(stage: Stage, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    body = {"enterprise": stage.firm.pk, "body": stage.people.county.pk, "kind": "stop", "content": "停产整改", "issued_at": utc_now().isoformat()}
    made = post(client, ORDERS, body)
    assert post(client, ORDERS, body | {"kind": "rectify"}, 422)["code"] == "enforcement.order_invalid"
    lifted = post(client, f"{ORDERS}/{made['id']}/lift", {"lifted_at": utc_now().isoformat(), "note": "复查合格"}, 200)
    assert lifted["lifted_at"]
    assert post(client, f"{ORDERS}/{made['id']}/void", {"reason": "登记错误"}, 200)["void_at"]
    assert client.get(f"{ORDERS}/{made['id']}").json()["lift_note"] == "复查合格"


def test_a_sibling_county_meets_404(stage: Stage, browser_of: BrowserOf) -> None:
    act, stop, hazard = penalty(stage), order(stage), stage.confirmed()
    client = browser_of("sibling_officer")
    assert (client.get(PENALTIES).json()["count"], client.get(ORDERS).json()["count"]) == (0, 0)
    assert client.get(f"{PENALTIES}/{act.pk}").status_code == client.get(f"{ORDERS}/{stop.pk}").status_code == 404
    post(client, f"{PENALTIES}/{act.pk}/void", {"reason": "登记错误"}, 404)
    post(client, f"{ORDERS}/{stop.pk}/void", {"reason": "登记错误"}, 404)
    post(client, f"{ORDERS}/{stop.pk}/lift", {"lifted_at": utc_now().isoformat(), "note": "复查合格"}, 404)
    post(client, PENALTIES, penalty_body(stage, body=stage.people.sibling_county.pk), 404)
    theirs = penalty_body(stage, enterprise=stage.other.pk, body=stage.people.sibling_county.pk, hazard=hazard.pk)
    post(client, PENALTIES, theirs, 404)
    assert (PenaltyDecision.objects.count(), Order.objects.count()) == (1, 1)


def test_reading_is_not_writing(stage: Stage, browser_of: BrowserOf) -> None:
    post(browser_of("auditor"), PENALTIES, penalty_body(stage), 403)
    assert browser_of("auditor").get(PENALTIES).status_code == 200
