"""Messages go out once, are tried again, and what cannot be delivered becomes somebody's to-do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.lib.events import announce
from bihuan.foundation.messages import channels, delivery
from bihuan.foundation.messages.models import Delivery, Notice, Todo
from bihuan.foundation.messages.services import notify
from bihuan.foundation.messages.todos import hand_over
from bihuan.foundation.tenancy.tests.factories import BUILDER, Cast, cast

pytestmark = pytest.mark.django_db
AT = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)


@pytest.fixture
def people(settings) -> Cast:
    settings.NOTIFY_CHANNELS = ["mail=json://127.0.0.1:1/?to={email}"]
    made = cast()
    for name in ("county_officer", "county_colleague", "sibling_officer"):
        type(made.user[name]).objects.filter(pk=made.user[name].pk).update(email=f"{name}@example.org")
    return made


@pytest.fixture
def post_office() -> Iterator[tuple[int, list[dict[str, str]]]]:
    """A server that takes Apprise's JSON."""
    received: list[dict[str, str]] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Taker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, received
    server.shutdown()


def urgent(people: Cast, key: str = "k") -> Notice:
    return notify(BUILDER, key=key, title="重大隐患逾期", body="定襄县", at=AT, to_capability="hazards.confirm", organisation_id=people.county.pk, urgent=True)


def test_an_urgent_notice_reaches_the_post_office_once_a_person(people: Cast, settings, post_office) -> None:
    port, received = post_office
    settings.NOTIFY_CHANNELS = [f"mail=json://127.0.0.1:{port}/?to={{email}}"]
    urgent(people)
    urgent(people)
    assert delivery.deliver_due(at=AT) == 2
    assert delivery.deliver_due(at=AT + timedelta(days=1)) == 0
    assert [item["title"] for item in received] == ["重大隐患逾期"] * 2
    assert set(Delivery.objects.values_list("user__username", flat=True)) == {"county_officer", "county_colleague"}


def test_a_refused_message_is_tried_again_and_ends_as_a_to_do(people: Cast) -> None:
    urgent(people)
    tries: list[str] = []

    def refuse(address: str, title: str, body: str) -> bool:
        tries.append(address)
        return False

    at = AT
    for _ in range(8):
        delivery.deliver_due(at=at, send=refuse)
        at += timedelta(hours=3)
    assert len(tries) == 2 * 5
    assert set(Delivery.objects.values_list("state", flat=True)) == {"failed"}
    from_it = Todo.objects.for_actor(people.actor("it_operator", AT))
    assert from_it.count() == 2
    assert not Todo.objects.for_actor(people.actor("sibling_officer", AT)).exists()


def test_waiting_follows_the_back_off(people: Cast) -> None:
    urgent(people)
    delivery.deliver_due(at=AT, send=lambda *_: False)
    calls: list[int] = []
    delivery.deliver_due(at=AT + timedelta(seconds=59), send=lambda *_: calls.append(1) or True)
    assert not calls
    delivery.deliver_due(at=AT + timedelta(seconds=60), send=lambda *_: calls.append(1) or True)
    assert len(calls) == 2


def test_a_row_that_another_worker_holds_is_left_alone_and_never_sent_again(people: Cast) -> None:
    urgent(people)
    Delivery.objects.update(state=Delivery.SENDING, attempts=1, next_at=AT + delivery.UNKNOWN_AFTER)
    calls: list[int] = []
    delivery.deliver_due(at=AT, send=lambda *_: calls.append(1) or True)
    delivery.deliver_due(at=AT + timedelta(hours=1), send=lambda *_: calls.append(1) or True)
    assert not calls
    assert "中断" in Delivery.objects.first().error


def test_the_digest_is_made_once_a_day_for_those_with_something_to_do(people: Cast) -> None:
    hand_over(people.county, capability="hazards.confirm", title="判定隐患", organisation_id=people.county.pk, at=AT, due_at=AT - timedelta(days=1))
    assert delivery.daily_digest(at=AT) == 2
    assert delivery.daily_digest(at=AT + timedelta(hours=1)) == 0
    assert delivery.daily_digest(at=AT + timedelta(days=1)) == 2
    assert "待办 1 件（逾期 1 件）" in Notice.objects.filter(key__startswith="digest:").first().title
    assert not Delivery.objects.filter(user=people.user["sibling_officer"]).exists()


def test_a_channel_that_is_not_personal_is_refused(settings) -> None:
    settings.NOTIFY_CHANNELS = ["all=json://127.0.0.1/"]
    with pytest.raises(ImproperlyConfigured):
        channels.channels()


def test_a_clock_that_ran_out_reminds_the_holders_of_the_to_do_once(people: Cast) -> None:
    todo = hand_over(people.county, capability="hazards.confirm", title="判定隐患", organisation_id=people.county.pk, at=AT)

    class Clock:
        pk, subject_kind, subject_id, title, overdue_at, due_at = 7, todo.kind, todo.subject_id, "判定时限", AT, AT

    for _ in range(2):
        announce("deadlines.overdue", clock=Clock())
    assert Notice.objects.visible_to(people.actor("county_officer", AT)).filter(title="已逾期：判定隐患").count() == 1
    assert not Notice.objects.visible_to(people.actor("sibling_officer", AT)).exists()


def test_all_is_marked_read_for_me_alone(people: Cast) -> None:
    urgent(people)
    client = Client()
    client.force_login(people.user["county_officer"], backend="django.contrib.auth.backends.ModelBackend")
    for _ in range(2):
        assert client.post("/messages/read/").status_code == 302
    mine, other = (Actor.of(people.user[n], at=AT) for n in ("county_officer", "county_colleague"))
    assert Notice.objects.visible_to(mine).with_read_state(mine).filter(read=False).count() == 0
    assert Notice.objects.visible_to(other).with_read_state(other).filter(read=False).count() == 1
