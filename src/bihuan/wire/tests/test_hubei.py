"""Hubei mine interface, profile P3."""

import json
import math
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bihuan.wire import cipher, hubei
from bihuan.wire.batch import Lane
from bihuan.wire.errors import WireError
from bihuan.wire.levels import Colour, Severity
from bihuan.wire.tests.factories import T0, a_batch, batches, rows

SETTINGS = hubei.Settings("app-1", "svc-1", b"k" * 16, b"i" * 16, "420100000001", "非煤矿山", "某矿")


def a_report(data_type: str, datas: list[dict]) -> hubei.Report:
    raw = msgspec.Raw(json.dumps(datas).encode())
    return hubei.Report("d-1", "420100000001", "42010000000101", "2025-10-09 16:53:20", data_type, raw)


def test_live_values_have_the_fields_of_the_profile():
    facts = {"CO-01": hubei.PointFacts("一号CO", "0101", "巷口", "ppm")}
    batch = a_batch(qualities=(0, 8), lane=Lane.BACKFILL)
    body = hubei.encode_values(batch, replace(SETTINGS, points=facts))
    outer = json.loads(body)
    assert set(outer) == {"appId", "serviceId", "dataId", "data"}
    plain = cipher.aes_cbc_decrypt(
        SETTINGS.key, SETTINGS.iv, cipher.from_text(outer["data"], SETTINGS.text_form)
    )
    inner = json.loads(plain)
    assert inner["reportType"] == "continues"
    assert inner["dataType"] == "04"
    assert inner["datas"][0] == {
        "pointCode": "CO-01",
        "pointValue": 12.5,
        "dataTime": "2025-10-09 16:53:20",
        "pointName": "一号CO",
        "sensorType": "0101",
        "pointLocation": "巷口",
        "valueUnit": "ppm",
        "pointStatus": "00000000",
    }
    assert inner["datas"][1]["pointStatus"] == "00000001"
    back = hubei.read_values(hubei.open_report(body, SETTINGS))
    assert rows(back) == rows(batch)
    assert back.lane is Lane.BACKFILL


@hypothesis_settings(max_examples=60)
@given(batches(whole_seconds=True), st.sampled_from(["AES-CBC", "SM4-CBC"]))
def test_values_round_trip(batch, algorithm):
    settings = replace(SETTINGS, algorithm=algorithm)
    back = hubei.read_values(hubei.open_report(hubei.encode_values(batch, settings), settings))
    assert [row[:3] for row in rows(back)] == [row[:3] for row in rows(batch)]


def test_abnormal_values_statistics_and_alarm_records():
    datas = [{"pointCode": "P", "abnormalValue": 3, "abnormalType": "2", "happenTime": "2025-10-09 16:53:20"}]
    report = hubei.open_report(hubei.encode_report(a_report("06", datas), SETTINGS), SETTINGS)
    (notice,) = hubei.read_abnormal(report)
    assert (notice.severity, notice.value, notice.time) == (Severity.LO, 3.0, T0)
    assert math.isnan(notice.limit)
    stat = {"pointCode": "P", "statType": "1", "avgValue": 1, "maxValue": 2, "minValue": 0, "statTime": "x"}
    assert hubei.read_statistics(a_report("05", [stat]))[0].maxValue == 2
    alarm = dict.fromkeys(("alarmStartTime", "alarmStatus", "alarmType", "Alarmcode"), "x")
    ((record, level),) = hubei.read_alarm_records(a_report("1001", [alarm | {"alarmLevel": "1"}]), SETTINGS)
    assert (level, record.Alarmcode) == (Colour.BLUE, "x")
    with pytest.raises(WireError, match="unknown_level"):
        hubei.read_alarm_records(a_report("1001", [alarm | {"alarmLevel": "2"}]), SETTINGS)
    with pytest.raises(WireError, match="invalid_data_type"):
        hubei.read_values(report)


def test_strangers_and_bad_reports_are_refused():
    body = hubei.encode_values(a_batch(), SETTINGS)
    for change, code in (
        ({"app_id": "x"}, "wrong_receiver"),
        ({"service_id": "x"}, "invalid_service_id"),
        ({"enterprise": "x"}, "wrong_enterprise"),
        ({"key": b"z" * 16}, "decrypt_failed"),
        ({"algorithm": "ROT13"}, "bad_key"),
    ):
        with pytest.raises(WireError) as caught:
            hubei.open_report(body, replace(SETTINGS, **change))
        assert caught.value.code == code
    with pytest.raises(WireError, match="invalid_data_type"):
        hubei.open_report(hubei.encode_report(a_report("99", []), SETTINGS), SETTINGS)
    status = {"pointCode": "P", "pointValue": 1, "dataTime": "2025-10-09 16:53:20", "pointStatus": "0000000x"}
    with pytest.raises(WireError, match="bad_field"):
        hubei.read_values(a_report("04", [status]))


@given(st.lists(st.integers(1, 400), max_size=6))
def test_frames_survive_any_cut_of_the_stream(cuts):
    frames = [hubei.encode_frame(a_report("04", []), SETTINGS) for _ in range(3)]
    stream, splitter, found = b"".join(frames), hubei.FrameSplitter(), []
    for cut in [*cuts, len(stream)]:
        found += splitter.feed(stream[:cut])
        stream = stream[cut:]
    assert [frame + hubei.FRAME_END for frame in found] == frames


def test_a_frame_without_end_is_given_up():
    splitter = hubei.FrameSplitter()
    with pytest.raises(WireError, match="too_large"):
        splitter.feed(b"x" * 10_241)
    assert splitter.feed(b"ok@@") == [b"ok"]
