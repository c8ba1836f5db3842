"""Hubei non-coal mine interface (湖北非煤矿山, profile P3): typed rows, HTTP or TCP, resume after a break (断点续传).

Fields are those seen in public code of a receiver; that code uses AES-CBC. Over TCP each message ends with `@@`.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from bihuan.wire import cipher, clock, jsontext
from bihuan.wire.batch import AlarmNotice, Batch, Lane
from bihuan.wire.errors import WireError
from bihuan.wire.levels import Colour, LevelMap, Severity
from bihuan.wire.quality import from_validity, is_usable

LIVE_VALUES, STATISTICS, ABNORMAL, ALARM_RECORD = "04", "05", "06", "1001"
DATA_TYPES = frozenset({*(f"{n:02d}" for n in range(1, 13)), ALARM_RECORD})
FRAME_END = b"@@"
LARGEST_FRAME = 10_240
NORMAL_STATUS = "00000000"

# alarmLevel of record 1001: only `1` was seen (beside the word for blue); others need the bureau's table.
LEVELS = LevelMap("hubei", {"1": Colour.BLUE})
# abnormalType of record 06.
ABNORMAL_LEVELS = LevelMap("hubei-abnormal", {"1": Severity.HI, "2": Severity.LO})

Crypt = Callable[[bytes, bytes, bytes], bytes]
CIPHERS: Mapping[str, tuple[Crypt, Crypt]] = {
    "AES-CBC": (cipher.aes_cbc_encrypt, cipher.aes_cbc_decrypt),
    "SM4-CBC": (cipher.sm4_cbc_encrypt, cipher.sm4_cbc_decrypt),
}


@dataclass(frozen=True, slots=True)
class PointFacts:
    """What the format repeats with every value of a point."""

    name: str = ""
    sensor_type: str = ""
    location: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the authority issues to one mine, and the facts of its points."""

    app_id: str
    service_id: str
    key: bytes
    iv: bytes
    enterprise: str
    enterprise_type: str = ""
    enterprise_name: str = ""
    algorithm: str = "AES-CBC"
    text_form: cipher.TextForm = cipher.TextForm.BASE64
    points: Mapping[str, PointFacts] = field(default_factory=dict)
    levels: LevelMap = LEVELS


class Reply(msgspec.Struct, frozen=True):
    """Answer of the receiver."""

    success: bool
    dataId: str | None = None
    error: str | None = None
    data: msgspec.Raw | None = None


class _Envelope(msgspec.Struct, omit_defaults=True):
    appId: str
    serviceId: str
    dataId: str
    data: str
    interfaceCode: str = ""
    params: dict[str, str] | None = None


class Report(msgspec.Struct):
    """Decrypted message; `datas` stays raw until the reader for its `dataType` is chosen."""

    dataId: str
    enterpriseCode: str
    gatewayCode: str
    collectTime: str
    dataType: str
    datas: msgspec.Raw
    enterpriseType: str = ""
    enterpriseName: str = ""
    isConnectDataSource: bool = True
    reportType: Literal["report", "continues"] = "report"


class _Value(msgspec.Struct):
    pointCode: str
    pointValue: float | None
    dataTime: str
    pointName: str = ""
    sensorType: str = ""
    pointLocation: str = ""
    valueUnit: str = ""
    pointStatus: str = NORMAL_STATUS


class _Abnormal(msgspec.Struct):
    pointCode: str
    abnormalValue: float
    abnormalType: str
    happenTime: str


class Statistic(msgspec.Struct, frozen=True):
    """Hour, day or month figures of a point (`statType` 1, 2, 3)."""

    pointCode: str
    statType: Literal["1", "2", "3"]
    avgValue: float
    maxValue: float
    minValue: float
    statTime: str


class AlarmRecord(msgspec.Struct, frozen=True):
    """Alarm record (extension 1001). `Alarmcode` has a capital A on the wire."""

    alarmStartTime: str
    alarmLevel: str
    alarmStatus: str
    alarmType: str
    Alarmcode: str
    alarmOverTime: str = ""
    relatedObj: str = ""
    alarmDesc: str = ""


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_REPORT = msgspec.json.Decoder(Report)
_VALUES = msgspec.json.Decoder(list[_Value])
_ABNORMAL = msgspec.json.Decoder(list[_Abnormal])
_STATISTICS = msgspec.json.Decoder(list[Statistic])
_ALARMS = msgspec.json.Decoder(list[AlarmRecord])
_REPLY = msgspec.json.Decoder(Reply)


def app_id(body: bytes) -> str:
    """Application id of a request, to look up its settings before anything is decrypted."""
    return jsontext.decode(_ENVELOPE, body).appId


def open_report(body: bytes, settings: Settings) -> Report:
    """Decrypt one message and check who it is from."""
    envelope = jsontext.decode(_ENVELOPE, body)
    if envelope.appId != settings.app_id:
        raise WireError("wrong_receiver", "appId does not belong to these settings")
    if envelope.serviceId != settings.service_id:
        raise WireError("invalid_service_id", "serviceId")
    secret = cipher.from_text(envelope.data, settings.text_form)
    plain = _cipher(settings)[1](settings.key, settings.iv, secret)
    report = jsontext.decode(_REPORT, plain)
    if report.dataType not in DATA_TYPES:
        raise WireError("invalid_data_type", report.dataType[:8])
    if report.enterpriseCode != settings.enterprise:
        raise WireError("wrong_enterprise", "the enterprise code inside is another one")
    if report.dataId != envelope.dataId:
        raise WireError("bad_field", "inner and outer dataId differ")
    return report


