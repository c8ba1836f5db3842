"""Our own upload: columnar JSON, binary, acknowledgement, MQTT topics."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.wire import compression, mqtt, native, native_binary
from bihuan.wire.batch import Lane
from bihuan.wire.errors import WireError
from bihuan.wire.native import ClockState, Event, Upload
from bihuan.wire.tests.factories import T0, a_batch, batches, identifiers, rows

FORMS = [native, native_binary]
events = st.builds(
    Event,
    t=st.integers(0, 2**50),
    kind=identifiers,
    seq=st.integers(0, 2**60),
    data=st.dictionaries(
        st.text(max_size=5), st.text(max_size=5) | st.integers(-9, 9) | st.none(), max_size=3
    ),
)
uploads = st.builds(
    Upload,
    batches(),
    st.integers(0, 2**50),
    st.builds(ClockState, identifiers, st.integers(-(2**40), 2**40), st.integers(0, 16)),
    st.lists(events, max_size=3),
)


@pytest.mark.parametrize("form", FORMS)
@given(upload=uploads)
def test_round_trip_is_bit_for_bit(form, upload):
    back = form.decode(form.encode(upload))
    assert rows(back.batch) == rows(upload.batch)
    sent, got = upload.batch, back.batch
    assert (got.gateway, got.message_id, got.lane) == (sent.gateway, sent.message_id, sent.lane)
    assert (got.seqs, got.source_connected) == (sent.seqs, sent.source_connected)
    assert (back.sent_at, back.clock, list(back.events)) == (
        upload.sent_at,
        upload.clock,
        list(upload.events),
    )


def test_json_is_columnar_and_leaves_out_what_is_ordinary():
    body = json.loads(
        native.encode(Upload(a_batch(values=(12.5, math.nan), qualities=(0, 8), seqs=(7, 8)), T0))
    )
    assert body == {
        "batch_id": "m-1",
        "gateway": "14010500000101",
        "lane": "live",
        "sent_at": T0,
        "clock": {"source": "none", "offset_ms": 0, "stratum": 16},
        "p": ["CO-01", "CO-02"],
        "t": [T0, T0],
        "v": [12.5, None],
        "q": [0, 8],
        "s": 7,
    }


def test_binary_is_compact_for_plain_scans():
    count = 1000
    batch = a_batch(
        [f"P{n % 50}" for n in range(count)],
        [n / 4 for n in range(count)],
        bytes(count),
        times=[T0 + n for n in range(count)],
        seqs=range(count),
    )
    body = native_binary.encode(Upload(batch, T0))
    assert len(body) < 11 * count  # index 2, time 4, single-precision value 4


GOOD = {"batch_id": "m", "gateway": "g", "lane": "live", "sent_at": 1, "p": ["a"], "t": [1], "v": [1.0]}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"v": [1.0, 2.0]}, "column_length"),
        ({"q": [0, 0]}, "column_length"),
        ({"s": [1, 2]}, "column_length"),
        ({"v": [None]}, "no_value"),
        ({"q": [13]}, "out_of_range"),
        ({"q": [300]}, "out_of_range"),
        ({"t": [-1]}, "out_of_range"),
        ({"t": [2**70]}, "out_of_range"),
        ({"t": [10**18]}, "out_of_range"),
        ({"s": -5}, "out_of_range"),
        ({"s": 2**63 - 1, "p": ["a"] * 2, "t": [1] * 2, "v": [1] * 2}, "out_of_range"),
        ({"p": [""]}, "out_of_range"),
        ({"p": ["x" * 129]}, "out_of_range"),
        ({"lane": "express"}, "bad_field"),
        ({"gateway": "a/b"}, "bad_field"),
        ({"batch_id": ""}, "bad_field"),
        ({"v": ["1"]}, "bad_field"),
        ({"v": [True]}, "bad_field"),
        ({"format": 2}, "unknown_format"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(change, code):
    native.decode(json.dumps(GOOD).encode())
    with pytest.raises(WireError) as caught:
        native.decode(json.dumps(GOOD | change).encode())
    assert caught.value.code == code


@pytest.mark.parametrize(
    "change", [lambda b: b[:-1], lambda b: b + b"\0", lambda b: b[:6], lambda b: b"BHW2" + b[4:]]
)
def test_cut_or_lengthened_binary_is_refused(change):
    with pytest.raises(WireError):
        native_binary.decode(change(native_binary.encode(Upload(a_batch(), T0))))


def test_ack_round_trip():
    ack = native.Ack("m-1", 10, 1, [native.Rejected(3, "out_of_range")], T0, 500)
    assert native.decode_ack(native.encode_ack(ack)) == ack


def test_gzip_is_bounded():
    body = compression.deflate(b"0" * 100_000)
    assert compression.inflate(body, 100_000) == b"0" * 100_000
    for bad, limit in ((body, 99_999), (body[:-4], 100_000), (body + b"x", 100_000), (b"plain", 10)):
        with pytest.raises(WireError):
            compression.inflate(bad, limit)


@pytest.mark.parametrize("form", FORMS)
def test_mqtt_upload_must_agree_with_its_topic(form):
    payload = form.encode(Upload(a_batch(), T0))
    topic = mqtt.up_topic("14010500000101", Lane.LIVE)
    assert rows(mqtt.decode(topic, payload).batch) == rows(a_batch())
    for other in (
        mqtt.up_topic("14010500000102", Lane.LIVE),
        mqtt.up_topic("14010500000101", Lane.ALARM),
        "x",
        "",
    ):
        with pytest.raises(WireError, match="bad_topic"):
            mqtt.decode(other, payload)


@pytest.mark.parametrize(
    ("pattern", "topic", "expected"),
    [
        ("a/+/c", "a/b/c", True),
        ("a/+", "a/b/c", False),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("#", "$SYS/x", False),
        ("+/x", "$SYS/x", False),
        ("$SYS/#", "$SYS/x", True),
        ("a/b", "a/b", True),
        ("a/#/b", "a/x/b", False),
        ("+", "", True),
    ],
)
def test_topic_filters(pattern, topic, expected):
    assert mqtt.matches(pattern, topic) is expected


def test_topic_names():
    assert mqtt.is_valid_topic("bihuan/v1/网关/up")
    assert not any(mqtt.is_valid_topic(bad) for bad in ("", "a/+", "#", "a\0", "x" * 65_536))
