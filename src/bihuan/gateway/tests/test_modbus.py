"""Modbus: addresses and decoding, a real pymodbus server, and the late reply that must never be taken."""

import asyncio
import contextlib
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from bihuan.gateway import config as conf
from bihuan.gateway.drivers import modbus_pdu as pdu
from bihuan.gateway.drivers.modbus_tcp import ModbusTcp
from bihuan.gateway.tests.recorder import Recorder, during
from bihuan.wire.quality import Quality


def settings(port, **more):
    return conf.ModbusTcp(name="m", host="127.0.0.1", port=port, period_s=0.01, **more)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1/hr",
        "1/xx1",
        "1/hr1:f16",
        "1/co1:u16",
        "1/hr1:bit:16",
        "1/hr1:f32:acbd",
        "256/hr1",
        "1/hr65535:f32",
        "1/co1:bit:1",
    ],
)
def test_addresses_that_are_none(text):
    with pytest.raises(conf.ConfigError):
        pdu.Address.parse(text)


VALUES = {
    "u16": (">H", st.integers(0, 2**16 - 1)),
    "i16": (">h", st.integers(-(2**15), 2**15 - 1)),
    "u32": (">I", st.integers(0, 2**32 - 1)),
    "i32": (">i", st.integers(-(2**31), 2**31 - 1)),
    "f32": (">f", st.floats(width=32, allow_nan=False)),
    "f64": (">d", st.floats(allow_nan=False)),
}


@pytest.mark.parametrize("order", ["abcd", "badc", "cdab", "dcba"])
@given(data=st.data())
def test_every_type_in_every_order(order, data):
    kind = data.draw(st.sampled_from(sorted(VALUES)))
    form, numbers = VALUES[kind]
    number = data.draw(numbers)
    raw = struct.pack(form, number)
    places = {"abcd": (0, 1, 2, 3), "badc": (1, 0, 3, 2), "cdab": (2, 3, 0, 1), "dcba": (3, 2, 1, 0)}[order]
    if len(raw) == 4:
        raw = bytes(raw[place] for place in places)
    elif len(raw) == 2:
        raw = bytes(raw[place] for place in places if place < 2)
    else:
        words = [raw[n : n + 2] for n in range(0, 8, 2)]
        words = [word[::-1] for word in words] if order in ("badc", "dcba") else words
        raw = b"".join(reversed(words) if order in ("cdab", "dcba") else words)
    (block,) = pdu.plan([pdu.Address.parse(f"1/hr10:{kind}:{order}")])
    assert block.read(bytes([3, len(raw)]) + raw) == [number]


@given(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["hr", "ir"]), st.integers(0, 2000)), max_size=60)
)
def test_a_plan_covers_every_point_within_the_protocols_limits(places):
    addresses = [pdu.Address.parse(f"{unit}/{area}{offset}:f64") for unit, area, offset in places]
    blocks = pdu.plan(addresses)
    assert sorted(a.text for block in blocks for a in block.points) == sorted(a.text for a in addresses)
    for block in blocks:
        assert block.count <= pdu.MOST_REGISTERS
        assert all(
            block.offset <= a.offset and a.offset + a.size <= block.offset + block.count for a in block.points
        )
        assert block.request(7)[7] in (3, 4)


def test_bits_of_coils_and_of_registers():
    (block,) = pdu.plan([pdu.Address.parse(f"1/di{n}") for n in (3, 11)])
    assert block.read(bytes([2, 2, 0b1, 0b1])) == [1.0, 1.0]
    (block,) = pdu.plan([pdu.Address.parse("1/hr0:bit:0"), pdu.Address.parse("1/hr0:bit:15")])
    assert block.read(bytes([3, 2, 0x80, 0x00])) == [0.0, 1.0]


@given(st.binary(max_size=12))
def test_any_reply_is_values_or_an_error_of_the_driver(reply):
    (block,) = pdu.plan([pdu.Address.parse("1/hr0:f32")])
    with contextlib.suppress(pdu.ReplyError, pdu.DeviceError):
        assert len(block.read(reply)) == 1


