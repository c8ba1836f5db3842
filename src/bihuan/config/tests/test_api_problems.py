"""Faults of the API: one shape, a stable code, a Chinese sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import Http404, HttpRequest
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError
from ninja.testing import TestClient
from pydantic import Field

from bihuan.config.api import openapi_text
from bihuan.config.api_problems import handle_problems
from bihuan.foundation.lib.problems import Conflict, Invalid, Problem


class Plan(Schema):
    title: str = Field(min_length=2)
    days: int = Field(ge=1)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("NINJA_SKIP_REGISTRY", "1")
    api = NinjaAPI(urls_namespace="faults")
    handle_problems(api)

    @api.post("/plans")
    def plan(request: HttpRequest, body: Plan) -> dict[str, str]:
        return {"title": body.title}

    @api.get("/raise/{kind}")
    def fail(request: HttpRequest, kind: str) -> None:
        raise {
            "problem": Problem("hazards.own_fix", "不能复查自己整改的隐患，请由他人复查。", field="by", detail={"id": 7}),
            "conflict": Conflict(),
            "invalid": Invalid({"days": ["须为正数"], "": ["两项至少填一项"]}),
            "missing": Http404("x"),
            "http": HttpError(418, "teapot"),
            "bug": KeyError("secret-detail"),
        }[kind]

    return TestClient(api)


def read(response: Any) -> dict[str, Any]:
    assert response["Content-Type"].startswith("application/problem+json")
    body: dict[str, Any] = json.loads(response.content)
    assert body["status"] == response.status_code
    return body


def test_problem_keeps_its_code_field_and_facts(client: TestClient) -> None:
    body = read(client.get("/raise/problem"))
    assert (body["status"], body["code"]) == (422, "hazards.own_fix")
    assert body["detail"] == "不能复查自己整改的隐患，请由他人复查。"
    assert body["errors"] == {"by": ["不能复查自己整改的隐患，请由他人复查。"]}
    assert body["facts"] == {"id": 7}


def test_kinds_of_problem_have_their_status(client: TestClient) -> None:
    assert read(client.get("/raise/conflict"))["status"] == 409
    assert read(client.get("/raise/invalid"))["errors"] == {"days": ["须为正数"], "": ["两项至少填一项"]}
    assert read(client.get("/raise/missing"))["code"] == "not_found"
    assert read(client.get("/raise/http"))["status"] == 418


def test_wrong_input_is_named_field_by_field(client: TestClient) -> None:
    body = read(client.post("/plans", json={"title": "一", "days": "many"}))
    assert body["status"] == 422
    assert body["errors"] == {"title": ["不少于 2 个字"], "days": ["须为整数"]}
    assert "title：不少于 2 个字" in body["detail"]


def test_missing_input_is_said_to_be_required(client: TestClient) -> None:
    assert read(client.post("/plans", json={}))["errors"] == {"title": ["必填"], "days": ["必填"]}


def test_broken_json_is_a_bad_request(client: TestClient) -> None:
    assert read(client.post("/plans", data="{", content_type="application/json"))["code"] == "bad_request"


def test_a_bug_tells_nothing_of_itself_but_is_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    response = client.get("/raise/bug")
    body = read(response)
    assert (body["status"], body["code"]) == (500, "internal")
    assert "secret-detail" not in response.content.decode()
    assert any(record.name == "bihuan.api" and record.exc_info for record in caplog.records)


def test_description_is_deterministic() -> None:
    assert openapi_text() == openapi_text()
