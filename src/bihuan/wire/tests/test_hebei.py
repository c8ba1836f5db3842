"""Hebei dust interface, profile P2."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from bihuan.wire import cipher, hebei
from bihuan.wire.batch import AlarmNotice
from bihuan.wire.errors import WireError
from bihuan.wire.levels import Severity
from bihuan.wire.tests.factories import T0, a_batch, batches, rows

SETTINGS = hebei.Settings("130100000001", b"testkey1", b"12345678")
SENSORS = [f"130100000001010{n}001"[:19] for n in range(1, 7)]


def inner(body: bytes) -> dict:
    data = cipher.from_text(json.loads(body)["data"], SETTINGS.text_form)
    return json.loads(cipher.des_cbc_decrypt(SETTINGS.key, SETTINGS.iv, data))


@pytest.mark.scenario("46")
def test_six_sensors_are_one_request_in_the_double_coded_form():
    assert (
        hebei.encrypt(b'{"qybm":"000000000000"}', SETTINGS)
        == "47596942582F6C797769466E674A766E5975786646465664664E47435250776B"
    )
    batch = a_batch(SENSORS, [1.0, 2.5, 3, 4, 5, 6], [0] * 6)
    body = hebei.encode_values(batch, SETTINGS)
    outer = json.loads(body)
    assert set(outer) == {"qybm", "wgbm", "data"}
    assert outer["data"] == outer["data"].upper()
    assert inner(body)["data"]["rts"][:2] == [
        {"tnm": SENSORS[0], "ts": "2025-10-09 16:53:20", "val": "1"},
        {"tnm": SENSORS[1], "ts": "2025-10-09 16:53:20", "val": "2.5"},
    ]
    assert rows(hebei.decode_values(body, SETTINGS, "m-1")) == rows(batch)
    assert hebei.decode_reply(b'{"code":200,"msg":"ok","data":null}').delivered
    assert not hebei.decode_reply(hebei.encode_reply(500, "busy")).delivered


@hypothesis_settings(max_examples=60)
@given(batches(whole_seconds=True, missing=False))
def test_values_round_trip(batch):
    back = hebei.decode_values(hebei.encode_values(batch, SETTINGS), SETTINGS, batch.message_id)
    assert [row[:2] for row in rows(back)] == [row[:2] for row in rows(batch)]
    assert list(back.values) == list(batch.values)


def test_events_round_trip_and_only_confirmed_levels_pass():
    high = AlarmNotice(SENSORS[0], T0, Severity.HIHI, 70.5, 70.0, "灰斗温度高高报")
    end = AlarmNotice(SENSORS[0], T0 + 60_000, Severity.CLEARED, 55.0, 70.0, "消警")
    body = hebei.encode_events([high, end], SETTINGS)
    assert [row["scd"] for row in inner(body)["data"]["events"]] == [4, 0]
    assert hebei.decode_events(body, SETTINGS) == [high, end]
    warm = replace(high, severity=Severity.HI)
    with pytest.raises(WireError, match="unknown_level"):
        hebei.encode_events([warm], SETTINGS)
    confirmed = replace(SETTINGS, levels=hebei.LEVELS_ASSUMED)
    with pytest.raises(WireError, match="unknown_level"):
        hebei.decode_events(hebei.encode_events([warm], confirmed), SETTINGS)
    assert hebei.decode_events(hebei.encode_events([warm], confirmed), confirmed) == [warm]


def test_video_round_trip_and_picture_limit():
    alarm = hebei.VideoAlarm("13010000000101010001", T0, "SJ02001", "烟火", b"\xff\xd8jpeg")
    assert hebei.decode_video(hebei.encode_video(alarm, SETTINGS), SETTINGS) == alarm
    with pytest.raises(WireError, match="too_large"):
        hebei.encode_video(replace(alarm, picture=b"x" * 500_001), SETTINGS)


def test_missing_values_and_strangers_are_refused():
    with pytest.raises(WireError, match="no_value"):
        hebei.encode_values(a_batch(values=(float("nan"), 1.0)), SETTINGS)
    body = hebei.encode_values(a_batch(), SETTINGS)
    with pytest.raises(WireError, match="wrong_enterprise"):
        hebei.decode_values(body, replace(SETTINGS, enterprise="130100000002"), "m-1")
    with pytest.raises(WireError, match="decrypt_failed"):
        hebei.decode_values(body, replace(SETTINGS, key=b"otherkey"), "m-1")


@pytest.mark.parametrize("text", ["", "1e999", "nan", "1_0", "十", "0x10"])
def test_a_value_text_that_is_no_number_is_refused(text):
    row = {"tnm": "1", "ts": "2025-10-09 16:53:20", "val": text}
    plain = json.dumps({"qybm": SETTINGS.enterprise, "data": {"rts": [row]}}).encode()
    body = json.dumps({"qybm": SETTINGS.enterprise, "data": hebei.encrypt(plain, SETTINGS)}).encode()
    with pytest.raises(WireError, match="bad_field"):
        hebei.decode_values(body, SETTINGS, "m-1")
