"""Whatever arrives, a codec answers with a value or a WireError: random bytes, and valid messages damaged anywhere."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.wire import (
    cap_rules,
    cipher,
    compression,
    hebei,
    hj212,
    hj212_data,
    hubei,
    jsontext,
    major_hazard,
    ministry,
    mqtt,
    native,
    native_binary,
    native_http,
    sparkplug,
    sparkplug_node,
)
from bihuan.wire.batch import AlarmNotice, Lane
from bihuan.wire.errors import WireError
from bihuan.wire.hj212 import CpCipher, Frame
from bihuan.wire.levels import Severity
from bihuan.wire.tests import test_cap, test_hebei, test_hj212, test_hubei, test_major_hazard, test_ministry
from bihuan.wire.tests.factories import T0, a_batch

UPLOAD = native.Upload(a_batch(seqs=(1, 3), qualities=(0, 9)), T0, events=[native.Event(T0, "birth")])
ALARM = AlarmNotice("p", T0, Severity.HIHI, 1.0, 2.0, "x")
VIDEO = hebei.VideoAlarm("c", T0, "SJ02001", "x", b"jpeg")

BIRTH = sparkplug_node.birth(T0, 1, {"CO-01": 1, "CO-02": 2}, {"CO-01": 1.5})
SEAL = CpCipher(b"k" * 16)
HJ212_CP = b"DataTime=20160824003817;a1-Rtd=1.5,a1-Flag=N,a1-SampleTime=20160824003817;b2-Avg=3"

Decoder = Callable[[bytes], object]


def _hubei_values(body: bytes) -> object:
    return hubei.read_values(hubei.open_report(body, test_hubei.SETTINGS))


def _any_segment(segment: bytes) -> object:
    """Any data segment under a true checksum, so that damage reaches the fields."""
    segment = segment[:9999]
    return hj212_data.read_values(
        hj212.decode(b"##%04d%b%04X\r\n" % (len(segment), segment, hj212.crc(segment)))
    )


def _sparkplug(body: bytes) -> object:
    node = sparkplug_node.EdgeNode("g", "n")
    birth = sparkplug.parse_topic("spBv1.0/g/NBIRTH/n")
    return node.receive(birth, sparkplug.decode(body), T0)


def _sealed(body: bytes) -> object:
    headers = {"Content-Type": "application/json", "X-Gateway": "g", "X-Signature": cipher.sign(b"k", body)}
    return native_http.open_sealed(headers, body, b"k")


HAZARD = major_hazard.encode_values(a_batch(["T1/D1", "T1/D2"]))
DECODERS: dict[str, tuple[Decoder, bytes]] = {
    "ministry": (
        lambda b: ministry.decode(b, test_ministry.SETTINGS),
        ministry.encode(a_batch(), test_ministry.SETTINGS)[0].body,
    ),
    "ministry-reply": (ministry.decode_reply, ministry.encode_reply("m-1")),
    "hebei-values": (
        lambda b: hebei.decode_values(b, test_hebei.SETTINGS, "m"),
        hebei.encode_values(a_batch(), test_hebei.SETTINGS),
    ),
    "hebei-events": (
        lambda b: hebei.decode_events(b, test_hebei.SETTINGS),
        hebei.encode_events([ALARM], test_hebei.SETTINGS),
    ),
    "hebei-video": (
        lambda b: hebei.decode_video(b, test_hebei.SETTINGS),
        hebei.encode_video(VIDEO, test_hebei.SETTINGS),
    ),
    "hubei": (_hubei_values, hubei.encode_values(a_batch(), test_hubei.SETTINGS)),
    "native": (native.decode, native.encode(UPLOAD)),
    "native-ack": (native.decode_ack, native.encode_ack(native.Ack("m", 1))),
    "native-binary": (native_binary.decode, native_binary.encode(UPLOAD)),
    "mqtt": (lambda b: mqtt.decode(mqtt.up_topic("g", Lane.LIVE), b), native.encode(UPLOAD)),
    "hj212": (lambda b: hj212_data.read_values(hj212.decode(b)), test_hj212.LIVE),
    "hj212-cp": (
        lambda b: hj212_data.read_values(Frame("31", "2011", "A", cp=b.decode("latin-1"))),
        HJ212_CP,
    ),
    "hj212-marks": (
        lambda b: hj212_data.read_marks(Frame("45", "2011", "A", cp=b.decode("latin-1"))),
        HJ212_CP,
    ),
    "hj212-sealed": (lambda b: hj212.decode(b, SEAL), hj212.encode(hj212.decode(test_hj212.LIVE), SEAL)),
    "hj212-segment": (_any_segment, test_hj212.LIVE[6:-6]),
    "sparkplug": (_sparkplug, sparkplug.encode(BIRTH)),
    "sparkplug-state": (sparkplug.decode_state, b'{"online":true,"timestamp":1}'),
    "sparkplug-topic": (lambda b: sparkplug.parse_topic(b.decode("latin-1")), b"spBv1.0/g/NDATA/n"),
    "native-http": (_sealed, native.encode(UPLOAD)),
    "major-hazard": (lambda b: major_hazard.decode_values(b, "m", T0), HAZARD),
    "major-hazard-alarms": (
        lambda b: major_hazard.decode_alarms(b, test_major_hazard.LEVELS),
        major_hazard.encode_alarms([test_major_hazard.ALARM], test_major_hazard.LEVELS),
    ),
    "cap-rules": (cap_rules.problems, test_cap.BODY),
    "gzip": (lambda b: compression.inflate(b, 1000), compression.deflate(b"x" * 300)),
    "base64": (lambda b: cipher.from_text(b.decode("latin-1"), cipher.TextForm.BASE64), b"QUJD"),
}


def survives(decode: Decoder, body: bytes) -> None:
    with contextlib.suppress(WireError):
        decode(body)


@pytest.mark.parametrize("name", DECODERS)
@given(body=st.binary(max_size=300))
def test_random_bytes(name, body):
    survives(DECODERS[name][0], body)


@pytest.mark.parametrize("name", DECODERS)
@given(data=st.data())
def test_damaged_messages(name, data):
    decode, good = DECODERS[name]
    body = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    survives(decode, bytes(body))


@pytest.mark.parametrize("name", DECODERS)
def test_every_cut_and_every_changed_byte(name):
    decode, good = DECODERS[name]
    for at in range(len(good)):
        survives(decode, good[:at])
        survives(decode, good[:at] + bytes([good[at] ^ 0x80]) + good[at + 1 :])
        survives(decode, good[:at] + bytes([good[at] ^ 0x01]) + good[at + 1 :])


@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b'{"a":' * 50_000, b'{"sent_at":1e999}', b"\xff", b"", b'"\\ud800"']
)
def test_hostile_json(body):
    for name in ("native", "ministry", "hubei", "hebei-values"):
        with pytest.raises(WireError):
            DECODERS[name][0](body)


def test_json_error_names_no_payload():
    with pytest.raises(WireError) as caught:
        jsontext.decode(native._BODY, b'{"batch_id": 5}')
    assert caught.value.code == "bad_field"
