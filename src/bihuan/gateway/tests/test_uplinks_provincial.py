"""Uplinks in ministry and provincial profiles against receivers that answer as the interface documents say."""

import asyncio

import httpx
import msgspec
import pytest

from bihuan.gateway import config as conf
from bihuan.gateway.tests.factories import T0, a_config, a_group, a_store
from bihuan.gateway.tests.test_forwarder import a_forwarder, steps, via
from bihuan.gateway.uplinks import NotDelivered, open_uplink
from bihuan.gateway.uplinks_provincial import HebeiHttp, HubeiHttp, MinistryHttp
from bihuan.wire import hebei, hubei, ministry
from bihuan.wire.batch import Lane


def test_ministry_uplink_needs_every_request_acknowledged(tmp_path):
    (tmp_path / "secret").write_text(f"appsecret-1\n{'0' * 32}\n{'1' * 32}\n")
    settings = conf.MinistryHttp(
        url="http://m/x", app_id="a", enterprise="140105000001", secret_file="secret"
    )
    store = a_store(tmp_path)
    store.append([a_group(1, 2)], at=T0)
    upload = store.next(at=T0, live_window_ms=60_000).upload
    profile = ministry.Settings("a", "appsecret-1", bytes(16), bytes.fromhex("1" * 32), "140105000001")
    seen = []

    def receiver(request):
        assert request.headers["appsecret"] == "appsecret-1"
        batch = ministry.decode(request.content, profile)
        seen.append(batch.message_id)
        error = "BUSY" if len(seen) == 2 else None
        return httpx.Response(200, content=ministry.encode_reply(batch.message_id, error))

    uplink = via(receiver, MinistryHttp, settings, tmp_path)
    with pytest.raises(NotDelivered, match="BUSY"):
        asyncio.run(uplink.send(upload))
    uplink = via(receiver, MinistryHttp, settings, tmp_path)
    ack = asyncio.run(uplink.send(upload))
    assert seen[:2] == seen[2:]
    assert msgspec.structs.asdict(ack)["accepted"] == 2


HEBEI = conf.HebeiHttp(url="http://hebei/", enterprise="130100000001", secret_file="secret")


@pytest.mark.scenario("46")
def test_hebei_marks_six_samples_delivered_on_200_and_keeps_all_six_on_500(tmp_path):
    (tmp_path / "secret").write_text("testkey1\n12345678\n")
    profile = hebei.Settings("130100000001", b"testkey1", b"12345678")
    codes, seen = [500, 200], []

    def receiver(request):
        assert request.url.path == "/api/rtsData"
        seen.append(list(hebei.decode_values(request.content, profile, "m").points))
        return httpx.Response(200, content=hebei.encode_reply(codes.pop(0)))

    store = a_store(tmp_path)
    store.append([a_group(*range(6))], at=T0)
    forwarder = a_forwarder(store, via(receiver, HebeiHttp, HEBEI, tmp_path))
    steps(forwarder, 1)
    assert store.figures().pending_samples == 6
    steps(forwarder, 1)
    assert (store.figures().pending_samples, store.figures().delivered) == (0, 1)
    assert seen == [["CO-01"] * 6] * 2


def test_hubei_is_acknowledged_by_its_data_id_and_resumes_with_continues(tmp_path):
    (tmp_path / "secret").write_text(f"{'1' * 32}\n{'2' * 32}\n")
    settings = conf.HubeiHttp(
        url="http://hubei/x", app_id="a", service_id="s", enterprise="420100000001", secret_file="secret"
    )
    profile = hubei.Settings("a", "s", bytes.fromhex("1" * 32), bytes.fromhex("2" * 32), "420100000001")
    seen = []

    def receiver(request):
        batch = hubei.read_values(hubei.open_report(request.content, profile))
        seen.append((batch.message_id, batch.lane))
        return httpx.Response(
            200, content=hubei.encode_reply("other" if len(seen) == 1 else batch.message_id)
        )

    store = a_store(tmp_path)
    (first,) = store.append([a_group(1, 2)], at=T0 - 100_000)
    steps(a_forwarder(store, via(receiver, HubeiHttp, settings, tmp_path)), 2)
    assert seen == [(f"S1:{first}", Lane.BACKFILL)] * 2
    assert store.figures().delivered == 1


@pytest.mark.parametrize(
    ("uplink", "secret"),
    [
        ({"kind": "hebei-http", "url": "x", "enterprise": "1", "secret_file": "secret"}, "short"),
        (
            {
                "kind": "hubei-http",
                "url": "x",
                "app_id": "a",
                "service_id": "s",
                "enterprise": "1",
                "secret_file": "secret",
            },
            "zz",
        ),
        (
            {"kind": "ministry-http", "url": "x", "app_id": "a", "enterprise": "1", "secret_file": "secret"},
            "a b c",
        ),
    ],
)
def test_keys_of_the_wrong_shape_are_refused_at_the_start(tmp_path, uplink, secret):
    (tmp_path / "secret").write_text(secret)
    config = conf.parse(msgspec.yaml.encode(a_config("x", uplink=uplink)))
    with pytest.raises(conf.ConfigError, match="密钥"):
        open_uplink(config.uplink, tmp_path, "G1")
