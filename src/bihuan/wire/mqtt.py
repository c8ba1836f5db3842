"""MQTT topics and payloads of our own upload (MQTT 3.1.1 and 5).

    bihuan/v1/{gateway}/up/{lane}     columnar JSON or binary upload, told apart by its first bytes
    bihuan/v1/{gateway}/down/ack      acknowledgement, JSON

A broker's PUBACK means only that the broker has the message. A sender keeps its data until the acknowledgement on the
down topic names the batch, because a killed broker may lose what it has acknowledged.
"""

from __future__ import annotations

from bihuan.wire import native, native_binary
from bihuan.wire.batch import Lane
from bihuan.wire.errors import WireError
from bihuan.wire.native import Upload, check_identity

ROOT = "bihuan/v1"
LONGEST_TOPIC = 65_535  # bytes, MQTT 3.1.1 section 1.5.3


def up_topic(gateway: str, lane: Lane) -> str:
    """Topic a gateway publishes on."""
    check_identity("-", gateway)
    return f"{ROOT}/{gateway}/up/{lane.value}"


def ack_topic(gateway: str) -> str:
    """Topic a gateway listens on for acknowledgements."""
    check_identity("-", gateway)
    return f"{ROOT}/{gateway}/down/ack"


def parse_up_topic(topic: str) -> tuple[str, Lane]:
    """Gateway and lane of an upload topic."""
    parts = topic.split("/")
    if len(parts) != 5 or "/".join(parts[:2]) != ROOT or parts[3] != "up":
        raise WireError("bad_topic", "expected bihuan/v1/{gateway}/up/{lane}")
    check_identity("-", parts[2])
    try:
        return parts[2], Lane(parts[4])
    except ValueError:
        raise WireError("bad_topic", "unknown lane") from None


def decode(topic: str, payload: bytes) -> Upload:
    """Read an upload and hold it against its topic, so no gateway can speak for another."""
    gateway, lane = parse_up_topic(topic)
    upload = native_binary.decode(payload) if payload[:4] == native_binary.MAGIC else native.decode(payload)
    if upload.batch.gateway != gateway or upload.batch.lane is not lane:
        raise WireError("bad_topic", "gateway or lane differ from the topic")
    return upload


def is_valid_topic(topic: str) -> bool:
    """Whether a name may be published to: not empty, no wildcard, no NUL, within the length (MQTT 4.7)."""
    data = topic.encode("utf-8", "surrogatepass")
    return 0 < len(data) <= LONGEST_TOPIC and not set(topic) & set("+#\0")


def matches(pattern: str, topic: str) -> bool:
    """Whether a topic matches a subscription filter with `+` and `#` (MQTT 3.1.1, 4.7.1)."""
    wanted, have = pattern.split("/"), topic.split("/")
    if topic.startswith("$") and wanted[0] in ("+", "#"):
        return False
    for position, part in enumerate(wanted):
        if part == "#":
            return position == len(wanted) - 1
        if position >= len(have) or part not in ("+", have[position]):
            return False
    return len(wanted) == len(have)
