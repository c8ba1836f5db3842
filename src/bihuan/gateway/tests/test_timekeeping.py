"""Clock discipline."""

import asyncio
import struct

import pytest

from bihuan.gateway.tests.factories import T0
from bihuan.gateway.timekeeping import JumpWatch, Timekeeper, ask, read_answer

EPOCH_1900 = 2_208_988_800


def answer(ms: int, mode: int = 4, stratum: int = 2) -> bytes:
    stamp = struct.pack("!II", ms // 1000 + EPOCH_1900, (ms % 1000 << 32) // 1000 + 1)
    return bytes([0x20 | mode, stratum]) + bytes(30) + stamp + stamp


def test_offset_is_positive_where_this_clock_is_ahead():
    state = read_answer(answer(T0), T0 + 70_000, T0 + 70_020, "a")
    assert (state.offset_ms, state.stratum, state.source) == (70_010, 2, "ntp:a")


@pytest.mark.parametrize(
    "data", [b"", bytes(48), answer(T0, mode=3), answer(T0, stratum=0), answer(T0, stratum=16)]
)
def test_packets_of_no_use(data):
    assert read_answer(data, T0, T0, "a") is None


def test_a_jump_of_the_wall_clock_is_seen_and_the_passing_of_time_is_not():
    watch = JumpWatch()
    assert watch.check(T0, 100.0) == 0
    assert watch.check(T0 + 3_600_000, 3700.0) == 0
    assert watch.check(T0 + 3_600_000 + 421_000, 3701.0) == 420_000
    assert watch.check(T0, 3701.0) < 0


def test_the_first_server_that_answers_counts():
    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport):
            self.transport = transport

        def datagram_received(self, data, addr):
            self.transport.sendto(answer(T0), addr)

    async def run():
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Server, local_addr=("127.0.0.1", 0))
        port = transport.get_extra_info("sockname")[1]
        keeper = Timekeeper([f"127.0.0.1:{port}"], 60)
        found = await keeper.update(lambda: T0 + 5)
        again = await keeper.update(lambda: T0 + 9)
        transport.close()
        return found, again, await ask("no such host.invalid:1", lambda: T0)

    found, again, none = asyncio.run(run())
    assert found.offset_ms == 5
    assert again is found
    assert none is None
