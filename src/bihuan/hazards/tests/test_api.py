"""The API: same scope and rules as the pages."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from bihuan.foundation.lib.times import local_date
from bihuan.hazards.models import Hazard
from bihuan.hazards.tests.factories import DAY, Stage
from bihuan.hazards.tests.test_pages import as_person, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The API takes the stage's time."""
    monkeypatch.setattr("bihuan.hazards.api.utc_now", lambda: stage.now)


def send(client: Client, address: str, body: dict[str, Any]) -> Any:
    """POST as JSON."""
    return client.post(f"/api/v1{address}", json.dumps(body, default=str), content_type="application/json")


def finding(stage: Stage, **parts: Any) -> dict[str, Any]:
    """A finding as a phone sends it."""
    return {"enterprise": stage.firm.pk, "origin": "inspection", "level": "general", "title": "积尘", "description": "弯头处积尘", "found_at": stage.now.isoformat(),
            "basis": "GB 15577", "place": "抛丸区"} | parts  # fmt: skip


@pytest.mark.requirement("X24-069")
def test_a_sixth_stage_is_refused(stage: Stage) -> None:
    answer = send(as_person(stage, "county_officer"), "/hazards", finding(stage, origin="drone"))
    assert answer.status_code == 422
    assert "群众举报" in answer.json()["errors"]["origin"][0]
    assert not Hazard.objects.exists()


def test_sending_twice_makes_one(stage: Stage) -> None:
    client, body = as_person(stage, "county_officer"), finding(stage, client_id=uuid4())
    first, second = send(client, "/hazards", body), send(client, "/hazards", body)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert Hazard.objects.count() == 1


@pytest.mark.requirement("C23-023")
def test_the_whole_loop_by_api_and_a_plan_without_one_part_is_refused(stage: Stage) -> None:
    officer, firm, colleague = (as_person(stage, who) for who in ("county_officer", "principal", "county_colleague"))
    made = send(officer, "/hazards", finding(stage, level="major", criterion=stage.criterion.pk)).json()
    steps = f"/hazards/{made['id']}/steps"
    due = local_date(stage.now + 10 * DAY)
    confirmed = send(officer, f"{steps}/confirm", {"version": 1, "level": "major", "due_on": due}).json()
    assert (confirmed["state"], confirmed["next_deed"]) == ("待核准方案", "报送五落实整改方案")
    assert [a["step"] for a in firm.get(f"/api/v1/hazards/{made['id']}").json()["actions"]] == ["submit_plan"]
    plan = {"person": "周总", "measures": "加装", "amount_fen": 0, "due_on": due, "contingency": "停产"}
    for part in plan:
        refused = send(firm, f"{steps}/submit_plan", {key: value for key, value in plan.items() if key != part})
        assert refused.status_code == 422, part
        assert f"plan_{part}" in refused.json()["errors"]
    assert send(firm, f"{steps}/submit_plan", plan).status_code == 200
    assert send(officer, f"{steps}/approve_plan", {}).status_code == 200
    stage.tick(timedelta(hours=2))
    photo = firm.post(f"/api/v1/hazards/{made['id']}/photos?purpose=after", {"file": picture("green")})
    assert photo.status_code == 201
    assert send(firm, f"{steps}/report_fix", {"summary": "已加装"}).status_code == 200
    assert send(firm, f"{steps}/accept", {"opinion": "合格"}).status_code == 403
    stale = send(colleague, f"{steps}/accept", {"opinion": "合格", "version": 2})
    assert (stale.status_code, stale.json()["code"]) == (409, "workflow.stale")
    closed = send(colleague, f"{steps}/accept", {"opinion": "合格"}).json()
    assert (closed["state"], closed["actions"]) == ("已销号", [])
    assert len(officer.get(f"/api/v1/hazards/{made['id']}/history").json()) >= 6


def test_strangers_get_404_and_the_signed_out_401(stage: Stage) -> None:
    hazard = stage.report("county_officer")
    stranger = as_person(stage, "sibling_officer")
    assert stranger.get("/api/v1/hazards").json() == {"count": 0, "items": []}
    assert stranger.get(f"/api/v1/hazards/{hazard.pk}").status_code == 404
    assert stranger.get(f"/api/v1/hazards/{hazard.pk}/history").status_code == 404
    assert send(stranger, f"/hazards/{hazard.pk}/steps/confirm", {"due_on": "2025-02-01"}).status_code == 404
    assert send(stranger, "/hazards", finding(stage)).status_code == 404
    assert Client().get("/api/v1/hazards").status_code == 401


def test_an_executable_named_photo_is_refused(stage: Stage) -> None:
    hazard = stage.report("county_officer")
    fake = picture()
    fake.seek(0)
    fake.truncate()
    fake.write(b"MZ" + b"\0" * 4000)
    fake.seek(0)
    answer = as_person(stage, "county_officer").post(f"/api/v1/hazards/{hazard.pk}/photos?purpose=before", {"file": fake})
    assert 400 <= answer.status_code < 500
    assert answer.headers["Content-Type"].startswith("application/problem+json")
