"""Subscribes to an OPC UA server, with the server's own times and status codes.

A server may come back after a restart with a session that is alive and a subscription that is dead. So silence is
watched: nothing heard in three publishing intervals, checked against a fresh read of the points, and the session is
built anew, with one full read at its start.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from asyncua.client.client import Client
from asyncua.common.node import Node
from asyncua.common.subscription import DataChangeNotif
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.uaerrors import UaError
from asyncua.ua.uatypes import DataValue, NodeId

from bihuan.gateway import config as conf
from bihuan.gateway.drivers.interface import Driver, Sink
from bihuan.gateway.samples import Event, Reading
from bihuan.wire.quality import Quality, from_opcua_status

logger = logging.getLogger("bihuan.gateway.opcua")

SILENT_INTERVALS = 3
TIMEOUT_S = 4.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class OpcUa:
    """One server."""

    def __init__(self, settings: conf.OpcUa) -> None:
        self._settings = settings
        self._heard = 0.0
        self._last: dict[str, tuple[str, int]] = {}
        self.rebuilt = 0

    async def run(self, sink: Sink, addresses: Sequence[str]) -> None:
        async with Client(self._settings.url, timeout=TIMEOUT_S) as client:
            nodes = {address: client.get_node(_node_id(address)) for address in addresses}
            sink.connected(True)
            self._last.clear()
            await self._read_all(sink, client, nodes)
            handler = _Handler(self, sink, {node: address for address, node in nodes.items()})
            subscription = await client.create_subscription(self._settings.interval_ms, handler)
            await subscription.subscribe_data_change(list(nodes.values()))
            await self._watch(sink, client, nodes)

    def note(self, sink: Sink, address: str, value: DataValue) -> None:
        """A changed value came by subscription."""
        reading = to_reading(address, value, sink.now())
        self._last[address] = _content(reading)
        sink.offer([reading])

    def heard(self) -> None:
        """The subscription is alive."""
        self._heard = asyncio.get_running_loop().time()

    async def _watch(self, sink: Sink, client: Client, nodes: dict[str, Node]) -> None:
        silent_s = SILENT_INTERVALS * self._settings.interval_ms / 1000
        self.heard()
        while True:
            await asyncio.sleep(silent_s / SILENT_INTERVALS)
            if asyncio.get_running_loop().time() - self._heard < silent_s:
                continue
            # Quiet points are silent too. Read them: newer content than was published means the server is deaf,
            # unless the notification is only just under way.
            since = self._heard
            if await self._read_all(sink, client, nodes):
                await asyncio.sleep(silent_s / SILENT_INTERVALS)
                if self._heard == since:
                    self.rebuilt += 1
                    sink.happened(Event(sink.now(), "opcua_silent", text=self._settings.name))
                    raise ConnectionError("OPC UA 订阅无数据，重建会话")
            self.heard()

    async def _read_all(self, sink: Sink, client: Client, nodes: dict[str, Node]) -> bool:
        """Read every point; true if any has other content than was known. An unchanged value is offered as of now,
        as proof that the point is alive."""
        values = await client.read_attributes(list(nodes.values()), AttributeIds.Value)
        readings, changed = [], False
        for address, value in zip(nodes, values, strict=True):
            reading = to_reading(address, value, sink.now())
            if self._last.get(address) == _content(reading):
                reading = reading._replace(time=sink.now())
            else:
                changed = True
                self._last[address] = _content(reading)
            readings.append(reading)
        sink.offer(readings)
        return changed


def _content(reading: Reading) -> tuple[str, int]:
    return repr(reading.value), reading.quality


class _Handler:
    """What asyncua calls; it must not block."""

    def __init__(self, driver: OpcUa, sink: Sink, addresses: dict[Node, str]) -> None:
        self._driver, self._sink, self._addresses = driver, sink, addresses

    def datachange_notification(self, node: Node, val: object, data: DataChangeNotif) -> None:
        self._driver.heard()
        address = self._addresses.get(node)
        if address is not None:
            self._driver.note(self._sink, address, data.monitored_item.Value)

    def status_change_notification(self, status: object) -> None:
        logger.warning("OPC UA 订阅状态变化：%s", status)


def to_reading(address: str, value: DataValue, now: int) -> Reading:
    """A reading with the source's time, else the server's, else ours."""
    moment = value.SourceTimestamp or value.ServerTimestamp
    time = now if moment is None else _ms(moment)
    code = value.StatusCode.value if value.StatusCode is not None else 0
    quality = from_opcua_status(code)
    content = value.Value.Value if value.Value is not None else None
    number = float(content) if isinstance(content, int | float) else math.nan
    if not math.isfinite(number):
        return Reading(address, time, math.nan, max(quality, Quality.BAD_SENSOR))
    return Reading(address, time, number, quality)


def _ms(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, round((aware - _EPOCH).total_seconds() * 1000))


def _node_id(address: str) -> NodeId:
    try:
        return NodeId.from_string(address)
    except (UaError, ValueError):
        raise conf.ConfigError(f"OPC UA 地址 {address} 不是 NodeId，应形如 ns=2;s=CO-01") from None


def open_driver(settings: conf.OpcUa, base: Path) -> Driver:
    """A subscriber of one server."""
    return OpcUa(settings)
