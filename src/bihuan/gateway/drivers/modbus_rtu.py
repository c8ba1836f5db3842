"""Reads Modbus RTU devices on a serial line, one request at a time.

RTU has no request numbers. So after a timeout or a damaged reply the line is listened out until it has been silent for
a whole timeout: a late reply is heard and thrown away before anything else is asked.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from serial import Serial

from bihuan.gateway import config as conf
from bihuan.gateway.drivers import modbus_pdu as pdu
from bihuan.gateway.drivers.interface import Driver
from bihuan.gateway.drivers.modbus_scan import ModbusScan

MOST_DRAINS = 20


class ModbusRtu(ModbusScan):
    """All devices on one line; the unit number in the address tells them apart."""

    def __init__(self, settings: conf.ModbusRtu) -> None:
        super().__init__(settings.name, settings.period_s)
        self._settings = settings
        self._line: Serial | None = None
        self.drained = 0

    async def ask(self, block: pdu.Block) -> list[float]:
        return await asyncio.to_thread(self._exchange, block)

    async def drop(self) -> None:
        await asyncio.to_thread(self._listen_out)

    def _exchange(self, block: pdu.Block) -> list[float]:
        line = self._open()
        line.reset_input_buffer()
        line.write(block.serial_request())
        reply = self._take(line, 3)
        reply += self._take(line, 2 if reply[1] & 0x80 else reply[2] + 2)
        if reply[0] != block.unit or pdu.checksum(reply[:-2]) != reply[-2:]:
            raise pdu.ReplyError("站号或校验不符")
        return block.read(reply[1:-2])

    def _take(self, line: Serial, size: int) -> bytes:
        data = bytes(line.read(size))
        if len(data) < size:
            raise TimeoutError("设备没有在时限内应答")
        return data

    def _open(self) -> Serial:
        if self._line is None:
            settings = self._settings
            self._line = Serial(
                settings.device,
                settings.baud,
                parity=settings.parity,
                stopbits=settings.stop_bits,
                timeout=settings.timeout_s,
                write_timeout=settings.timeout_s,
            )
        return self._line

    def _listen_out(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        try:
            for _ in range(MOST_DRAINS):
                heard = line.read(256)
                if not heard:
                    break
                self.drained += len(heard)
        finally:
            line.close()


def open_driver(settings: conf.ModbusRtu, base: Path) -> Driver:
    """A reader of one line."""
    return ModbusRtu(settings)
