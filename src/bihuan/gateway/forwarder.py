"""The sender: takes the most urgent message, hands it on, and lets go of it only when acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bihuan.gateway.store import Message
from bihuan.gateway.uplinks import NotDelivered, Refused, Uplink
from bihuan.wire.batch import Batch, Lane
from bihuan.wire.native import UNKNOWN_CLOCK, Ack, Upload

logger = logging.getLogger("bihuan.gateway.forwarder")

HEARTBEAT_MS = 30_000
FIRST_WAIT_S, LONGEST_WAIT_S, JITTER = 1.0, 60.0, 0.2


@dataclass(slots=True)
class LinkState:
    """How the link is doing, for the console and the heartbeat."""

    up: bool = False
    last_ack_at: int | None = None
    last_error: str = ""
    sent: int = 0
    samples: int = 0
    duplicates: int = 0
    rejected: int = 0
    wait_s: float = 0.0


class Outbox:
    """What the sender needs of the buffer; the agent implements it on the store's own thread."""

    def __init__(
        self,
        next_message: Callable[[bool], Awaitable[Message | None]],
        delivered: Callable[[int, str], Awaitable[None]],
        tried: Callable[[int, str], Awaitable[None]],
        refused: Callable[[int, str], Awaitable[None]],
    ) -> None:
        self.next_message, self.delivered, self.tried, self.refused = next_message, delivered, tried, refused


class Forwarder:
    """Sends one message at a time, so the order within a lane is the order of the numbers.

    Backfill gets at most `backfill_share` of the time: after each such message the sender waits accordingly before the
    next one, while alarm and live messages go at once.
    """

    def __init__(
        self,
        outbox: Outbox,
        uplink: Uplink,
        *,
        backfill_share: float,
        clock: Callable[[], int],
        heartbeat: tuple[str, str] | None = None,
    ) -> None:
        """`heartbeat` is site and gateway, for the sign of life; None sends none."""
        self._outbox, self._uplink = outbox, uplink
        self._share, self._clock = backfill_share, clock
        self._heartbeat, self._next_heartbeat = heartbeat, 0
        self._failures = 0
        self._backfill_from = 0.0
        self._wake = asyncio.Event()
        self.state = LinkState()
        self.clock_state = UNKNOWN_CLOCK

    def wake(self) -> None:
        """Something was stored."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            pause = await self.step()
            if pause > 0:
                self._wake.clear()
                # An alarm does not wait for the idle pause, but it does for the pause after a failure.
                if self._failures:
                    await asyncio.sleep(pause)
                else:
                    await _wait(self._wake, pause)

    async def step(self) -> float:
        """Try one message; returns how long to wait before the next, in seconds."""
        loop = asyncio.get_running_loop()
        backfill = loop.time() >= self._backfill_from
        message = await self._outbox.next_message(backfill)
        if message is None:
            await self._sign_of_life()
            return 0.2 if backfill else max(0.0, min(0.2, self._backfill_from - loop.time()))
        started = loop.time()
        try:
            ack = await self._uplink.send(replace(message.upload, clock=self.clock_state))
        except NotDelivered as error:
            await self._outbox.tried(message.first_seq, str(error))
            return self._failed(str(error), error.wait_s)
        except Refused as error:
            logger.error("消息 %s 被平台拒收：%s", message.message_id, error)
            await self._outbox.refused(message.first_seq, str(error))
            self.state.last_error = str(error)
            return 0.0
        await self._outbox.delivered(message.first_seq, _note(ack))
        self._succeeded(ack)
        if message.upload.batch.lane is Lane.BACKFILL:
            took = loop.time() - started
            self._backfill_from = loop.time() + took * (1 - self._share) / self._share
        return 0.0

    async def _sign_of_life(self) -> None:
        """With nothing to send for a while, an empty message tells the platform that the gateway is there.

        It is neither stored nor repeated: a sign of life that comes late is none.
        """
        now = self._clock()
        if not self._uplink.heartbeats or self._heartbeat is None or now < self._next_heartbeat:
            return
        self._next_heartbeat = now + HEARTBEAT_MS
        empty = Batch.of(self._heartbeat[1], f"{self._heartbeat[0]}:h{now}", [], [], [], [])
        try:
            await self._uplink.send(Upload(empty, now, self.clock_state))
        except (NotDelivered, Refused) as error:
            self.state.up, self.state.last_error = False, str(error)
        else:
            self.state.up, self.state.last_error, self.state.last_ack_at = True, "", self._clock()

    def _succeeded(self, ack: Ack) -> None:
        if not self.state.up:
            logger.info("上行链路已连通")
        self._failures = 0
        state = self.state
        state.up, state.wait_s, state.last_error = True, 0.0, ""
        state.last_ack_at = self._clock()
        self._next_heartbeat = state.last_ack_at + HEARTBEAT_MS
        state.sent += 1
        state.samples += ack.accepted
        state.duplicates += ack.duplicate
        state.rejected += len(ack.rejected)

    def _failed(self, reason: str, wait_s: float) -> float:
        if self.state.up or not self._failures:
            logger.warning("上行链路不通：%s", reason)
        self.state.up, self.state.last_error = False, reason
        backoff = min(LONGEST_WAIT_S, FIRST_WAIT_S * float(1 << min(self._failures, 10)))
        self._failures += 1
        wait = max(wait_s, backoff * random.uniform(1 - JITTER, 1 + JITTER))
        self.state.wait_s = wait
        return wait


async def _wait(event: asyncio.Event, seconds: float) -> None:
    # Not wait_for: before Python 3.12 it could swallow a cancellation.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def _note(ack: Ack) -> str:
    if not ack.rejected:
        return ""
    codes = sorted({row.code for row in ack.rejected})
    return f"平台隔离 {len(ack.rejected)} 个样本：{', '.join(codes)[:120]}"