def test_reads_a_real_server():
    async def run():
        registers = SimData(0, values=[0, 0x41, 0x4148, 0, *[7] * 96], datatype=DataType.REGISTERS)
        server = ModbusTcpServer(SimDevice(1, simdata=[registers]), address=("127.0.0.1", 0))
        await server.listen()
        port = server.transport.sockets[0].getsockname()[1]
        sink = Recorder()
        points = ["1/hr1", "1/hr2:f32", "1/ir99", "1/hr5000"]
        try:
            await during(ModbusTcp(settings(port)), sink, points, lambda: len(sink.values()) == 4)
        finally:
            await server.shutdown()
        return sink

    sink = asyncio.run(run())
    found = sink.values()
    assert (found["1/hr1"], found["1/hr2:f32"], found["1/ir99"]) == (65.0, 12.5, 7.0)
    assert math.isnan(found["1/hr5000"])
    assert {r.quality for r in sink.readings if r.address == "1/hr5000"} == {Quality.BAD_CONFIG}
    assert sink.ups[0] is True


class Slave:
    """A device that answers as a script says: a list of functions from request to bytes (or None: no answer)."""

    def __init__(self, *script):
        self.script, self.connections, self.requests = list(script), 0, []

    async def serve(self, reader, writer):
        self.connections += 1
        try:
            while True:
                request = await reader.readexactly(12)
                self.requests.append(request)
                answer = self.script.pop(0) if self.script else normal
                reply = answer(self, request)
                if reply:
                    writer.write(reply)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def normal(slave, request, value=42):
    return request[:4] + b"\0\5" + request[6:8] + b"\2" + value.to_bytes(2, "big")


def silent(slave, request):
    return None


def late(slave, request):
    """The reply to the request before, with its own number, as if it had only just come through."""
    return normal(slave, slave.requests[-2], value=41)


async def serve(slave, work):
    server = await asyncio.start_server(slave.serve, "127.0.0.1", 0)
    async with server:
        return await work(server.sockets[0].getsockname()[1])


@pytest.mark.scenario("38")
@pytest.mark.parametrize("script", [(silent, normal), (normal, late, normal), (silent, late, normal)])
def test_a_late_reply_is_never_taken_for_the_next_request(script):
    slave, sink = Slave(*script), Recorder()

    async def work(port):
        driver = ModbusTcp(settings(port, timeout_s=0.1))
        await during(driver, sink, ["1/hr1"], lambda: len(slave.requests) > len(script))
        return driver

    driver = asyncio.run(serve(slave, work))
    assert {reading.value for reading in sink.readings} == {42.0}
    assert slave.connections > 1
    assert driver.dropped >= 1


def test_a_device_that_stays_away_is_told_after_three_scans(monkeypatch):
    sink = Recorder()

    async def gone(self, block):
        raise ConnectionRefusedError

    async def no_wait(seconds, real=asyncio.sleep):
        await real(0)

    monkeypatch.setattr(ModbusTcp, "ask", gone)

    async def run():
        monkeypatch.setattr(asyncio, "sleep", no_wait)
        await during(ModbusTcp(settings(1)), sink, ["1/hr1"], lambda: bool(sink.ups))

    asyncio.run(run())
    assert sink.ups[0] is False
    assert not sink.readings


@pytest.mark.parametrize(
    "change",
    [
        lambda r: b"\xff\xff" + r[2:],  # another transaction
        lambda r: r[:3] + b"\1" + r[4:],  # another protocol
        lambda r: r[:6] + b"\x09" + r[7:],  # another unit
        lambda r: r[:7] + b"\x04" + r[8:],  # another function
        lambda r: r[:5] + b"\x04" + r[6:8] + b"\1\0",  # another length
    ],
)
def test_a_reply_that_does_not_fit_is_dropped_with_its_connection(change):
    slave, sink = Slave(lambda s, r: change(normal(s, r, value=13)), normal), Recorder()

    async def work(port):
        await during(ModbusTcp(settings(port, timeout_s=0.5)), sink, ["1/hr1"], lambda: bool(sink.readings))

    asyncio.run(serve(slave, work))
    assert {reading.value for reading in sink.readings} == {42.0}
    assert slave.connections == 2
