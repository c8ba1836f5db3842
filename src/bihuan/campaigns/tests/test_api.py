"""Returns through the API: the same numbers, the same refusals."""

import json
from typing import Any

import pytest
from django.test import Client

from bihuan.campaigns.services.compile import compile_return
from bihuan.campaigns.tests.factories import Board, board
from bihuan.foundation.lib.times import utc_now

pytestmark = pytest.mark.django_db
URL = "/api/v1/campaigns/returns"


@pytest.fixture
def b() -> Board:
    made = board()
    made.stage.closed()
    return made


def client_of(b: Board, who: str) -> Client:
    client = Client()
    client.force_login(b.stage.cast.user[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, path: str, body: dict[str, Any], method: str = "post") -> Any:
    return getattr(client, method)(f"{URL}{path}", json.dumps(body), content_type="application/json")


def test_the_api_gives_what_the_page_gives(b: Board) -> None:
    weekly = b.week(1)["140921"]
    got = client_of(b, "reporter").get(f"{URL}/{weekly.pk}").json()
    values = compile_return(weekly, at=utc_now()).values
    assert {f["key"]: f["value"] for f in got["figures"]} == {f["key"]: values[f["key"]] for f in got["figures"]}
    assert [r["unit"] for r in client_of(b, "reporter").get(URL).json()] == ["定襄县应急管理局"]


def test_write_submit_and_send_back(b: Board) -> None:
    weekly = b.week(1)["140921"]
    reporter, city = client_of(b, "reporter"), client_of(b, "city_officer")
    assert send(reporter, f"/{weekly.pk}/narratives", {"texts": {"problems": "力量不足"}}, "put").json()["narratives"]["problems"] == "力量不足"
    assert send(reporter, f"/{weekly.pk}/narratives", {"texts": {"hazards.self.general.found": "9"}}, "put").status_code == 404
    assert send(reporter, f"/{weekly.pk}/submit", {"signer": " "}).status_code == 422
    assert send(reporter, f"/{weekly.pk}/submit", {"signer": "报送甲"}).json()["status"] == "submitted"
    again = send(reporter, f"/{weekly.pk}/submit", {"signer": "报送甲"})
    assert (again.status_code, again.json()["code"]) == (409, "returns.locked")
    assert send(city, f"/{weekly.pk}/send-back", {"reason": "缺文字"}).json()["return_reason"] == "缺文字"
    assert send(client_of(b, "sibling_officer"), f"/{weekly.pk}/submit", {"signer": "x"}).status_code == 404
    assert Client().get(f"{URL}/{weekly.pk}").status_code == 401
