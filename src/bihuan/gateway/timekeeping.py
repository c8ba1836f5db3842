"""Clock discipline (对时): the offset to time servers by SNTP (RFC 4330), and jumps of the machine's clock.

The gateway does not set the clock, that is the operating system's work; it measures, reports and marks times it
cannot trust.
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable, Sequence

from bihuan.wire.native import UNKNOWN_CLOCK, ClockState

PORT, TIMEOUT_S, JUMP_MS = 123, 2.0, 5_000
_EPOCH_1900_MS = 2_208_988_800_000
_REQUEST = bytes([0x23]) + bytes(47)  # version 4, client


class JumpWatch:
    """Notices when the wall clock moves against the monotonic one."""

    def __init__(self) -> None:
        self._last: tuple[int, float] | None = None

    def check(self, wall_ms: int, monotonic_s: float) -> int:
        """Milliseconds the wall clock has jumped since the last call; 0 within the tolerance."""
        last, self._last = self._last, (wall_ms, monotonic_s)
        if last is None:
            return 0
        jump = (wall_ms - last[0]) - round((monotonic_s - last[1]) * 1000)
        return jump if abs(jump) > JUMP_MS else 0


class Timekeeper:
    """Asks the servers in turn, the first that answers counts."""

    def __init__(self, servers: Sequence[str], every_s: float) -> None:
        self._servers, self._every_s = servers, every_s
        self._next = 0.0
        self.state = UNKNOWN_CLOCK

    async def update(self, now: Callable[[], int]) -> ClockState:
        """The clock's state, asked anew when it is time to."""
        if not self._servers or time.monotonic() < self._next:
            return self.state
        self._next = time.monotonic() + self._every_s
        self.state = UNKNOWN_CLOCK
        for server in self._servers:
            found = await ask(server, now)
            if found is not None:
                self.state = found
                break
        return self.state


async def ask(server: str, now: Callable[[], int]) -> ClockState | None:
    """Offset of this machine's clock from a server (`host[:port]`); positive if this clock is ahead."""
    host, _, port = server.partition(":")
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[tuple[bytes, int]] = loop.create_future()
    try:
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Client(answer, now), remote_addr=(host, int(port or PORT))
        )
    except (OSError, ValueError):
        return None
    try:
        sent = now()
        transport.sendto(_REQUEST)
        async with asyncio.timeout(TIMEOUT_S):
            data, received = await answer
    except (TimeoutError, OSError):
        return None
    finally:
        transport.close()
    return read_answer(data, sent, received, server)


def read_answer(data: bytes, sent: int, received: int, server: str) -> ClockState | None:
    """State from a server's packet and the times (ms) it was asked and answered; None for a packet of no use."""
    if len(data) < 48 or data[0] & 7 != 4 or not 1 <= data[1] <= 15:
        return None
    there, back = _ms(data[32:40]), _ms(data[40:48])
    offset = ((sent - there) + (received - back)) // 2
    return ClockState(f"ntp:{server}"[:64], offset, data[1])


def _ms(stamp: bytes) -> int:
    seconds: int
    fraction: int
    seconds, fraction = struct.unpack("!II", stamp)
    return seconds * 1000 - _EPOCH_1900_MS + (fraction * 1000 >> 32)


class _Client(asyncio.DatagramProtocol):
    def __init__(self, answer: asyncio.Future[tuple[bytes, int]], now: Callable[[], int]) -> None:
        self._answer, self._now = answer, now

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if not self._answer.done():
            self._answer.set_result((data, self._now()))

    def error_received(self, exc: Exception) -> None:
        if not self._answer.done():
            self._answer.set_exception(exc)
