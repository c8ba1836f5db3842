"""Reading a Modbus device again and again; how a request travels is for the drivers above this."""

from __future__ import annotations

import asyncio
import logging
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

from bihuan.gateway.drivers import modbus_pdu as pdu
from bihuan.gateway.drivers.interface import Sink
from bihuan.gateway.samples import Reading
from bihuan.wire.quality import Quality

logger = logging.getLogger("bihuan.gateway.modbus")

LOST_AFTER_SCANS = 3
LONGEST_WAIT_S = 30.0


class ModbusScan(ABC):
    """Scans every period. A failed line is let go of at once and tried again after 1, 2, 4 … 30 seconds."""

    def __init__(self, name: str, period_s: float) -> None:
        self._name, self._period_s = name, period_s

    @abstractmethod
    async def ask(self, block: pdu.Block) -> list[float]:
        """One request and its reply, within the timeout."""

    @abstractmethod
    async def drop(self) -> None:
        """Let go of the line, so that nothing late can be read from it."""

    async def run(self, sink: Sink, addresses: Sequence[str]) -> None:
        blocks = pdu.plan([pdu.Address.parse(address) for address in addresses])
        failures, loop = 0, asyncio.get_running_loop()
        due = loop.time()
        try:
            while True:
                if await self.scan(sink, blocks):
                    failures = 0
                    sink.connected(True)
                    due = max(due + self._period_s, loop.time())
                else:
                    failures += 1
                    if failures >= LOST_AFTER_SCANS:
                        sink.connected(False)
                    due = loop.time() + min(LONGEST_WAIT_S, float(1 << min(failures - 1, 10)))
                await asyncio.sleep(due - loop.time())
        finally:
            await self.drop()

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
                logger.warning("%s 读取失败：%s", self._name, error or type(error).__name__)
                await self.drop()
                return False
            now = sink.now()
            rows = zip(block.points, values, qualities, strict=True)
            sink.offer([Reading(point.text, now, value, quality) for point, value, quality in rows])
        return True
