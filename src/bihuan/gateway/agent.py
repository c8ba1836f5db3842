"""The gateway put together: drivers → collector → store → forwarder, with one thread for the disk."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from bihuan.gateway import config as conf
from bihuan.gateway.collector import Collector
from bihuan.gateway.drivers.interface import Driver, open_driver
from bihuan.gateway.forwarder import Forwarder, Outbox
from bihuan.gateway.samples import Event, Reading
from bihuan.gateway.store import Figures, Group, Message, Store
from bihuan.gateway.timekeeping import JumpWatch, Timekeeper
from bihuan.gateway.uplinks import Uplink, open_uplink
from bihuan.wire.batch import Lane

logger = logging.getLogger("bihuan.gateway")

T = TypeVar("T")
FLUSH_S, UPKEEP_S, RETRY_S, LONGEST_RESTART_S = 0.1, 10.0, 5.0, 30.0
QUOTA_ALARM = 0.8


def wall_clock() -> int:
    """This machine's time, ms UTC."""
    return time.time_ns() // 1_000_000


class Agent:
    """One running gateway."""

    def __init__(
        self,
        config: conf.Config,
        base: Path,
        *,
        uplink: Uplink | None = None,
        clock: Callable[[], int] = wall_clock,
    ) -> None:
        self.config, self._base, self.now = config, base, clock
        self.collector = Collector(config.points)
        self.store = Store(base / config.buffer.path, site=config.site, gateway=config.gateway, at=clock())
        self._disk = ThreadPoolExecutor(1, "disk")
        self._uplink = uplink or open_uplink(config.uplink, base, config.gateway)
        outbox = Outbox(self._next_message, self._delivered, self._tried, self._refused)
        self.forwarder = Forwarder(
            outbox,
            self._uplink,
            backfill_share=config.buffer.backfill_share,
            clock=clock,
            heartbeat=(config.site, config.gateway),
        )
        self.timekeeper = Timekeeper(config.clock.servers, config.clock.every_s)
        self._jumps = JumpWatch()
        self.drivers: dict[str, Driver] = {
            settings.name: open_driver(settings, base) for settings in config.drivers
        }
        self.finished: set[str] = set()
        self.errors: deque[tuple[int, str]] = deque(maxlen=200)
        self.lost_in_memory = 0
        self._quota_alarm = False
        self._closed = False

    async def run(self) -> None:
        """Work until cancelled; what waits in memory is stored before the end."""
        self.collector.happened(
            Event(self.now(), "gateway_start", data={"config": self.config.version}), self.now()
        )
        try:
            async with asyncio.TaskGroup() as group:
                works = {
                    "存储": self._flush,
                    "维护": self._upkeep,
                    "上传": self.forwarder.run,
                    "对时": self._keep_time,
                }
                for name, work in works.items():
                    group.create_task(self._keep_going(name, work))
                for name, driver in self.drivers.items():
                    group.create_task(self._supervise(name, driver))
        finally:
            await self.close()

    async def close(self) -> None:
        """Store what waits in memory and let go of disk and line; safe to call twice, and before any run."""
        if self._closed:
            return
        self._closed = True
        self._disk.submit(self._store_groups, self.collector.due(self.now(), everything=True)).result()
        self._disk.shutdown(wait=True)
        self.store.close()
        await self._uplink.close()

    async def figures(self) -> Figures:
        """State of the buffer."""
        return await self._on_disk(self.store.figures)

    async def requeue(self) -> int:
        """Send refused messages again."""
        return await self._on_disk(lambda: self.store.requeue(at=self.now()))

    async def commit(self, groups: Sequence[Group], cursors: dict[str, str]) -> None:
        """Store groups and positions durably; raises if the disk does not take them."""
        await self._on_disk(lambda: self.store.append(groups, at=self.now(), cursors=cursors))
        self.forwarder.wake()

    async def position(self, driver: str) -> str | None:
        """Committed position of a driver."""
        return await self._on_disk(lambda: self.store.cursor(driver))

    async def _on_disk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work)

    async def _keep_going(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """A fault of the disk or of one message must not stop the collecting: say it and go on."""
        while True:
            try:
                await work()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                logger.exception("%s出错", name)
                self.errors.append((self.now(), f"{name}：{type(error).__name__}: {error}"))
            await asyncio.sleep(RETRY_S)

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            groups = self.collector.due(self.now())
            if groups:
                await self._on_disk(partial(self._store_groups, groups))
                self.forwarder.wake()

    def _store_groups(self, groups: Sequence[Group]) -> None:
        try:
            self.store.append(groups, at=self.now())
        except sqlite3.Error as error:
            # Disk full or failing: keep what is vital in memory and try again, and say so.
            self.errors.append((self.now(), f"写入缓存失败：{error}"))
            logger.error("写入缓存失败：%s", error)
            self.lost_in_memory += sum(len(group.points) for group in groups if not group.grade.is_vital)
            self.collector.put_back(groups, self.now())

    async def _upkeep(self) -> None:
        quota = int(self.config.buffer.quota_mb * 1024 * 1024)
        while True:
            thinned = await self._on_disk(
                lambda: self.store.keep_within(quota, at=self.now(), keep_days=self.config.buffer.keep_days)
            )
            used = await self._on_disk(self.store.used_bytes)
            if thinned:
                self._note(
                    "buffer_thinned", f"缓存超出配额，{thinned} 个次要样本并为分钟均值", samples=thinned
                )
            if used > QUOTA_ALARM * quota and not self._quota_alarm:
                self._note("buffer_quota", "缓存已用八成以上", used=used, quota=quota)
            self._quota_alarm = used > QUOTA_ALARM * quota
            await asyncio.sleep(UPKEEP_S)

    async def _keep_time(self) -> None:
        while True:
            jump = self._jumps.check(self.now(), time.monotonic())
            if jump:
                self._note("clock_step", "系统时间跳变", ms=jump)
            state = await self.timekeeper.update(self.now)
            self.forwarder.clock_state = state
            self.collector.clock_offset_ms = state.offset_ms
            await asyncio.sleep(1)

    async def _supervise(self, name: str, driver: Driver) -> None:
        wait = 1.0
        addresses = [point.address for point in self.config.points if point.driver == name]
        while True:
            started = time.monotonic()
            try:
                await driver.run(_DriverSink(self, name), addresses)
            except asyncio.CancelledError:
                raise
            except (
                Exception
            ) as error:  # one faulty driver must not stop the others; it is logged and started again
                logger.exception("驱动 %s 出错", name)
                self.errors.append((self.now(), f"驱动 {name}：{type(error).__name__}: {error}"))
            else:
                self.finished.add(name)
                logger.info("驱动 %s 已完成", name)
                return
            self.collector.connection(name, False, self.now())
            wait = 1.0 if time.monotonic() - started > LONGEST_RESTART_S else min(wait * 2, LONGEST_RESTART_S)
            await asyncio.sleep(wait)

    def _note(self, kind: str, text: str, **data: int) -> None:
        self.errors.append((self.now(), text))
        self.collector.happened(Event(self.now(), kind, text=text, data=dict(data)), self.now())

    async def _next_message(self, backfill: bool) -> Message | None:
        window = int(self.config.buffer.live_window_s * 1000)
        return await self._on_disk(
            lambda: self.store.next(at=self.now(), live_window_ms=window, backfill=backfill)
        )

    async def _delivered(self, first_seq: int, note: str) -> None:
        await self._on_disk(lambda: self.store.delivered(first_seq, at=self.now(), note=note))

    async def _tried(self, first_seq: int, note: str) -> None:
        await self._on_disk(lambda: self.store.tried(first_seq, note))

    async def _refused(self, first_seq: int, note: str) -> None:
        self.errors.append((self.now(), note))
        await self._on_disk(lambda: self.store.refused(first_seq, at=self.now(), note=note))


class _DriverSink:
    """The agent as one driver sees it."""

    def __init__(self, agent: Agent, name: str) -> None:
        self._agent, self._name = agent, name

    def offer(self, readings: Iterable[Reading]) -> None:
        self._agent.collector.take(self._name, readings, self._agent.now())

    async def commit(
        self, readings: Sequence[Reading], *, cursor: str | None = None, lane: Lane = Lane.LIVE
    ) -> None:
        groups = self._agent.collector.group_all(self._name, readings, lane)
        await self._agent.commit(groups, {} if cursor is None else {self._name: cursor})

    async def position(self) -> str | None:
        return await self._agent.position(self._name)

    def connected(self, up: bool) -> None:
        self._agent.collector.connection(self._name, up, self._agent.now())

    def happened(self, event: Event) -> None:
        self._agent.collector.happened(event, self._agent.now())

    def now(self) -> int:
        return self._agent.now()
