"""Subscribes to a plant's MQTT broker: Sparkplug B, or JSON.

JSON payloads may be a bare number, or an object of names and numbers, optionally under `values` and with `ts` or
`timestamp` in ms. Address of a point: `topic` for a bare number, `topic#name` for a name. Under Sparkplug it is
`group/node/metric` or `group/node/device/metric`. A payload that cannot be read is counted and told once in a while.

The one message this driver ever publishes is Sparkplug's request for a rebirth, which the protocol needs of its host.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiomqtt
import msgspec

from bihuan.gateway import config as conf
from bihuan.gateway.drivers.interface import Driver, Sink
from bihuan.gateway.samples import Event, Reading
from bihuan.wire import jsontext, sparkplug, sparkplug_node
from bihuan.wire.batch import LATEST_MS, Lane
from bihuan.wire.errors import WireError
from bihuan.wire.quality import Quality
from bihuan.wire.sparkplug import MessageType, Topic

logger = logging.getLogger("bihuan.gateway.mqtt")

Json = float | bool | str | None | dict[str, object]
_JSON = msgspec.json.Decoder(float | bool | str | None | dict[str, object])
MOST_NODES = 1000


class Mqtt:
    """One broker."""

    def __init__(self, settings: conf.Mqtt, password: str) -> None:
        self._settings, self._password = settings, password
        self._nodes: dict[tuple[str, str], sparkplug_node.EdgeNode] = {}
        self.errors = 0

    async def run(self, sink: Sink, addresses: Sequence[str]) -> None:
        settings = self._settings
        async with aiomqtt.Client(
            settings.host,
            settings.port,
            username=settings.username or None,
            password=self._password or None,
            clean_session=True,
        ) as client:
            for topic in settings.topics:
                await client.subscribe(topic, qos=1)
            sink.connected(True)
            async for message in client.messages:
                payload = message.payload if isinstance(message.payload, bytes) else b""
                try:
                    rebirth = await self.take(sink, str(message.topic), payload)
                except WireError as error:
                    self._complain(sink, error)
                    continue
                if rebirth:
                    body = sparkplug.encode(sparkplug_node.rebirth_command(sink.now()))
                    await client.publish(sparkplug.format_topic(rebirth), body)

    async def take(self, sink: Sink, topic: str, payload: bytes) -> Topic | None:
        """Take one message in; returns where to ask for a rebirth, if anywhere."""
        if not self._settings.sparkplug:
            sink.offer(read_json(topic, payload, sink.now()))
            return None
        if topic.startswith(f"{sparkplug.NAMESPACE}/STATE/"):
            return None
        return await self._sparkplug(sink, sparkplug.parse_topic(topic), payload)

    async def _sparkplug(self, sink: Sink, topic: Topic, payload: bytes) -> Topic | None:
        key = topic.group, topic.node
        if key not in self._nodes and len(self._nodes) >= MOST_NODES:
            raise WireError("too_large", "more Sparkplug nodes than this driver keeps")
        node = self._nodes.setdefault(key, sparkplug_node.EdgeNode(*key))
        outcome = node.receive(topic, sparkplug.decode(payload), sink.now())
        prefix = f"{topic.group}/{topic.node}/"
        for batch in outcome.batches:
            columns = zip(batch.points, batch.times, batch.values, batch.qualities, strict=True)
            readings = [
                Reading(prefix + point, time, value, quality) for point, time, value, quality in columns
            ]
            if batch.lane is Lane.BACKFILL:
                await sink.commit(readings, lane=Lane.BACKFILL)  # history comes once and must not be thinned
            else:
                sink.offer(readings)
        now = sink.now()
        sink.offer([Reading(prefix + point, now, math.nan, Quality.BAD_COMM) for point in outcome.stale])
        return Topic(topic.group, MessageType.NCMD, topic.node) if outcome.rebirth else None

    def _complain(self, sink: Sink, error: WireError) -> None:
        self.errors += 1
        if self.errors in (1, 10, 100) or self.errors % 1000 == 0:
            sink.happened(Event(sink.now(), "mqtt_error", text=error.code, data={"count": self.errors}))


def read_json(topic: str, payload: bytes, now: int) -> list[Reading]:
    """Readings of a JSON payload."""
    found = jsontext.decode(_JSON, payload)
    if not isinstance(found, dict):
        return [Reading(topic, now, *_number(found))]
    time = found.get("ts", found.get("timestamp", now))
    if not isinstance(time, int) or isinstance(time, bool) or not 0 <= time <= LATEST_MS:
        raise WireError("bad_time", "ts is no time in ms")
    values = found.get("values", found)
    if not isinstance(values, dict):
        raise WireError("bad_field", "values is no object")
    return [Reading(f"{topic}#{name}", time, *number) for name, number in _numbers(values)]


def _numbers(values: dict[object, object]) -> Iterator[tuple[str, tuple[float, int]]]:
    for name, value in values.items():
        if name not in ("ts", "timestamp") and not isinstance(value, dict | list):
            yield str(name), _number(value)


def _number(value: object) -> tuple[float, int]:
    """Value and quality; a text that is no number, or null, is a missing value."""
    try:
        number = float(value) if isinstance(value, int | float | str) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    return (number, Quality.GOOD) if math.isfinite(number) else (math.nan, Quality.BAD_SENSOR)


def open_driver(settings: conf.Mqtt, base: Path) -> Driver:
    """A subscriber."""
    return Mqtt(settings, conf.secret(settings.secret_file, settings.secret_env, base))
