"""Hebei dust-explosion interface V1.1 (河北粉尘涉爆, profile P2): three endpoints, DES-CBC text inside JSON.

Fields are those seen in public code that implements the interface document. DES is weak; it is used here because the
interface prescribes it, over TLS, and nowhere else.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass

import msgspec

from bihuan.wire import cipher, clock, jsontext
from bihuan.wire.batch import AlarmNotice, Batch, require_value
from bihuan.wire.errors import WireError
from bihuan.wire.levels import LevelMap, Severity

RTS_PATH, EVENTS_PATH, VIDEOS_PATH = "/api/rtsData", "/api/eventsData", "/api/videosData"
LARGEST_PICTURE = 500_000  # bytes before Base64

# `scd`: 0 cleared and 4 high-high are known. 1 to 3 are assumed and only used where a bureau has confirmed them.
LEVELS = LevelMap("hebei", {"0": Severity.CLEARED, "4": Severity.HIHI})
LEVELS_ASSUMED = LevelMap(
    "hebei",
    {
        "0": Severity.CLEARED,
        "1": Severity.LOLO,
        "2": Severity.LO,
        "3": Severity.HI,
        "4": Severity.HIHI,
    },
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the province issues to one enterprise."""

    enterprise: str  # qybm, 12 digits
    key: bytes  # 8 bytes
    iv: bytes  # 8 bytes
    levels: LevelMap = LEVELS
    text_form: cipher.TextForm = cipher.TextForm.BASE64_HEX


@dataclass(frozen=True, slots=True)
class VideoAlarm:
    """An alarm of a video analytics point with its picture (视频 AI 报警)."""

    camera: str
    time: int
    kind: str  # alarmType, such as SJ02001; the table is not known
    text: str
    picture: bytes = b""


class Reply(msgspec.Struct, frozen=True):
    """Answer of the province; delivered only with code 200."""

    code: int
    msg: str = ""
    data: msgspec.Raw | None = None

    @property
    def delivered(self) -> bool:
        """Whether the whole request counts as received."""
        return self.code == 200


class _Envelope(msgspec.Struct, omit_defaults=True):
    qybm: str
    data: str
    wgbm: str = ""
    img: str = ""


class _Rts(msgspec.Struct):
    tnm: str
    ts: str
    val: str


class _RtsList(msgspec.Struct):
    rts: list[_Rts]


class _RtsBody(msgspec.Struct):
    qybm: str
    data: _RtsList


class _Event(msgspec.Struct):
    oname: str
    ts: str
    avx: str
    scd: int
    threshold: float
    content: str


class _EventList(msgspec.Struct):
    events: list[_Event]


class _EventBody(msgspec.Struct):
    qybm: str
    data: _EventList


class _Video(msgspec.Struct):
    ts: str
    videoCode: str
    alarmType: str
    content: str


class _VideoBody(msgspec.Struct):
    qybm: str
    data: _Video


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_RTS = msgspec.json.Decoder(_RtsBody)
_EVENTS = msgspec.json.Decoder(_EventBody)
_VIDEO = msgspec.json.Decoder(_VideoBody)
_REPLY = msgspec.json.Decoder(Reply)


def encrypt(plain: bytes, settings: Settings) -> str:
    """The text of the `data` field: DES-CBC, Base64, each character as two upper-case hex digits."""
    return cipher.to_text(cipher.des_cbc_encrypt(settings.key, settings.iv, plain), settings.text_form)


def encode_values(batch: Batch, settings: Settings) -> bytes:
    """Body of one rtsData call. Samples without a value cannot be expressed: leave them out before."""
    rows = [
        _Rts(point, clock.to_beijing(time), _number(value))
        for point, time, value in zip(batch.points, batch.times, batch.values, strict=True)
    ]
    inner = jsontext.encode(_RtsBody(settings.enterprise, _RtsList(rows)))
    return jsontext.encode(_Envelope(settings.enterprise, encrypt(inner, settings), wgbm=batch.gateway))