def read_values(report: Report) -> Batch:
    """Live values (dataType 04) of an opened report."""
    rows = jsontext.decode(_VALUES, _rows(report, LIVE_VALUES))
    batch = Batch(
        report.gatewayCode,
        report.dataId,
        [row.pointCode for row in rows],
        array("q", [clock.from_beijing(row.dataTime) for row in rows]),
        array("d", [math.nan if row.pointValue is None else row.pointValue for row in rows]),
        bytes([_quality(row) for row in rows]),
        Lane.BACKFILL if report.reportType == "continues" else Lane.LIVE,
        source_connected=report.isConnectDataSource,
    )
    batch.check()
    return batch


def read_abnormal(report: Report) -> list[AlarmNotice]:
    """Abnormal values (dataType 06); the format does not tell the limit, so it is NaN."""
    notices = []
    for row in jsontext.decode(_ABNORMAL, _rows(report, ABNORMAL)):
        severity = ABNORMAL_LEVELS.decode(row.abnormalType)
        assert isinstance(severity, Severity)  # by the table above
        time = clock.from_beijing(row.happenTime)
        notices.append(AlarmNotice(row.pointCode, time, severity, row.abnormalValue, math.nan))
    return notices


def read_statistics(report: Report) -> list[Statistic]:
    """Point statistics (dataType 05)."""
    return jsontext.decode(_STATISTICS, _rows(report, STATISTICS))


def read_alarm_records(report: Report, settings: Settings) -> list[tuple[AlarmRecord, Severity | Colour]]:
    """Alarm records (dataType 1001), each with our level."""
    records = jsontext.decode(_ALARMS, _rows(report, ALARM_RECORD))
    return [(record, settings.levels.decode(record.alarmLevel)) for record in records]


def encode_values(batch: Batch, settings: Settings) -> bytes:
    """Message with the live values of a batch; lane backfill becomes `continues` (断点续传)."""
    rows = [_value_row(batch, index, settings) for index in range(len(batch))]
    collected = max(batch.times, default=0)
    report = Report(
        batch.message_id,
        settings.enterprise,
        batch.gateway,
        clock.to_beijing(collected),
        LIVE_VALUES,
        msgspec.Raw(jsontext.encode(rows)),
        settings.enterprise_type,
        settings.enterprise_name,
        batch.source_connected,
        "continues" if batch.lane is Lane.BACKFILL else "report",
    )
    return encode_report(report, settings)


def encode_report(report: Report, settings: Settings, *, interface: str = "") -> bytes:
    """Encrypt a report of any type into its envelope; over TCP pass `interface` and append `FRAME_END`."""
    secret = _cipher(settings)[0](settings.key, settings.iv, jsontext.encode(report))
    text = cipher.to_text(secret, settings.text_form)
    envelope = _Envelope(settings.app_id, settings.service_id, report.dataId, text, interface)
    return jsontext.encode(envelope)


def encode_frame(report: Report, settings: Settings) -> bytes:
    """The same for TCP, with the interface code of live reports and the frame end."""
    frame = encode_report(report, settings, interface="REALTIME_REPORT") + FRAME_END
    if len(frame) > LARGEST_FRAME:
        raise WireError("too_large", f"a frame has at most {LARGEST_FRAME} bytes")
    return frame


def decode_reply(body: bytes) -> Reply:
    """Read the receiver's answer."""
    return jsontext.decode(_REPLY, body)


def encode_reply(message_id: str | None, error: str | None = None) -> bytes:
    """Answer to one message; without `error` it acknowledges it."""
    return jsontext.encode(Reply(error is None, message_id, error))


class FrameSplitter:
    """Cuts a TCP byte stream at `@@`; keeps at most one incomplete frame."""

    def __init__(self, limit: int = LARGEST_FRAME) -> None:
        self._limit = limit
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Complete frames, without their end mark. A frame over the limit raises WireError: close the connection."""
        *frames, self._rest = (self._rest + data).split(FRAME_END)
        if len(self._rest) > self._limit or any(len(frame) > self._limit for frame in frames):
            self._rest = b""
            raise WireError("too_large", f"a frame has at most {self._limit} bytes")
        return frames


def _cipher(settings: Settings) -> tuple[Crypt, Crypt]:
    try:
        return CIPHERS[settings.algorithm]
    except KeyError:
        raise WireError("bad_key", f"unknown cipher {settings.algorithm!r}") from None


def _rows(report: Report, data_type: str) -> bytes:
    if report.dataType != data_type:
        raise WireError("invalid_data_type", f"expected {data_type}, got {report.dataType[:8]}")
    return bytes(report.datas)


def _quality(row: _Value) -> int:
    if len(row.pointStatus) != 8 or set(row.pointStatus) - {"0", "1"}:
        raise WireError("bad_field", "pointStatus is no string of eight bits")
    return from_validity(row.pointStatus == NORMAL_STATUS and row.pointValue is not None)


def _value_row(batch: Batch, index: int, settings: Settings) -> _Value:
    point, value = batch.points[index], batch.values[index]
    facts = settings.points.get(point, PointFacts())
    known = math.isfinite(value)
    normal = known and is_usable(batch.qualities[index])
    return _Value(
        point,
        value if known else None,
        clock.to_beijing(batch.times[index]),
        facts.name,
        facts.sensor_type,
        facts.location,
        facts.unit,
        NORMAL_STATUS if normal else "00000001",
    )
