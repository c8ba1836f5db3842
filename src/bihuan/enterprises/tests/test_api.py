"""The API: same scope and rules as the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from bihuan.enterprises.tests.factories import Stage, code_of

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[str], Client]
LIST = "/api/v1/enterprises"


def send(client: Client, method: str, address: str, body: dict[str, Any]) -> Any:
    return getattr(client, method)(address, json.dumps(body), content_type="application/json")


def test_list_detail_create_change_transfer(stage: Stage, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    listed = client.get(LIST, {"q": "晋昌"}).json()
    assert (listed["count"], listed["items"][0]["name"]) == (1, stage.firm.name)
    assert client.get(f"{LIST}/{stage.other.pk}").status_code == 404
    body = {"credit_code": code_of(50), "name": "新厂", "supervisor": stage.people.county.pk, "division_code": "140921", "sector": "light"}
    made = send(client, "post", LIST, body)
    assert made.status_code == 201, made.content.decode()
    firm = made.json()
    changed = send(client, "patch", f"{LIST}/{firm['id']}", {"version": 1, "headcount": 40})
    assert (changed.json()["headcount"], changed.json()["version"]) == (40, 2)
    stale = send(client, "patch", f"{LIST}/{firm['id']}", {"version": 1, "headcount": 41})
    assert (stale.status_code, stale.json()["code"]) == (409, "enterprises.stale")
    away = send(client, "post", f"{LIST}/{firm['id']}/transfer", {"to": stage.people.sibling_county.pk, "reason": "属地调整"})
    assert away.status_code == 404


def test_a_value_outside_its_choices_is_refused_in_words(stage: Stage, browser_of: BrowserOf) -> None:
    body = {"credit_code": code_of(51), "name": "新厂", "supervisor": stage.people.county.pk, "division_code": "140921", "sector": "冶金"}
    answer = send(browser_of("county_officer"), "post", LIST, body)
    assert answer.status_code == 422
    assert "可选：metallurgy（冶金）" in answer.content.decode()