def decode_values(body: bytes, settings: Settings, message_id: str) -> Batch:
    """Read one rtsData call. The format has no message id, so the receiver names one (such as a digest)."""
    envelope, plain = _open(body, settings)
    inner = jsontext.decode(_RTS, plain)
    _same_enterprise(inner.qybm, settings)
    rows = inner.data.rts
    batch = Batch(
        envelope.wgbm,
        message_id,
        [row.tnm for row in rows],
        array("q", [clock.from_beijing(row.ts) for row in rows]),
        array("d", [_float(row.val) for row in rows]),
        bytes(len(rows)),
    )
    batch.check()
    return batch


def encode_events(notices: list[AlarmNotice], settings: Settings) -> bytes:
    """Body of one eventsData call: alarms and their ends."""
    rows = [
        _Event(
            notice.point,
            clock.to_beijing(notice.time),
            _number(notice.value),
            int(settings.levels.encode(notice.severity)),
            require_value(notice.limit),
            notice.text,
        )
        for notice in notices
    ]
    inner = jsontext.encode(_EventBody(settings.enterprise, _EventList(rows)))
    return jsontext.encode(_Envelope(settings.enterprise, encrypt(inner, settings)))


def decode_events(body: bytes, settings: Settings) -> list[AlarmNotice]:
    """Read one eventsData call."""
    inner = jsontext.decode(_EVENTS, _open(body, settings)[1])
    _same_enterprise(inner.qybm, settings)
    return [_notice(row, settings.levels) for row in inner.data.events]


def encode_video(alarm: VideoAlarm, settings: Settings) -> bytes:
    """Body of one videosData call."""
    if len(alarm.picture) > LARGEST_PICTURE:
        raise WireError("too_large", f"a picture has at most {LARGEST_PICTURE} bytes")
    inner = _Video(clock.to_beijing(alarm.time), alarm.camera, alarm.kind, alarm.text)
    secret = encrypt(jsontext.encode(_VideoBody(settings.enterprise, inner)), settings)
    picture = cipher.to_text(alarm.picture, cipher.TextForm.BASE64)
    return jsontext.encode(_Envelope(settings.enterprise, secret, img=picture))


def decode_video(body: bytes, settings: Settings) -> VideoAlarm:
    """Read one videosData call."""
    envelope, plain = _open(body, settings)
    inner = jsontext.decode(_VIDEO, plain)
    _same_enterprise(inner.qybm, settings)
    picture = cipher.from_text(envelope.img, cipher.TextForm.BASE64)
    if len(picture) > LARGEST_PICTURE:
        raise WireError("too_large", f"a picture has at most {LARGEST_PICTURE} bytes")
    row = inner.data
    return VideoAlarm(row.videoCode, clock.from_beijing(row.ts), row.alarmType, row.content, picture)


def enterprise(body: bytes) -> str:
    """Enterprise code of a request, to look up its settings before anything is decrypted."""
    return jsontext.decode(_ENVELOPE, body).qybm


def decode_reply(body: bytes) -> Reply:
    """Read the province's answer."""
    return jsontext.decode(_REPLY, body)


def encode_reply(code: int = 200, msg: str = "success") -> bytes:
    """Answer to one request."""
    return jsontext.encode({"code": code, "msg": msg, "data": None})


def _open(body: bytes, settings: Settings) -> tuple[_Envelope, bytes]:
    envelope = jsontext.decode(_ENVELOPE, body)
    _same_enterprise(envelope.qybm, settings)
    secret = cipher.from_text(envelope.data, settings.text_form)
    return envelope, cipher.des_cbc_decrypt(settings.key, settings.iv, secret)


def _same_enterprise(code: str, settings: Settings) -> None:
    if code != settings.enterprise:
        raise WireError("wrong_enterprise", "qybm does not belong to these settings")


def _notice(row: _Event, levels: LevelMap) -> AlarmNotice:
    severity = levels.decode(row.scd)
    if not isinstance(severity, Severity):
        raise WireError("unknown_level", "scd is mapped to a warning colour")
    time = clock.from_beijing(row.ts)
    return AlarmNotice(row.oname, time, severity, _float(row.avx), row.threshold, row.content)


def _number(value: float) -> str:
    return repr(require_value(value)).removesuffix(".0")


def _float(text: str) -> float:
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise WireError("bad_field", "value is not a number")
    return value
