"""One Sparkplug edge node as its host sees it: births, aliases, sequence, staleness, rebirth requests.

Messages go in, batches come out; times are passed in. The caller subscribes, keeps one `EdgeNode` per group and node,
sends a rebirth command where an outcome asks for one, and marks points stale.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from bihuan.wire import sparkplug
from bihuan.wire.batch import Batch, Lane
from bihuan.wire.errors import WireError
from bihuan.wire.quality import Quality, from_sparkplug, to_sparkplug
from bihuan.wire.sparkplug import BDSEQ, DataType, MessageType, Metric, Payload, Topic


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a message meant: samples to take in, points that just became stale, and whether to ask for a rebirth."""

    batches: list[Batch] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    rebirth: bool = False
    ignored: bool = False


@dataclass(slots=True)
class _Known:
    point: str
    datatype: int
    name: str


class EdgeNode:
    """State of one edge node since its last birth.

    Points are named by their metric, with the device in front (`device/metric`) for metrics of a device.
    """

    def __init__(self, group: str, node: str) -> None:
        self._group, self._node = group, node
        self._online = False
        self._bdseq: int | None = None
        self._seq: int | None = None
        self._names: dict[str, dict[str, _Known]] = {}
        self._aliases: dict[int, _Known] = {}

    @property
    def online(self) -> bool:
        """Whether the node has been born and not died since."""
        return self._online

    def receive(self, topic: Topic, payload: Payload, at: int) -> Outcome:
        """Take one message in. `at` (ms UTC) stands in where neither metric nor payload has a time."""
        if (topic.group, topic.node) != (self._group, self._node):
            raise WireError("bad_topic", "message of another node")
        match topic.kind:
            case MessageType.NBIRTH:
                return self._birth(payload, at)
            case MessageType.NDEATH:
                return self._death(payload)
            case MessageType.NCMD | MessageType.DCMD:
                return Outcome(ignored=True)
        if not self._online:
            return Outcome(rebirth=True, ignored=True)
        if not self._follows(payload):
            self._seq = None
            return Outcome(rebirth=True, ignored=True)
        match topic.kind:
            case MessageType.DBIRTH:
                self._learn(topic.device, payload.metrics)
            case MessageType.DDEATH:
                return Outcome(stale=self._points(topic.device))
        return self._data(topic.device, payload, at)

    def _birth(self, payload: Payload, at: int) -> Outcome:
        bdseq = next((metric.value for metric in payload.metrics if metric.name == BDSEQ), None)
        if not isinstance(bdseq, int) or payload.seq is None:
            raise WireError("bad_birth", "a node birth carries bdSeq and seq")
        self._online, self._bdseq, self._seq = True, bdseq, payload.seq
        self._names, self._aliases = {}, {}
        self._learn("", payload.metrics)
        return self._data("", payload, at)

    def _death(self, payload: Payload) -> Outcome:
        bdseq = next((metric.value for metric in payload.metrics if metric.name == BDSEQ), None)
        if not self._online or bdseq != self._bdseq:
            return Outcome(ignored=True)  # the will of an older session
        self._online = False
        return Outcome(stale=[point for device in self._names for point in self._points(device)])

    def _follows(self, payload: Payload) -> bool:
        if payload.seq is None or self._seq is None or payload.seq != (self._seq + 1) % 256:
            return False
        self._seq = payload.seq
        return True

    def _learn(self, device: str, metrics: Iterable[Metric]) -> None:
        names: dict[str, _Known] = {}
        for metric in metrics:
            if not metric.name:
                raise WireError("bad_birth", "a metric of a birth has a name")
            known = _Known(f"{device}/{metric.name}" if device else metric.name, metric.datatype, metric.name)
            names[metric.name] = known
            if metric.alias is not None:
                self._aliases[metric.alias] = known
        self._names[device] = names

    def _points(self, device: str) -> list[str]:
        return [known.point for known in self._names.get(device, {}).values() if _is_point(known)]

    def _known(self, device: str, metric: Metric) -> _Known | None:
        if metric.name:
            return self._names.get(device, {}).get(metric.name)
        return self._aliases.get(metric.alias) if metric.alias is not None else None

    def _data(self, device: str, payload: Payload, at: int) -> Outcome:
        lanes: dict[Lane, list[tuple[str, int, float, int]]] = {}
        unknown = False
        for metric in payload.metrics:
            known = self._known(device, metric)
            if known is None:
                unknown = True
                continue
            number = _number(metric, known)
            if number is None or not _is_point(known):
                continue
            time = metric.timestamp or payload.timestamp or at
            lane = Lane.BACKFILL if metric.is_historical else Lane.LIVE
            lanes.setdefault(lane, []).append((known.point, time, *number))
        message = f"{self._bdseq}-{payload.timestamp or at}-{payload.seq}"
        batches = [
            Batch.of(self._node, f"{message}-{lane.value}", *map(list, zip(*rows, strict=True)), lane=lane)
            for lane, rows in lanes.items()
        ]
        return Outcome(batches, rebirth=unknown)


