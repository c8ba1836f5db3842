"""Ministry-style upload, profile P1."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from bihuan.wire import cipher, ministry
from bihuan.wire.batch import Lane
from bihuan.wire.errors import WireError
from bihuan.wire.quality import Quality, is_usable
from bihuan.wire.tests.factories import T0, a_batch, batches, rows

KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
SETTINGS = ministry.Settings("app-1", "secret-1", KEY, bytes(range(16)), "140105000001")


def inner(request: ministry.Request, settings: ministry.Settings = SETTINGS) -> dict:
    data = cipher.from_text(json.loads(request.body)["data"], settings.text_form)
    return json.loads(cipher.sm4_cbc_decrypt(settings.key, settings.iv, data))


def test_request_has_the_fields_of_the_profile():
    (request,) = ministry.encode(a_batch(values=(12.5, float("nan")), qualities=(0, 10)), SETTINGS)
    assert request.headers == {"Content-Type": "application/json", "appsecret": "secret-1"}
    assert request.message_id == "m-1"
    assert ministry.app_id(request.body) == "app-1"
    assert inner(request) == {
        "dataId": "m-1",
        "enterpriseId": "140105000001",
        "gatewayId": "14010500000101",
        "collectTime": "2025-10-09 16:53:20",
        "isConnectDataSource": True,
        "reportType": "report",
        "datas": [
            {"quotaId": "CO-01", "value": 12.5, "isValid": True},
            {"quotaId": "CO-02", "value": None, "isValid": False},
        ],
    }


@pytest.mark.scenario("45")
def test_vector_text_and_a_flipped_digit():
    text = cipher.to_text(
        cipher.sm4_cbc_encrypt(KEY, bytes(range(16)), b'{"dataId":"t-1","value":1.5}'), SETTINGS.text_form
    )
    assert text == "61075CF2808BADD5B5845E4C6D93F60E609C84DA9F6032E60779F971A812F831"
    (request,) = ministry.encode(a_batch(), SETTINGS)
    body = json.loads(request.body)
    last = body["data"][-1]
    body["data"] = body["data"][:-1] + ("0" if last != "0" else "1")
    with pytest.raises(WireError) as caught:
        ministry.decode(json.dumps(body).encode(), SETTINGS)
    assert caught.value.code == "decrypt_failed"


@pytest.mark.parametrize(
    "names", [ministry.DUST, ministry.MINE, ministry.FieldNames("qy", "wg", "zb", "z", "yx")]
)
@pytest.mark.parametrize("form", cipher.TextForm)
def test_names_and_text_form_are_settings(names, form):
    edition = replace(SETTINGS, names=names, text_form=form)
    (request,) = ministry.encode(a_batch(), edition)
    assert rows(ministry.decode(request.body, edition)) == rows(a_batch())


def test_resumed_data_is_marked_continues():
    (request,) = ministry.encode(a_batch(lane=Lane.BACKFILL), SETTINGS)
    assert inner(request)["reportType"] == "continues"
    assert ministry.decode(request.body, SETTINGS).lane is Lane.BACKFILL


def test_one_message_per_collection_second_in_time_order():
    batch = a_batch(times=(T0 + 60_000, T0))
    requests = ministry.encode(batch, SETTINGS)
    assert [request.message_id for request in requests] == ["m-1", "m-1-1"]
    assert [inner(request)["collectTime"][-5:] for request in requests] == ["53:20", "54:20"]


@hypothesis_settings(max_examples=60)
@given(batches(whole_seconds=True))
def test_round_trip_keeps_points_times_and_values(batch):
    back = [ministry.decode(request.body, SETTINGS) for request in ministry.encode(batch, SETTINGS)]
    found = sorted(row[:3] for part in back for row in rows(part))
    assert found == sorted(row[:3] for row in rows(batch))
    for part in back:
        assert all(quality in (Quality.GOOD, Quality.BAD_SENSOR) for quality in part.qualities)
        assert part.lane is (Lane.BACKFILL if batch.lane is Lane.BACKFILL else Lane.LIVE)
        assert part.source_connected == batch.source_connected
    good = sum(is_usable(q) and v == v for q, v in zip(batch.qualities, batch.values, strict=True))
    assert sum(part.qualities.count(0) for part in back) == good


def test_another_enterprise_or_application_is_refused():
    (request,) = ministry.encode(a_batch(), SETTINGS)
    with pytest.raises(WireError, match="wrong_enterprise"):
        ministry.decode(request.body, replace(SETTINGS, enterprise="140105000002"))
    with pytest.raises(WireError, match="wrong_receiver"):
        ministry.decode(request.body, replace(SETTINGS, app_id="app-2"))
    ministry.check_secret("secret-1", SETTINGS)
    with pytest.raises(WireError, match="bad_secret"):
        ministry.check_secret("sécret", SETTINGS)


def test_levels_are_empty_until_a_specification_fills_them():
    with pytest.raises(WireError, match="unknown_level"):
        SETTINGS.levels.decode("1")


def test_replies():
    assert ministry.decode_reply(ministry.encode_reply("m-1")).success
    refused = ministry.decode_reply(ministry.encode_reply("m-1", "DECRYPT_FAILED"))
    assert (refused.success, refused.dataId, refused.error) == (False, "m-1", "DECRYPT_FAILED")
