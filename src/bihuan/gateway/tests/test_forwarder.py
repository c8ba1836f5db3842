"""The sender: delivered means acknowledged; order, retry, share of the line."""

import asyncio
from pathlib import Path

import httpx
import pytest

from bihuan.gateway import config as conf
from bihuan.gateway import forwarder as module
from bihuan.gateway.forwarder import Forwarder, Outbox
from bihuan.gateway.tests.factories import T0, a_group, a_store
from bihuan.gateway.uplinks import NativeHttp, NotDelivered, Refused
from bihuan.wire import native
from bihuan.wire.batch import Lane
from bihuan.wire.native import Ack


class FakeUplink:
    """Answers as told, one answer a call; an exception is raised."""

    heartbeats = True

    def __init__(self, *answers):
        self.answers, self.sent, self.uploads = list(answers), [], []

    async def send(self, upload):
        self.sent.append(upload.batch.message_id)
        self.uploads.append(upload)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return Ack(upload.batch.message_id, len(upload.batch))

    async def close(self):
        pass


def a_forwarder(store, uplink, share=1.0):
    async def next_message(backfill):
        return store.next(at=T0, live_window_ms=60_000, backfill=backfill)

    async def delivered(first, note):
        store.delivered(first, at=T0, note=note)

    async def tried(first, note):
        store.tried(first, note)

    async def refused(first, note):
        store.refused(first, at=T0, note=note)

    outbox = Outbox(next_message, delivered, tried, refused)
    return Forwarder(outbox, uplink, backfill_share=share, clock=lambda: T0)


def steps(forwarder, count):
    async def run():
        return [await forwarder.step() for _ in range(count)]

    return asyncio.run(run())


def test_a_message_without_acknowledgement_is_sent_again_under_the_same_id(tmp_path):
    store = a_store(tmp_path)
    first, second = store.append([a_group(1), a_group(2)], at=T0)
    uplink = FakeUplink(NotDelivered("timeout"), NotDelivered("timeout"))
    forwarder = a_forwarder(store, uplink)
    waits = steps(forwarder, 4)
    assert uplink.sent == [f"S1:{first}"] * 3 + [f"S1:{second}"]
    assert 0.8 <= waits[0] <= 1.2
    assert 1.6 <= waits[1] <= 2.4
    assert waits[2:] == [0, 0]
    assert forwarder.state.up
    assert store.figures().delivered == 2


def test_the_wait_grows_to_a_minute_and_obeys_the_platform(tmp_path):
    store = a_store(tmp_path)
    store.append([a_group(1)], at=T0)
    waits = steps(a_forwarder(store, FakeUplink(*[NotDelivered("x")] * 12, NotDelivered("x", 300))), 13)
    assert max(waits[:12]) <= module.LONGEST_WAIT_S * 1.2
    assert waits[12] == 300


def test_a_refused_message_does_not_stop_the_ones_behind_it(tmp_path):
    store = a_store(tmp_path)
    store.append([a_group(1), a_group(2)], at=T0)
    steps(a_forwarder(store, FakeUplink(Refused("400"))), 2)
    assert (store.figures().refused, store.figures().delivered) == (1, 1)


def test_backfill_leaves_its_share_of_the_line_to_the_others(tmp_path):
    store = a_store(tmp_path)
    store.append([a_group(1), a_group(2)], at=T0 - 100_000)
    uplink = FakeUplink()
    forwarder = a_forwarder(store, uplink, share=1e-9)  # one message, then a very long pause
    assert steps(forwarder, 3)[1] > 0
    assert len(uplink.sent) == 1
    store.append([a_group(3, lane=Lane.ALARM), a_group(4)], at=T0)
    steps(forwarder, 3)
    assert len(uplink.sent) == 3


def test_an_idle_gateway_shows_life_every_thirty_seconds(tmp_path):
    store, now = a_store(tmp_path), [T0]
    uplink = FakeUplink(None, NotDelivered("gone"))
    forwarder = a_forwarder(store, uplink)
    forwarder._clock, forwarder._heartbeat = lambda: now[0], ("S1", "G1")
    states = []
    for at in (T0, T0 + 29_999, T0 + 30_000):
        now[0] = at
        steps(forwarder, 1)
        states.append(forwarder.state.up)
    assert uplink.sent == [f"S1:h{T0}", f"S1:h{T0 + 30_000}"]
    assert states == [True, True, False]
    assert store.figures().next_seq == T0 * 1000


def via(handler, kind=NativeHttp, settings=None, base=Path()):
    settings = settings or conf.NativeHttp(url="http://platform/x", gzip=False)
    return kind(settings, base, httpx.AsyncClient(transport=httpx.MockTransport(handler)))


def an_upload(tmp_path):
    store = a_store(tmp_path)
    store.append([a_group(1.5)], at=T0)
    return store.next(at=T0, live_window_ms=60_000).upload


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(200, content=b"OK"), NotDelivered),  # a proxy's page is no acknowledgement
        (httpx.Response(200, content=native.encode_ack(Ack("S1:other", 1))), NotDelivered),
        *[(httpx.Response(status), NotDelivered) for status in (202, 301, 401, 403, 404, 409, 429, 500, 503)],
        *[(httpx.Response(status), Refused) for status in (400, 413, 415, 422)],
    ],
)
def test_only_an_acknowledgement_that_names_the_message_counts(tmp_path, response, error):
    with pytest.raises(error):
        asyncio.run(via(lambda request: response).send(an_upload(tmp_path)))


def test_retry_after_and_broken_connections(tmp_path):
    upload = an_upload(tmp_path)
    with pytest.raises(NotDelivered) as caught:
        asyncio.run(via(lambda request: httpx.Response(429, headers={"Retry-After": "17"})).send(upload))
    assert caught.value.wait_s == 17

    def broken(request):
        raise httpx.ReadTimeout("x")

    with pytest.raises(NotDelivered):
        asyncio.run(via(broken).send(upload))