def _is_point(known: _Known) -> bool:
    """Whether a metric is a measured point rather than one of the protocol's own."""
    return known.name != BDSEQ and not known.name.startswith(("Node Control/", "Device Control/"))


def _number(metric: Metric, known: _Known) -> tuple[float, int] | None:
    """Value and quality of a numeric metric; None for texts, bytes and containers, which are no samples."""
    quality = Quality.GOOD if metric.quality is None else from_sparkplug(metric.quality)
    if metric.is_null or metric.value is None:
        return math.nan, max(quality, Quality.BAD_SENSOR)
    value = sparkplug.typed(metric.value, metric.datatype or known.datatype)
    if not isinstance(value, int | float):
        return None
    if not math.isfinite(value):
        return math.nan, max(quality, Quality.BAD_SENSOR)
    return float(value), quality


def birth(
    timestamp: int, bdseq: int, points: dict[str, int], values: dict[str, float] | None = None
) -> Payload:
    """Node birth of a gateway: bdSeq, the rebirth control, and each point with its alias."""
    now = values or {}
    metrics = [
        Metric(bdseq, DataType.INT64, BDSEQ, timestamp=timestamp),
        Metric(False, DataType.BOOLEAN, sparkplug.REBIRTH, timestamp=timestamp),
    ]
    metrics += [
        Metric(now.get(point), DataType.DOUBLE, point, alias, timestamp, is_null=point not in now)
        for point, alias in points.items()
    ]
    return Payload(timestamp, metrics, 0)


def death(bdseq: int) -> Payload:
    """Node death, to be given to the broker as will before the birth with the same bdSeq."""
    return Payload(metrics=[Metric(bdseq, DataType.INT64, BDSEQ)])


def rebirth_command(timestamp: int) -> Payload:
    """Command of a host that missed something."""
    return Payload(timestamp, [Metric(True, DataType.BOOLEAN, sparkplug.REBIRTH, timestamp=timestamp)])


def data(batch: Batch, aliases: dict[str, int], seq: int, timestamp: int) -> Payload:
    """Data message for a batch; lane backfill becomes `is_historical`."""
    historical = batch.lane is Lane.BACKFILL
    metrics = []
    for index, point in enumerate(batch.points):
        if point not in aliases:
            raise WireError("bad_field", "a point that the birth did not name")
        value, quality = batch.values[index], batch.qualities[index]
        known = math.isfinite(value)
        metrics.append(
            Metric(
                value if known else None,
                DataType.DOUBLE,
                alias=aliases[point],
                timestamp=batch.times[index],
                is_historical=historical,
                is_null=not known,
                quality=None if quality == Quality.GOOD else to_sparkplug(quality),
            )
        )
    return Payload(timestamp, metrics, seq % 256)
