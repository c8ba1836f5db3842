"""Buttons and forms come from the flow's table; the page hands over exactly what was said."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import RequestFactory, override_settings
from django.urls import path

from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.lib.problems import Conflict, NotFound, Problem
from bihuan.foundation.web import nav
from bihuan.foundation.workflow import pages
from bihuan.foundation.workflow.engine import Offer
from bihuan.foundation.workflow.flow import Flow, Input, State, Transition

NOW = datetime(2025, 3, 7, 4, 0, tzinfo=UTC)
FLOW = Flow(
    name="sample.matter", title="事项",
    states=(State("open", "待办理", tone="orange"), State("done", "已办结", tone="green", final=True)),
    transitions=(
        Transition("finish", "办结", source=("open",), target="done", capability="sample.finish", primary=True,
                   inputs=(Input("on", "办结日期", required=True, kind="date"), Input("fine", "罚款", kind="money"), Input("papers", "附件", kind="files"))),
        Transition("back", "退回", source=("open",), target="open", capability="sample.finish", needs_note=True, danger=True),
    ),
)  # fmt: skip


class Matter:
    pk, status, version, flow = 7, "open", 3, FLOW

    @property
    def state(self) -> State:
        return FLOW.state(self.status)

    def __str__(self) -> str:
        return "事项七号"

    def get_absolute_url(self) -> str:
        return "/matters/7/"


class Step(pages.LoopActionPage):
    abstract = True
    capability = "sample.view"
    presets = {"back": ("照片不清晰",)}
    object = Matter()


urlpatterns = [path("matters/<int:pk>/do/<str:step>/", Step.as_view(), name="step")]


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []

    def perform(actor: Any, record: Any, name: str, **kwargs: Any) -> Any:
        made.append({"name": name, **kwargs})
        return record

    monkeypatch.setattr(nav, "_items", {})
    monkeypatch.setattr(nav, "_slots", {})
    monkeypatch.setattr(pages, "perform", perform)
    monkeypatch.setattr(pages, "require", lambda actor, capability, record: made.append({"required": capability}))
    monkeypatch.setattr("bihuan.foundation.access.pages.forms.require", lambda *args: None)
    return made


def ask(step: str, method: str = "get", record: Any = None, **data: Any) -> HttpResponseBase:
    request = getattr(RequestFactory(), method)(f"/matters/7/do/{step}/", data)
    request.actor, request.session = system_actor("test"), {}
    request._messages = FallbackStorage(request)
    with override_settings(ROOT_URLCONF=__name__):
        return Step.as_view(object=record or Matter())(request, pk=7, step=step)


def test_the_form_holds_the_inputs_and_the_version() -> None:
    page = ask("finish").content.decode()  # type: ignore[attr-defined]
    assert all(f'name="{name}"' in page for name in ("on", "fine", "papers", "note"))
    assert 'name="version" value="3"' in page
    assert "multipart/form-data" in page


def test_the_step_is_performed_with_what_was_said_and_nothing_else(calls: list[dict[str, Any]]) -> None:
    paper = SimpleUploadedFile("a.pdf", b"x")
    answer = ask("finish", "post", on="20250307", fine="3.2", papers=paper, note=" 已核 ", version="3")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/matters/7/")
    done = calls[-1]
    assert (done["name"], done["expect"], done["note"], done["fine"]) == ("finish", 3, "已核", 3_200_000)
    assert done["on"].isoformat() == "2025-03-07"
    assert [file.name for file in done["papers"]] == ["a.pdf"]
    ask("finish", "post", on="2025-03-07")
    assert "fine" not in calls[-1]
    assert "papers" not in calls[-1]


def test_the_capability_of_the_step_is_required(calls: list[dict[str, Any]]) -> None:
    ask("finish")
    assert {"required": "sample.finish"} in calls


def test_a_reason_is_asked_for_where_the_table_wants_one(calls: list[dict[str, Any]]) -> None:
    answer = ask("back", "post", note="")
    assert answer.status_code == 422
    assert "照片不清晰" in answer.content.decode()  # type: ignore[attr-defined]
    assert not [call for call in calls if "name" in call]


def test_a_refusal_is_shown_in_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise Problem("sample.early", "办结日期不能早于登记日期", field="on")

    monkeypatch.setattr(pages, "perform", refuse)
    answer = ask("finish", "post", on="2025-03-07")
    assert answer.status_code == 422
    assert "办结日期不能早于登记日期" in answer.content.decode()  # type: ignore[attr-defined]


def test_an_unknown_step_and_a_wrong_state_are_refused() -> None:
    with pytest.raises(NotFound):
        ask("vanish")
    closed = Matter()
    closed.status = "done"
    with pytest.raises(Conflict, match="当前状态为“已办结”"):
        ask("finish", record=closed)


def test_an_input_without_a_general_field_says_what_to_do() -> None:
    with pytest.raises(ImproperlyConfigured, match="get_field"):
        pages.field_for(Input("who", "承办人", kind="user"))


def test_buttons_follow_the_offers(monkeypatch: pytest.MonkeyPatch) -> None:
    finish, back = FLOW.transitions
    monkeypatch.setattr(pages, "available", lambda actor, record, at: [Offer(finish, "须由另一人办理"), Offer(back, None)])
    with override_settings(ROOT_URLCONF=__name__):
        made = pages.loop_buttons(system_actor("test"), SimpleNamespace(pk=7), url_name="step", at=NOW)  # type: ignore[arg-type]
    assert [(button.title, button.primary, button.disabled_reason) for button in made] == [
        ("办结", False, "须由另一人办理"), ("退回", False, "")
    ]  # fmt: skip
    assert made[1].danger
    assert made[1].url == "/matters/7/do/back/"
