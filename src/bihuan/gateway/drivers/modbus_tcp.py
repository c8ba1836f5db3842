"""Reads Modbus TCP devices.

One request at a time. After a timeout, or a reply that belongs to another request, the connection is dropped before
anything else is asked, so a late reply can never be taken for the next one.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from bihuan.gateway import config as conf
from bihuan.gateway.drivers import modbus_pdu as pdu
from bihuan.gateway.drivers.interface import Driver
from bihuan.gateway.drivers.modbus_scan import ModbusScan


class ModbusTcp(ModbusScan):
    """One device or serial converter behind one address."""

    def __init__(self, settings: conf.ModbusTcp) -> None:
        super().__init__(settings.name, settings.period_s)
        self._settings = settings
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._transaction = 0
        self.dropped = 0

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

    async def drop(self) -> None:
        writer, self._reader, self._writer = self._writer, None, None
        if writer is None:
            return
        self.dropped += 1
        writer.transport.abort()


def open_driver(settings: conf.ModbusTcp, base: Path) -> Driver:
    """A reader of one device."""
    return ModbusTcp(settings)
