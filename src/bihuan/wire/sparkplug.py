"""Sparkplug B (profile P7): topics and payloads. What a node's messages mean together is kept by `sparkplug_node`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

import msgspec

from bihuan.wire import jsontext, protobuf
from bihuan.wire.errors import WireError
from bihuan.wire.protobuf import Field

NAMESPACE = "spBv1.0"
REBIRTH = "Node Control/Rebirth"
BDSEQ = "bdSeq"
QUALITY = "Quality"
LARGEST_METRICS = 100_000

Value = int | float | bool | str | bytes | None


class MessageType(StrEnum):
    """The kinds of messages: birth, death, data and command of an edge node or of one of its devices."""

    NBIRTH = "NBIRTH"
    NDEATH = "NDEATH"
    DBIRTH = "DBIRTH"
    DDEATH = "DDEATH"
    NDATA = "NDATA"
    DDATA = "DDATA"
    NCMD = "NCMD"
    DCMD = "DCMD"


class DataType(IntEnum):
    """Metric data types that carry one value, plus the containers that are passed on unread."""

    UNKNOWN = 0
    INT8 = 1
    INT16 = 2
    INT32 = 3
    INT64 = 4
    UINT8 = 5
    UINT16 = 6
    UINT32 = 7
    UINT64 = 8
    FLOAT = 9
    DOUBLE = 10
    BOOLEAN = 11
    STRING = 12
    DATETIME = 13
    TEXT = 14
    UUID = 15
    DATASET = 16
    BYTES = 17
    FILE = 18
    TEMPLATE = 19


_SIGNED_BITS = {DataType.INT8: 8, DataType.INT16: 16, DataType.INT32: 32, DataType.INT64: 64}
_UNSIGNED_BITS = {
    DataType.UINT8: 8,
    DataType.UINT16: 16,
    DataType.UINT32: 32,
    DataType.UINT64: 64,
    DataType.DATETIME: 64,
}
_TEXTS = frozenset({DataType.STRING, DataType.TEXT, DataType.UUID})
_CHUNKS = {DataType.BYTES: 16, DataType.FILE: 16, DataType.DATASET: 17, DataType.TEMPLATE: 18}


@dataclass(frozen=True, slots=True)
class Topic:
    """Where a message belongs. `device` is empty for messages of the node itself."""

    group: str
    kind: MessageType
    node: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. Data messages may carry only the alias that a birth has tied to the name.

    A value of a container type (data set, template) is its raw bytes. An integer whose type is not stated stays
    unsigned until `typed` is given the type of the birth.
    """

    value: Value = None
    datatype: int = DataType.UNKNOWN
    name: str = ""
    alias: int | None = None
    timestamp: int | None = None
    is_historical: bool = False
    is_null: bool = False
    quality: int | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """One message body. Times in ms UTC."""

    timestamp: int | None = None
    metrics: Sequence[Metric] = ()
    seq: int | None = None
    uuid: str = ""


class HostState(msgspec.Struct, frozen=True):
    """Retained state of a host application."""

    online: bool
    timestamp: int


_STATE = msgspec.json.Decoder(HostState)


def parse_topic(topic: str) -> Topic:
    """Read a topic of an edge node or device."""
    parts = topic.split("/")
    if parts[0] != NAMESPACE or len(parts) not in (4, 5) or not all(parts):
        raise WireError("bad_topic", "expected spBv1.0/group/TYPE/node[/device]")
    try:
        kind = MessageType(parts[2])
    except ValueError:
        raise WireError("bad_topic", "unknown message type") from None
    if (len(parts) == 5) != kind.value.startswith("D"):
        raise WireError("bad_topic", "device and message type do not agree")
    return Topic(parts[1], kind, parts[3], parts[4] if len(parts) == 5 else "")


def format_topic(topic: Topic) -> str:
    """Write a topic."""
    parts = [NAMESPACE, topic.group, topic.kind.value, topic.node, *filter(None, [topic.device])]
    if any(not part or set(part) & set("/+#\0") for part in parts):
        raise WireError("bad_topic", "an id is empty or has a separator or wildcard")
    if bool(topic.device) != topic.kind.value.startswith("D"):
        raise WireError("bad_topic", "device and message type do not agree")
    return "/".join(parts)


def state_topic(host: str) -> str:
    """Topic of a host application's state."""
    if not host or set(host) & set("/+#\0"):
        raise WireError("bad_topic", "host id")
    return f"{NAMESPACE}/STATE/{host}"


def decode_state(body: bytes) -> HostState:
    """Read a host's state."""
    return jsontext.decode(_STATE, body)


def encode_state(state: HostState) -> bytes:
    """Write a host's state."""
    return jsontext.encode(state)


def decode(body: bytes) -> Payload:
    """Read one payload; unknown fields are passed over."""
    timestamp: int | None = None
    seq: int | None = None
    uuid = ""
    metrics: list[Metric] = []
    for field in protobuf.fields(body):
        match field[0]:
            case 1:
                timestamp = protobuf.as_int(field)
            case 2:
                if len(metrics) >= LARGEST_METRICS:
                    raise WireError("too_large", "too many metrics")
                metrics.append(_metric(protobuf.as_bytes(field)))
            case 3:
                seq = protobuf.as_int(field)
            case 4:
                uuid = protobuf.as_text(field)
    if seq is not None and seq > 255:
        raise WireError("out_of_range", "seq runs from 0 to 255")
    return Payload(timestamp, metrics, seq, uuid)


