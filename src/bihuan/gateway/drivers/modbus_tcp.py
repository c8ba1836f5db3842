"""Reads Modbus TCP devices.

One request at a time. After a timeout, or a reply that belongs to another request, the connection is dropped before
anything else is asked, so a late reply can never be taken for the next one. Reconnecting waits 1, 2, 4 … 30 seconds.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Sequence
from pathlib import Path

from bihuan.gateway import config as conf
from bihuan.gateway.drivers import modbus_pdu as pdu
from bihuan.gateway.drivers.interface import Driver, Sink
from bihuan.gateway.samples import Reading
from bihuan.wire.quality import Quality

logger = logging.getLogger("bihuan.gateway.modbus")

LOST_AFTER_SCANS = 3
LONGEST_WAIT_S = 30.0


class ModbusTcp:
    """One device or serial converter behind one address."""

    def __init__(self, settings: conf.ModbusTcp) -> None:
        self._settings = settings
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._transaction = 0
        self.dropped = 0

    async def run(self, sink: Sink, addresses: Sequence[str]) -> None:
        blocks = pdu.plan([pdu.Address.parse(address) for address in addresses])
        failures, loop = 0, asyncio.get_running_loop()
        due = loop.time()
        try:
            while True:
                if await self.scan(sink, blocks):
                    failures = 0
                    sink.connected(True)
                    due = max(due + self._settings.period_s, loop.time())
                else:
                    failures += 1
                    if failures >= LOST_AFTER_SCANS:
                        sink.connected(False)
                    due = loop.time() + min(LONGEST_WAIT_S, float(1 << min(failures - 1, 10)))
                await asyncio.sleep(due - loop.time())
        finally:
            await self._drop()

    async def scan(self, sink: Sink, blocks: Sequence[pdu.Block]) -> bool:
        """Read every block once; false if the connection failed. A device's refusal is a quality, not a failure."""
        for block in blocks:
            try:
                values = await self.ask(block)
                qualities = [Quality.GOOD if math.isfinite(value) else Quality.BAD_SENSOR for value in values]
            except pdu.DeviceError as error:
                quality = Quality.BAD_CONFIG if error.is_configuration else Quality.BAD_SENSOR
                values, qualities = [math.nan] * len(block.points), [quality] * len(block.points)
            except (pdu.ReplyError, TimeoutError, OSError, EOFError) as error:
                logger.warning("%s 读取失败：%s", self._settings.name, error or type(error).__name__)
                await self._drop()
                return False
            now = sink.now()
            rows = zip(block.points, values, qualities, strict=True)
            sink.offer([Reading(point.text, now, value, quality) for point, value, quality in rows])
        return True

    async def ask(self, block: pdu.Block) -> list[float]:
        """One request and its reply, within the timeout."""
        async with asyncio.timeout(self._settings.timeout_s):
            if self._reader is None or self._writer is None:
                self._reader, self._writer = await asyncio.open_connection(
                    self._settings.host, self._settings.port
                )
            self._transaction = self._transaction % 65_535 + 1
            self._writer.write(block.request(self._transaction))
            await self._writer.drain()
            header = await self._reader.readexactly(pdu.HEADER.size)
            length = pdu.check_header(header, self._transaction, block.unit)
            return block.read(await self._reader.readexactly(length))

    async def _drop(self) -> None:
        writer, self._reader, self._writer = self._writer, None, None
        if writer is None:
            return
        self.dropped += 1
        writer.transport.abort()


def open_driver(settings: conf.ModbusTcp, base: Path) -> Driver:
    """A reader of one device."""
    return ModbusTcp(settings)
