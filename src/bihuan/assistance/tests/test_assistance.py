"""Benchmark firms, pairings and service visits: rules, pages, API, access, what a list costs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.assistance.models import Benchmark, Pairing, ServiceVisit
from bihuan.assistance.services import choose_benchmark, end_benchmark, end_pairing, pair, record_service
from bihuan.enforcement.models import PenaltyDecision
from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.tests.factories import AT, firm
from bihuan.foundation.lib.problems import Conflict, Invalid, NotFound, Problem
from bihuan.foundation.lib.times import shanghai, utc_now
from bihuan.hazards.models import Hazard
from bihuan.inspections.tests.factories import Stage

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[str], Client]
LATER = AT + timedelta(days=1)
PLAN = "每月入企帮扶两次"


def page(client: Client, address: str, expected: int = 200, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == expected, response.content.decode()[:900]
    return response.content.decode()


def send(client: Client, address: str, expected: int = 302, **data: Any) -> str:
    response = client.post(address, data)
    assert response.status_code == expected, response.content.decode()[:3000]
    return response.content.decode()


def weak(stage: Stage, number: int = 21) -> Enterprise:
    return firm(stage.people.county, number, name=f"定襄县待帮扶厂{number}")


def paired(stage: Stage, number: int = 21) -> Pairing:
    actor = stage.actor("county_officer")
    if not Benchmark.objects.running().exists():
        choose_benchmark(actor, enterprise=stage.firm, at=AT)
    return pair(actor, helper=stage.firm, helped=weak(stage, number), plan=PLAN, at=AT)


def advice(stage: Stage, who: str = "county_officer", **parts: Any) -> ServiceVisit:
    values: dict[str, Any] = {
        "enterprise": stage.firm, "visited_at": AT, "experts": "刘工", "subject": "涉爆粉尘", "advice": "增设锁气卸灰装置", "found": "灰斗积尘",
    } | parts  # fmt: skip
    return record_service(stage.actor(who), at=AT, **values)


def test_the_life_of_a_pairing(stage: Stage) -> None:
    actor, row = stage.actor("county_officer"), paired(stage)
    assert row.enterprise.pairing_role == "helped"
    for attempt, words in (
        (lambda: choose_benchmark(actor, enterprise=stage.firm, at=AT), "已是标杆企业"),
        (lambda: choose_benchmark(actor, enterprise=row.enterprise, at=AT), "正在被帮扶"),
        (lambda: pair(actor, helper=stage.firm, helped=row.enterprise, plan=PLAN, at=AT), "已有帮扶企业"),
        (lambda: pair(actor, helper=weak(stage, 22), helped=weak(stage, 23), plan=PLAN, at=AT), "还不是标杆企业"),
        (lambda: pair(actor, helper=stage.firm, helped=stage.firm, plan=PLAN, at=AT), "不能帮扶自己"),
        (lambda: end_benchmark(actor, Benchmark.objects.get(), at=LATER, reason="专项行动结束"), "请先结束结对"),
        (lambda: end_pairing(actor, row, at=LATER, outcome=" "), "帮扶成效"),
    ):
        with pytest.raises(Problem, match=words):
            attempt()
    end_pairing(actor, row, at=LATER, outcome="整改到位")
    with pytest.raises(Problem, match="已经结束"):
        end_pairing(actor, row, at=LATER, outcome="整改到位")
    mark = Benchmark.objects.get()
    end_benchmark(actor, mark, at=LATER, reason="专项行动结束")
    with pytest.raises(Problem, match="已经取消"):
        end_benchmark(actor, mark, at=LATER, reason="专项行动结束")
    assert set(Enterprise.objects.values_list("pairing_role", flat=True)) == {""}
    choose_benchmark(actor, enterprise=row.enterprise, at=LATER)


def test_two_officers_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    actor, row = stage.actor("county_officer"), paired(stage)
    stale = Enterprise.objects.get(pk=row.enterprise_id)
    stale.pairing_role = ""
    monkeypatch.setattr("bihuan.assistance.querysets.AssistanceQuerySet.exists", lambda rows: False)
    with pytest.raises(Conflict):
        pair(actor, helper=stage.firm, helped=stale, plan=PLAN, at=AT)
    with pytest.raises(Conflict):
        choose_benchmark(actor, enterprise=stage.firm, at=AT)


@pytest.mark.parametrize(
    ("parts", "field"),
    [({"experts": " "}, "experts"), ({"advice": ""}, "advice"), ({"subject": ""}, "subject"), ({"visited_at": LATER}, "visited_at"),
     ({"visited_at": AT - timedelta(days=8)}, "visited_at")],
)  # fmt: skip
def test_a_service_visit_refused(stage: Stage, parts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        advice(stage, **parts)
    assert field in refused.value.errors


def test_advice_makes_neither_hazard_nor_penalty(stage: Stage) -> None:
    assert advice(stage, "expert").recorded_by == stage.people.user["expert"]
    assert not Hazard.objects.exists()
    assert not PenaltyDecision.objects.exists()


def test_through_the_pages(stage: Stage, browser_of: BrowserOf) -> None:
    client, helped = browser_of("county_officer"), weak(stage)
    send(client, reverse("assistance:benchmark-new"), enterprise=stage.firm.pk, note="一级标准化")
    mark = Benchmark.objects.get()
    send(client, reverse("assistance:pairing-new"), helper=stage.firm.pk, helped=helped.pk, plan=PLAN)
    row = Pairing.objects.get()
    assert helped.name in page(client, mark.get_absolute_url())
    assert PLAN in page(client, row.get_absolute_url())
    refused = send(client, reverse("assistance:pairing-new"), 409, helper=stage.firm.pk, helped=helped.pk, plan="另一份计划")
    assert "已有帮扶企业" in refused
    assert "另一份计划" in refused
    assert "请先结束结对" in send(client, reverse("assistance:benchmark-end", args=[mark.pk]), 409, reason="专项行动结束")
    send(client, reverse("assistance:pairing-end", args=[row.pk]), outcome="整改到位")
    send(client, reverse("assistance:benchmark-end", args=[mark.pk]), reason="专项行动结束")
    assert "整改到位" in page(client, row.get_absolute_url())
    moment = f"{shanghai(utc_now()):%Y-%m-%d %H:%M}"
    send(client, reverse("assistance:service-visit-new"), enterprise=helped.pk, visited_at=moment, experts="刘工", subject="有限空间", advice="先通风后检测")
    visit = ServiceVisit.objects.get()
    assert "先通风后检测" in page(client, visit.get_absolute_url())
    shown = page(client, helped.get_absolute_url())
    assert visit.get_absolute_url() in shown
    assert row.get_absolute_url() in shown
    for name in ("benchmarks", "pairings", "service-visits"):
        page(client, reverse(f"assistance:{name}"), tab="ended", unit=str(stage.people.county.pk))


def test_a_sibling_county_finds_nothing(stage: Stage, browser_of: BrowserOf) -> None:
    row, visit = paired(stage), advice(stage)
    mark, other = Benchmark.objects.get(), stage.actor("sibling_officer")
    client = browser_of("sibling_officer")
    for name in ("benchmarks", "pairings", "service-visits"):
        assert stage.firm.name not in page(client, reverse(f"assistance:{name}"))
        assert client.get(f"/api/v1/{name}").json()["count"] == 0
    for address in (row.get_absolute_url(), mark.get_absolute_url(), visit.get_absolute_url(), reverse("assistance:pairing-end", args=[row.pk]),
                    reverse("assistance:benchmark-end", args=[mark.pk]), f"/api/v1/pairings/{row.pk}", f"/api/v1/benchmarks/{mark.pk}",
                    f"/api/v1/service-visits/{visit.pk}"):  # fmt: skip
        page(client, address, 404)
    for deed in (lambda: end_pairing(other, row, at=LATER, outcome="x"), lambda: end_benchmark(other, mark, at=LATER, reason="x"),
                 lambda: choose_benchmark(other, enterprise=weak(stage, 30), at=AT), lambda: advice(stage, "sibling_officer")):  # fmt: skip
        with pytest.raises(NotFound):
            deed()
    page(browser_of("auditor"), reverse("assistance:pairing-new"), 403)


def test_by_api(stage: Stage, browser_of: BrowserOf) -> None:
    client, helped = browser_of("county_officer"), weak(stage)

    def post(address: str, body: dict[str, Any], expected: int = 201) -> dict[str, Any]:
        response = client.post(f"/api/v1/{address}", json.dumps(body), content_type="application/json")
        assert response.status_code == expected, response.content.decode()
        answer: dict[str, Any] = response.json()
        return answer

    mark = post("benchmarks", {"enterprise": stage.firm.pk})
    row = post("pairings", {"helper": stage.firm.pk, "helped": helped.pk, "plan": PLAN})
    assert post("pairings", {"helper": stage.firm.pk, "helped": helped.pk, "plan": PLAN}, 409)["code"] == "assistance.already_helped"
    post("pairings", {"helper": stage.firm.pk, "helped": stage.other.pk, "plan": PLAN}, 404)
    assert post(f"pairings/{row['id']}/end", {"outcome": "整改到位"}, 200)["outcome"] == "整改到位"
    assert post(f"benchmarks/{mark['id']}/end", {"reason": "专项行动结束"}, 200)["ended_at"]
    post("service-visits", {"enterprise": helped.pk, "visited_at": utc_now().isoformat(), "experts": "刘工", "subject": "粉尘", "advice": "清灰"})
    assert client.get("/api/v1/pairings", {"running": True}).json()["count"] == 0
    assert client.get("/api/v1/service-visits", {"enterprise": helped.pk, "running": True}).json()["count"] == 1


def test_lists_cost_the_same_however_long(stage: Stage, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    names = ("benchmarks", "pairings", "service-visits")
    addresses = [reverse(f"assistance:{name}") for name in names] + [f"/api/v1/{name}" for name in names]
    paired(stage)
    advice(stage)

    def cost() -> list[int]:
        counts = []
        for address in addresses:
            page(client, address)
            with CaptureQueriesContext(connection) as queries:
                page(client, address)
            counts.append(len(queries))
        return counts

    few = cost()
    for number in range(40, 45):
        choose_benchmark(stage.actor("county_officer"), enterprise=weak(stage, number), at=AT)
        paired(stage, number + 10)
        advice(stage)
    assert cost() == few
