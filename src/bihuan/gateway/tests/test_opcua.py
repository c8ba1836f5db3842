"""OPC UA against a real asyncua server: values, status codes, and a subscription that has gone deaf."""

import asyncio
import contextlib
import logging
import math
import socket
from datetime import UTC, datetime

import pytest
from asyncua import Server, ua

from bihuan.gateway import config as conf
from bihuan.gateway.drivers.opcua import OpcUa, open_driver, to_reading
from bihuan.gateway.tests.factories import T0
from bihuan.gateway.tests.recorder import Recorder, during
from bihuan.wire.quality import Quality

logging.getLogger("asyncua").setLevel(logging.CRITICAL)


@contextlib.asynccontextmanager
async def a_server():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}")
    space = await server.register_namespace("plant")
    nodes = [
        await server.nodes.objects.add_variable(ua.NodeId(name, space), name, 1.0)
        for name in ("CO-01", "CO-02")
    ]
    async with server:
        yield server, nodes, [node.nodeid.to_string() for node in nodes], f"opc.tcp://127.0.0.1:{port}"


def settings(url):
    return conf.OpcUa(name="o", url=url, interval_ms=50)


def test_changes_come_with_the_servers_time_and_status():
    sink = Recorder()

    async def run():
        async with a_server() as (_, nodes, addresses, url):

            async def change():
                await sink.until(
                    lambda: len(sink.readings) >= 4
                )  # one read and the first notification of each
                moment = datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)
                bad = ua.DataValue(
                    ua.Variant(5.0),
                    StatusCode=ua.StatusCode(ua.StatusCodes.BadSensorFailure),
                    SourceTimestamp=moment,
                )
                await nodes[0].write_value(ua.DataValue(ua.Variant(2.5), SourceTimestamp=moment))
                await nodes[1].write_value(bad)

            task = asyncio.create_task(change())
            await during(
                OpcUa(settings(url)),
                sink,
                addresses,
                lambda: (
                    task.done()
                    and {0, 8} == {r.quality for r in sink.readings}
                    and 2.5 in sink.values().values()
                ),
            )
            await task
            return addresses

    addresses = asyncio.run(run())
    changed = {
        reading.address: reading
        for reading in sink.readings
        if reading.time == T0 and repr(reading.value) != "1.0"
    }
    assert changed[addresses[0]][1:] == (T0, 2.5, Quality.GOOD)
    assert changed[addresses[1]].quality == Quality.BAD_SENSOR


@pytest.mark.scenario("39")
def test_a_deaf_subscription_is_noticed_and_the_session_built_anew():
    sink = Recorder()

    async def run():
        async with a_server() as (server, nodes, addresses, url):
            driver = OpcUa(settings(url))

            async def deafen():
                await sink.until(lambda: len(sink.readings) >= 4)
                service = server.iserver.subscription_service
                await service.delete_subscriptions(list(service.subscriptions))
                await nodes[0].write_value(7.5)

            task = asyncio.create_task(deafen())
            with pytest.raises((ConnectionError, ua.UaError)):
                await driver.run(sink, addresses)
            await task
            assert sink.values()[addresses[0]] == 7.5  # read at the latest when the silence was noticed
            again = Recorder()
            await during(driver, again, addresses, lambda: again.values().get(addresses[0]) == 7.5)
            return driver

    driver = asyncio.run(run())
    assert driver.rebuilt == 1
    assert [event.kind for event in sink.events] == ["opcua_silent"]


@pytest.mark.parametrize(
    ("value", "expected", "quality"),
    [
        (ua.DataValue(ua.Variant(True)), 1.0, Quality.GOOD),
        (ua.DataValue(ua.Variant("text")), math.nan, Quality.BAD_SENSOR),
        (ua.DataValue(ua.Variant(math.inf)), math.nan, Quality.BAD_SENSOR),
        (ua.DataValue(ua.Variant(1), StatusCode=ua.StatusCode(0x40000000)), 1.0, Quality.UNC_LAST),
    ],
)
def test_values_that_are_none(value, expected, quality):
    reading = to_reading("a", value, T0)
    assert (repr(reading.value), reading.quality) == (repr(expected), quality)


def test_an_address_that_is_no_node():
    driver = open_driver(settings("opc.tcp://127.0.0.1:1"), None)
    with pytest.raises((conf.ConfigError, OSError)):
        asyncio.run(driver.run(Recorder(), ["no node"]))
