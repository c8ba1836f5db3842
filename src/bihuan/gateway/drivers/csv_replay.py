"""Replays a CSV file, once: every row is committed together with the position after it, so no restart repeats or skips.

Columns `time,address,value[,quality]` with a header; time in ms UTC or ISO 8601 with offset, in file order. An empty
value is a missing one. A row that cannot be read is counted and reported as an event, and the replay goes on.
"""

from __future__ import annotations

import asyncio
import csv
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from bihuan.gateway import config as conf
from bihuan.gateway.drivers.interface import Driver, Sink
from bihuan.gateway.samples import Event, Reading
from bihuan.wire import clock
from bihuan.wire.errors import WireError
from bihuan.wire.quality import HIGHEST, Quality


def parse_row(row: Sequence[str]) -> Reading:
    """One row as a reading; ValueError if it is none."""
    time, address, text = row[0], row[1], row[2].strip()
    moment = int(time) if time.isdigit() else clock.from_iso(time)
    value = float(text) if text else math.nan
    quality = int(row[3]) if len(row) > 3 and row[3] else Quality.GOOD
    if not 0 <= quality <= HIGHEST:
        raise ValueError(quality)
    return Reading(address, moment, value, quality if text else max(quality, Quality.BAD_SENSOR))


class CsvReplay:
    """Commits blocks of rows at the file's own pace times `speed`, or without pause where `speed` is 0."""

    def __init__(self, settings: conf.CsvReplay, path: Path) -> None:
        self._settings, self._path = settings, path

    async def run(self, sink: Sink, addresses: Sequence[str]) -> None:
        done = int(await sink.position() or 0)
        sink.connected(True)
        known = set(addresses)
        bad = 0
        previous: int | None = None
        for number, block in self._blocks(done):
            readings: list[Reading] = []
            for row in block:
                try:
                    reading = parse_row(row)
                except (ValueError, IndexError, WireError):
                    bad += 1
                    continue
                if reading.address in known:
                    readings.append(reading)
            if readings and self._settings.speed:
                if previous is not None:
                    await asyncio.sleep(max(0, readings[0].time - previous) / 1000 / self._settings.speed)
                previous = readings[0].time
            await sink.commit(readings, cursor=str(number))
        if bad:
            sink.happened(Event(sink.now(), "replay_bad_rows", text=self._settings.name, data={"rows": bad}))

    def _blocks(self, done: int) -> Iterator[tuple[int, list[list[str]]]]:
        """Blocks of rows after the first `done`, each with the position after it."""
        with self._path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            next(reader, None)
            block: list[list[str]] = []
            number = 0
            for row in reader:
                number += 1
                if number <= done:
                    continue
                block.append(row)
                if len(block) >= self._settings.block:
                    yield number, block
                    block = []
            if block:
                yield number, block


def open_driver(settings: conf.CsvReplay, base: Path) -> Driver:
    """A replay of the file named in the settings, relative to the configuration."""
    path = base / settings.path
    if not path.is_file():
        raise conf.ConfigError(f"找不到回放文件 {path}")
    return CsvReplay(settings, path)