def encode(payload: Payload) -> bytes:
    """Write one payload."""
    parts: list[bytes] = []
    if payload.timestamp is not None:
        parts.append(protobuf.integer(1, payload.timestamp))
    parts += [protobuf.chunk(2, _write_metric(metric)) for metric in payload.metrics]
    if payload.seq is not None:
        parts.append(protobuf.integer(3, payload.seq))
    if payload.uuid:
        parts.append(protobuf.text(4, payload.uuid))
    return b"".join(parts)


def typed(value: Value, datatype: int) -> Value:
    """The value as its data type means it: integers get their sign, the rest stays."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    bits = _SIGNED_BITS.get(datatype)  # type: ignore[call-overload]
    if bits is None:
        return value
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


_READ: dict[int, tuple[str, Callable[[Field], Any]]] = {
    1: ("name", protobuf.as_text),
    2: ("alias", protobuf.as_int),
    3: ("timestamp", protobuf.as_int),
    4: ("datatype", protobuf.as_int),
    5: ("is_historical", lambda field: bool(protobuf.as_int(field))),
    7: ("is_null", lambda field: bool(protobuf.as_int(field))),
    9: ("quality", lambda field: _quality(protobuf.as_bytes(field))),
    10: ("value", protobuf.as_int),
    11: ("value", protobuf.as_int),
    12: ("value", protobuf.as_single),
    13: ("value", protobuf.as_double),
    14: ("value", lambda field: bool(protobuf.as_int(field))),
    15: ("value", protobuf.as_text),
    16: ("value", protobuf.as_bytes),
    17: ("value", protobuf.as_bytes),
    18: ("value", protobuf.as_bytes),
}


def _metric(data: bytes) -> Metric:
    found: dict[str, Any] = {}
    for field in protobuf.fields(data):
        reader = _READ.get(field[0])
        if reader is not None:
            name, read = reader
            found[name] = read(field)
    if "value" in found:
        found["value"] = typed(found["value"], found.get("datatype", DataType.UNKNOWN))
    return Metric(**found)


def _quality(properties: bytes) -> int | None:
    """The `Quality` entry of a property set: keys in field 1, values at the same places in field 2."""
    keys: list[str] = []
    values: list[bytes] = []
    for field in protobuf.fields(properties):
        if field[0] == 1:
            keys.append(protobuf.as_text(field))
        elif field[0] == 2:
            values.append(protobuf.as_bytes(field))
    if len(keys) != len(values):
        raise WireError("bad_protobuf", "property keys and values differ in number")
    if QUALITY not in keys:
        return None
    for field in protobuf.fields(values[keys.index(QUALITY)]):
        if field[0] in (3, 4):
            return protobuf.as_int(field)
    return None


def _write_metric(metric: Metric) -> bytes:
    parts: list[bytes] = []
    if metric.name:
        parts.append(protobuf.text(1, metric.name))
    if metric.alias is not None:
        parts.append(protobuf.integer(2, metric.alias))
    if metric.timestamp is not None:
        parts.append(protobuf.integer(3, metric.timestamp))
    if metric.datatype:
        parts.append(protobuf.integer(4, metric.datatype))
    if metric.is_historical:
        parts.append(protobuf.integer(5, 1))
    if metric.is_null or metric.value is None:
        parts.append(protobuf.integer(7, 1))
    if metric.quality is not None:
        value = protobuf.integer(1, DataType.INT32) + protobuf.integer(3, metric.quality)
        parts.append(protobuf.chunk(9, protobuf.text(1, QUALITY) + protobuf.chunk(2, value)))
    if metric.value is not None and not metric.is_null:
        parts.append(_write_value(metric.value, metric.datatype))
    return b"".join(parts)


def _write_value(value: Value, datatype: int) -> bytes:
    match value:
        case bool() if datatype == DataType.BOOLEAN:
            return protobuf.integer(14, int(value))
        case int() if not isinstance(value, bool) and datatype in (*_SIGNED_BITS, *_UNSIGNED_BITS):
            return _write_integer(value, DataType(datatype))
        case float() if datatype == DataType.FLOAT:
            return protobuf.single(12, value)
        case float() if datatype == DataType.DOUBLE:
            return protobuf.double(13, value)
        case str() if datatype in _TEXTS:
            return protobuf.text(15, value)
        case bytes() if datatype in _CHUNKS:
            return protobuf.chunk(_CHUNKS[DataType(datatype)], value)
    raise WireError("bad_field", f"data type {datatype} cannot hold a {type(value).__name__}")


def _write_integer(value: int, datatype: DataType) -> bytes:
    signed = _SIGNED_BITS.get(datatype)
    bits = signed or _UNSIGNED_BITS[datatype]
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    if not low <= value <= high:
        raise WireError("out_of_range", f"{datatype.name} cannot hold {value}")
    # Small signed numbers go as 32-bit two's complement in the field for up to 32 bits.
    return protobuf.integer(11 if bits == 64 else 10, value & ((1 << max(bits, 32)) - 1))
