"""Modbus RTU over a pair of pseudo-terminals: a real pymodbus server, and a late reply on a line without numbers."""

import asyncio
import os
import threading
import tty

import pytest
from pymodbus import FramerType
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from bihuan.gateway import config as conf
from bihuan.gateway.drivers import modbus_pdu as pdu
from bihuan.gateway.drivers.modbus_rtu import ModbusRtu
from bihuan.gateway.tests.recorder import Recorder, during


def settings(device, **more):
    return conf.ModbusRtu(name="m", device=device, period_s=0.01, **more)


@pytest.fixture
def line():
    """A serial line: our end as a device name, the other as an open file."""
    ours, theirs = os.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    yield os.ttyname(theirs), ours
    os.close(theirs)
    os.close(ours)


def test_published_checksum():
    # 01 03 00 00 00 01: the usual example of the RTU checksum, 84 0A
    assert pdu.checksum(bytes.fromhex("010300000001")) == bytes.fromhex("840a")


class Slave(threading.Thread):
    """Answers request after request as a script says; then normally."""

    def __init__(self, line, *script):
        super().__init__(daemon=True)
        self.line, self.script, self.requests = line, list(script), []

    def run(self):
        try:
            while request := os.read(self.line, 8):
                self.requests.append(request)
                os.write(self.line, (self.script.pop(0) if self.script else normal)(request))
        except OSError:
            return  # the test is over


def normal(request, value=42):
    body = request[:2] + b"\2" + value.to_bytes(2, "big")
    return body + pdu.checksum(body)


def damaged(request):
    return normal(request, 13)[:-1] + b"\0"


def other_unit(request):
    body = b"\x09" + normal(request, 13)[1:-2]
    return body + pdu.checksum(body)


def half(request):
    return normal(request, 13)[:4]


@pytest.mark.parametrize("script", [[damaged], [other_unit], [half], [half, damaged]])
def test_a_reply_that_does_not_hold_is_never_a_value(line, script):
    device, other = line
    Slave(other, *script).start()
    sink = Recorder()
    driver = ModbusRtu(settings(device, timeout_s=0.1))
    asyncio.run(during(driver, sink, ["1/hr1"], lambda: len(sink.readings) >= 2))
    assert {reading.value for reading in sink.readings} == {42.0}


def test_a_late_reply_is_listened_out_before_the_next_request(line):
    device, other = line
    sink, driver = Recorder(), ModbusRtu(settings(device, timeout_s=0.1))
    late, written = threading.Event(), threading.Event()

    def serve():
        request = os.read(other, 8)
        late.wait(10)
        os.write(other, normal(request, 41))
        written.set()
        while request := os.read(other, 8):
            os.write(other, normal(request))

    def quietly():
        try:
            serve()
        except OSError:
            return

    threading.Thread(target=quietly, daemon=True).start()
    listen_out = driver._listen_out

    def then_late():
        late.set()
        written.wait(10)  # on its way before the line is listened out, as on a slow converter
        listen_out()

    driver._listen_out = then_late
    asyncio.run(during(driver, sink, ["1/hr1"], lambda: bool(sink.readings)))
    assert {reading.value for reading in sink.readings} == {42.0}
    assert driver.drained >= len(normal(b"\1\3......"))


def test_reads_a_real_server(line):
    device, other = line

    async def run():
        # pymodbus opens a device by name, so a second pair is bridged to the first.
        ours, theirs = os.openpty()
        tty.setraw(ours)
        tty.setraw(theirs)
        loop = asyncio.get_running_loop()
        loop.add_reader(other, lambda: os.write(ours, os.read(other, 256)))
        loop.add_reader(ours, lambda: os.write(other, os.read(ours, 256)))
        registers = SimData(0, values=[0, 0x41, 0x4148, 0, *[7] * 96], datatype=DataType.REGISTERS)
        server = ModbusSerialServer(
            SimDevice(1, simdata=[registers]), framer=FramerType.RTU, port=os.ttyname(theirs), baudrate=9600
        )
        await server.serve_forever(background=True)
        sink = Recorder()
        points = ["1/hr1", "1/hr2:f32", "1/ir99"]
        try:
            await during(ModbusRtu(settings(device)), sink, points, lambda: len(sink.values()) == 3)
        finally:
            await server.shutdown()
            for end in (other, ours):
                loop.remove_reader(end)
            os.close(ours)
            os.close(theirs)
        return sink.values()

    assert asyncio.run(run()) == {"1/hr1": 65.0, "1/hr2:f32": 12.5, "1/ir99": 7.0}
