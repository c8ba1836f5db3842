"""Listens for HJ 212 devices (数采仪) over TCP, editions 2005, 2017 and 2025.

A data frame is answered (9014) only after its samples are on disk, so a device that keeps its data until the answer
loses nothing when the gateway dies. A frame with a wrong checksum, password or device number is answered with its
result code (9011) where the device wants answers, and stored nowhere.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from pathlib import Path

from bihuan.gateway import config as conf
from bihuan.gateway.drivers.interface import Driver, Sink
from bihuan.gateway.samples import Event, Reading
from bihuan.wire import clock, hj212, hj212_data
from bihuan.wire.errors import WireError
from bihuan.wire.hj212 import CpCipher, Frame, RequestResult
from bihuan.wire.hj212_stream import Assembler, FrameSplitter

logger = logging.getLogger("bihuan.gateway.hj212")

IDLE_S = 900  # a device that is silent this long is taken for gone
MOST_DEVICES = 256


class Hj212Server:
    """One listening port for all devices of the site."""

    def __init__(self, settings: conf.Hj212Server, seal: CpCipher | None) -> None:
        self._settings, self._seal = settings, seal
        self._open = 0
        self._heard = 0.0
        self.port = settings.port
        self.errors = 0

    async def run(self, sink: Sink, addresses: Sequence[str]) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._device(sink, reader, writer)

        server = await asyncio.start_server(serve, self._settings.host, self._settings.port)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            await server.serve_forever()

    async def _device(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._open >= MOST_DEVICES:
            writer.close()
            return
        self._open += 1
        self._heard = time.monotonic()
        sink.connected(True)
        splitter, assembler = FrameSplitter(), Assembler()
        try:
            while data := await _read(reader):
                self._heard = time.monotonic()
                for raw in splitter.feed(data):
                    for answer in await self._frame(sink, assembler, raw):
                        writer.write(hj212.encode(answer))
                await writer.drain()
        except (TimeoutError, ConnectionError):
            logger.info("HJ 212 设备断开")
        finally:
            self._open -= 1
            # Some devices connect anew for every message, so a closed connection alone is no loss.
            asyncio.get_running_loop().call_later(self._settings.grace_s, self._tell_loss, sink)
            writer.close()

    def _tell_loss(self, sink: Sink) -> None:
        if not self._open and time.monotonic() - self._heard >= self._settings.grace_s:
            sink.connected(False)

    async def _frame(self, sink: Sink, assembler: Assembler, raw: bytes) -> list[Frame]:
        frame: Frame | None = None
        try:
            frame = hj212.decode(raw, self._seal)
            self._check(frame)
            whole = assembler.add(frame, sink.now())
            if whole is None:
                return []
            return await self._handle(sink, whole)
        except WireError as error:
            self.errors += 1
            if self.errors in (1, 10, 100) or self.errors % 1000 == 0:
                sink.happened(Event(sink.now(), "hj212_error", text=error.code, data={"count": self.errors}))
            return _complaint(frame or _loose(raw), hj212.result_for(error))

    def _check(self, frame: Frame) -> None:
        password = self._settings.devices.get(frame.mn)
        if password is None:
            raise WireError("wrong_device", "MN is not in the configuration")
        hj212.check_device(frame, mn=frame.mn, pw=password)

    async def _handle(self, sink: Sink, frame: Frame) -> list[Frame]:
        answers: list[Frame] = []
        if frame.is_data and frame.cn != "2081":
            batch = hj212_data.read_values(frame)
            readings = [
                Reading(f"{frame.mn}/{point}", time, value, quality)
                for point, time, value, quality in zip(
                    batch.points, batch.times, batch.values, batch.qualities, strict=True
                )
            ]
            await sink.commit(readings, lane=batch.lane)
        elif frame.cn == "1013":
            number = clock.to_compact(sink.now(), millis=True)
            answers.append(hj212_data.time_setting(frame, sink.now(), number))
        if frame.flag is not None and frame.flag.reply:
            reply = hj212_data.data_reply if frame.is_data else hj212_data.notice_reply
            answers.insert(0, reply(frame))
        return answers


async def _read(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(IDLE_S):
        return await reader.read(65_536)


def _complaint(frame: Frame | None, result: RequestResult) -> list[Frame]:
    """The result code for a device that wants answers; to anyone else silence."""
    if frame is None or frame.flag is None or not frame.flag.reply:
        return []
    return [hj212_data.request_reply(frame, result)]


def _loose(raw: bytes) -> Frame | None:
    """Head of a frame whose checksum failed, if it can be read at all; good for an answer and nothing else."""
    segment = raw[6:-6]
    try:
        return hj212.decode(b"##%04d%b%04X\r\n" % (len(segment), segment, hj212.crc(segment)))
    except WireError:
        return None


def open_driver(settings: conf.Hj212Server, base: Path) -> Driver:
    """A server on the configured port."""
    text = conf.secret(settings.cipher_key_file, "", base)
    try:
        seal = CpCipher(bytes.fromhex(text)) if text else None
        if seal:
            seal.seal("")
    except ValueError:
        raise conf.ConfigError("HJ 212 密钥应为 32 位十六进制数") from None
    return Hj212Server(settings, seal)
