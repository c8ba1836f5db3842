"""A sink that remembers what a driver hands in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from bihuan.gateway.samples import Event, Reading
from bihuan.gateway.tests.factories import T0
from bihuan.wire.batch import Lane


class Recorder:
    """Implements `interface.Sink`; `until` waits for a condition on what has come so far."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.committed: list[Reading] = []
        self.events: list[Event] = []
        self.ups: list[bool] = []
        self._changed = asyncio.Event()

    def offer(self, readings: Iterable[Reading]) -> None:
        self.readings.extend(readings)
        self._changed.set()

    async def commit(
        self, readings: Sequence[Reading], *, cursor: str | None = None, lane: Lane = Lane.LIVE
    ) -> None:
        self.committed.extend(readings)
        self._changed.set()

    async def position(self) -> str | None:
        return None

    def connected(self, up: bool) -> None:
        self.ups.append(up)
        self._changed.set()

    def happened(self, event: Event) -> None:
        self.events.append(event)
        self._changed.set()

    def now(self) -> int:
        return T0

    async def until(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def values(self) -> dict[str, float]:
        """Last value of each address."""
        return {reading.address: reading.value for reading in self.readings}


async def during(
    driver: object, sink: Recorder, addresses: Sequence[str], condition: Callable[[], bool]
) -> None:
    """Run a driver until a condition holds; a driver that fails first fails the test."""
    task = asyncio.create_task(driver.run(sink, addresses))  # type: ignore[attr-defined]
    waiting = asyncio.create_task(sink.until(condition))
    try:
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if task.done() and not condition():
            await task
        await waiting
    finally:
        task.cancel()
        waiting.cancel()
        await asyncio.gather(task, waiting, return_exceptions=True)
