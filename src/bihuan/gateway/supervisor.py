"""Runs the agent, fetches signed point tables, and starts the agent anew when one comes into force or is taken back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path

import httpx

from bihuan.gateway import config as conf
from bihuan.gateway import point_table
from bihuan.gateway.agent import Agent, wall_clock
from bihuan.gateway.console import Console
from bihuan.gateway.point_table import Bundle, PointTable
from bihuan.gateway.revisions import Revisions
from bihuan.gateway.samples import Event
from bihuan.wire.quality import Quality

logger = logging.getLogger("bihuan.gateway.supervisor")

CHECK_S = 1.0
REVISIONS_FILE = "point-table.json"


class Supervisor:
    """One gateway with its revisions."""

    def __init__(self, local: conf.Config, base: Path, *, clock: Callable[[], int] = wall_clock) -> None:
        self._local, self._base, self._clock = local, base, clock
        self._key = point_table.load_key(local.remote, base) if local.remote else None
        self._pending: Bundle | None = None
        self._notes: list[Event] = []
        self.revisions = Revisions(base / REVISIONS_FILE)
        if self.revisions.now.on_trial:
            self._take_back("上次启用新点表后网关异常退出")
        self.agent = self._new_agent()

    async def run(self) -> None:
        """Run until cancelled."""
        poll = asyncio.create_task(self._poll())
        try:
            while True:
                await self._run_agent()
                self.agent = self._new_agent()
        finally:
            poll.cancel()

    def offer(self, body: bytes) -> list[str]:
        """A bundle has come: check, rehearse and keep it until its time. Returns what it changes."""
        bundle = point_table.decode_bundle(body)
        table = self._read(bundle)
        if table.version <= max(self.agent.config.version, self.revisions.now.rejected_version):
            return []
        config = point_table.merge(self._local, table)
        point_table.rehearse(config, self._base)
        changes = list(point_table.difference(self.agent.config, config))
        self._pending = bundle
        logger.info("收到点表版本 %s：%s", table.version, "；".join(changes) or "无变化")
        return changes

    async def _run_agent(self) -> None:
        """One life of the agent; ends when another table is to be used."""
        agent = self.agent
        for event in self._notes:
            agent.collector.happened(event, self._clock())
        self._notes.clear()
        console = Console(agent, self._local.console)
        await console.start()
        work = asyncio.create_task(agent.run())
        try:
            while not self._change_due():
                done, _ = await asyncio.wait({work}, timeout=CHECK_S)
                if done:
                    await work
        finally:
            await console.stop()
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
            await agent.close()  # a task cancelled before its first step has cleaned up nothing

    def _change_due(self) -> bool:
        """Whether the agent must start anew, after the file has been changed accordingly."""
        at, bad = self._clock(), self._bad_points()
        verdict = self.revisions.verdict(bad_points=bad, points=len(self.agent.config.points), at=at)
        if verdict is False:
            self._take_back("新点表启用后故障点位超过百分之五")
            return True
        if verdict:
            self.revisions.confirm()
            self.agent.collector.happened(Event(at, "config_confirmed"), at)
        if self._pending is None or at < self._read(self._pending).activate_at or self.revisions.now.on_trial:
            return False
        self.revisions.activate(self._pending, bad_points=bad, at=at)
        self._pending = None
        return True

    def _take_back(self, reason: str) -> None:
        active = self.revisions.now.active
        version = self._read(active).version if active and self._key else 0
        self.revisions.go_back(version)
        logger.error("点表版本 %s 已回退：%s", version, reason)
        self._notes.append(Event(self._clock(), "config_rolled_back", text=reason, data={"version": version}))

    def _bad_points(self) -> int:
        """Points that were read and are bad; one that has not been read yet says nothing."""
        latest = self.agent.collector.latest.values()
        return sum(entry.count > 0 and entry.quality >= Quality.BAD_SENSOR for entry in latest)

    def _new_agent(self) -> Agent:
        active = self.revisions.now.active
        config = point_table.merge(self._local, self._read(active)) if active and self._key else self._local
        return Agent(config, self._base, clock=self._clock)

    def _read(self, bundle: Bundle) -> PointTable:
        if self._key is None:
            raise conf.ConfigError("未配置平台公钥，不接受远程点表")
        return point_table.read(bundle, self._key, self._local)

    async def _poll(self) -> None:
        remote = self._local.remote
        if remote is None or not remote.url:
            return
        async with httpx.AsyncClient(timeout=10) as client:
            while True:
                headers = {"X-Gateway": self._local.gateway, "X-Version": str(self.agent.config.version)}
                try:
                    response = await client.get(remote.url, headers=headers)
                    if response.status_code == 200:
                        self.offer(response.content)
                except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                    logger.info("点表查询失败：%s", type(error).__name__)
                except conf.ConfigError as error:
                    logger.error("点表未采用：%s", error)
                    self.agent.collector.happened(
                        Event(self._clock(), "config_refused", text=str(error)[:200]), self._clock()
                    )
                await asyncio.sleep(remote.every_s)
