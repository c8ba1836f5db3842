"""The API: same scope and rules as the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.foundation.lib.times import utc_now
from bihuan.hazards.models import Hazard
from bihuan.inspections.models import Visit
from bihuan.inspections.tests.factories import Stage, dust_criterion

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[str], Client]
VISITS = "/api/v1/visits"


def post(client: Client, address: str, body: dict[str, Any], expected: int = 201) -> dict[str, Any]:
    response = client.post(address, json.dumps(body), content_type="application/json")
    assert response.status_code == expected, response.content.decode()
    answer: dict[str, Any] = response.json()
    return answer


@pytest.mark.requirement("X24-075")
def test_from_start_to_end(stage: Stage, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    dust_criterion()
    start = {"enterprise": stage.firm.pk, "kind": "joint", "level": "county", "body": stage.people.county.pk, "inspectors": ["张勇", "赵敏"],
             "started_at": utc_now().isoformat()}  # fmt: skip
    made = post(client, VISITS, start)
    address = f"{VISITS}/{made['id']}"
    assert made["enterprise_name"] == stage.firm.name
    assert {action["name"] for action in made["actions"]} == {"conclude", "void"}
    finding = {"level": "major", "criterion": "MEM10-11-3", "title": "未设泄爆", "description": "除尘器未设泄爆"}
    assert len(post(client, f"{address}/findings", finding)["findings"]) == 1
    assert post(client, f"{address}/findings", finding | {"criterion": "MEM10-99-9"}, 422)["code"] == "inspections.unknown_criterion"
    post(client, f"{address}/findings", {"level": "general", "title": "积尘", "description": "积尘"}, 422)
    assert Hazard.objects.count() == 1
    bad = post(client, f"{address}/list", {"rows": [{"description": "无依据的问题"}]}, 422)
    assert bad["code"] == "inspections.rows_invalid"
    assert "第 1 条没有填写判定依据" in json.dumps(bad, ensure_ascii=False)
    listed = post(client, f"{address}/list", {})
    digest = listed["problem_list"]["digest"]
    assert "第十一条" in listed["problem_list"]["rows"][0]["basis"]
    post(client, f"{address}/signatures", {"digest": "0" * 64, "role": "inspector", "name": "张勇"}, 409)
    post(client, f"{address}/signatures", {"digest": digest, "role": "inspector", "name": "张勇"})
    post(client, f"{address}/signatures", {"digest": digest, "role": "firm", "name": "周总", "refused": True, "reason": "不认可", "witness": "丁某"})
    seen = client.get(address).json()
    assert (seen["unsigned"], seen["problem_list"]["sound"]) == (None, True)
    done = post(client, f"{address}/conclude", {"ended_at": utc_now().isoformat(), "version": seen["version"]}, 200)
    assert (done["status"], done["actions"]) == ("concluded", [])
    assert client.get(VISITS, {"status": "concluded", "enterprise": stage.firm.pk}).json()["count"] == 1
    assert client.get(VISITS, {"status": "void"}).json()["count"] == 0


def test_a_sibling_county_meets_404(stage: Stage, browser_of: BrowserOf) -> None:
    visit = stage.visit()
    client = browser_of("sibling_officer")
    assert client.get(VISITS).json()["count"] == 0
    assert client.get(f"{VISITS}/{visit.pk}").status_code == 404
    bodies: dict[str, dict[str, Any]] = {
        "findings": {"level": "general", "title": "x", "description": "x", "basis": "x"}, "list": {}, "signatures": {"digest": "", "role": "firm", "name": "x"},
        "conclude": {"ended_at": utc_now().isoformat(), "version": 1}, "void": {"reason": "企业选错了", "version": 1},
    }  # fmt: skip
    for name, body in bodies.items():
        post(client, f"{VISITS}/{visit.pk}/{name}", body, 404)
    start = {"enterprise": stage.firm.pk, "kind": "joint", "level": "county", "body": stage.people.sibling_county.pk, "inspectors": ["a", "b"],
             "started_at": utc_now().isoformat()}  # fmt: skip
    post(client, VISITS, start, 404)
    assert Visit.objects.get().status == "under_way"


def test_reading_is_not_writing(stage: Stage, browser_of: BrowserOf) -> None:
    visit = stage.visit()
    client = browser_of("auditor")
    assert client.get(f"{VISITS}/{visit.pk}").json()["actions"] == []
    post(client, f"{VISITS}/{visit.pk}/void", {"reason": "企业选错了", "version": 1}, 403)
    assert client.get(f"{VISITS}/99999").status_code == 404


def test_a_list_costs_the_same_however_long(stage: Stage, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    stage.visit()
    client.get(VISITS)
    with CaptureQueriesContext(connection) as few:
        client.get(VISITS)
    for _ in range(5):
        stage.visit()
    with CaptureQueriesContext(connection) as many:
        assert client.get(VISITS).json()["count"] == 6
    assert len(many) == len(few)
