"""MQTT against a real Mosquitto: driver (JSON and Sparkplug B) and uplink (delivered means our acknowledgement)."""

import asyncio
import json
import shutil
import socket
import subprocess

import aiomqtt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.gateway import config as conf
from bihuan.gateway.drivers.mqtt import Mqtt, read_json
from bihuan.gateway.samples import Reading
from bihuan.gateway.tests.factories import T0, a_group, a_store
from bihuan.gateway.tests.recorder import Recorder, during
from bihuan.gateway.uplink_mqtt import NativeMqtt
from bihuan.gateway.uplinks import NotDelivered
from bihuan.wire import mqtt, native, sparkplug, sparkplug_node
from bihuan.wire.batch import Lane
from bihuan.wire.errors import WireError
from bihuan.wire.native import Ack
from bihuan.wire.quality import Quality
from bihuan.wire.sparkplug import MessageType, Topic
from bihuan.wire.tests.factories import a_batch

MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
needs_broker = pytest.mark.skipif(not shutil.which(MOSQUITTO), reason="needs mosquitto")
NODE = "14010500000101"


@pytest.fixture
def broker(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "m.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    process = subprocess.Popen([MOSQUITTO, "-c", str(tmp_path / "m.conf")], stderr=subprocess.PIPE)
    for line in process.stderr:
        if b"running" in line:
            break
    yield port
    process.terminate()
    process.wait(10)
    process.stderr.close()


@needs_broker
def test_json_of_a_plant_broker(broker):
    sink = Recorder()
    driver = Mqtt(conf.Mqtt(name="m", host="127.0.0.1", port=broker, topics=["plant/#"]), "")

    async def run():
        async def publish():
            await sink.until(lambda: bool(sink.ups))
            async with aiomqtt.Client("127.0.0.1", broker) as client:
                await client.publish("plant/co", b"12.5", qos=1)
                await client.publish(
                    "plant/line", json.dumps({"ts": T0 - 5, "values": {"t": 60, "on": True}}), qos=1
                )
                await client.publish("plant/line", b"{", qos=1)

        task = asyncio.create_task(publish())
        await during(driver, sink, [], lambda: len(sink.readings) == 3 and bool(sink.events))
        await task

    asyncio.run(run())
    assert sink.readings == [
        Reading("plant/co", T0, 12.5, 0),
        Reading("plant/line#t", T0 - 5, 60.0, 0),
        Reading("plant/line#on", T0 - 5, 1.0, 0),
    ]
    assert [event.kind for event in sink.events] == ["mqtt_error"]


@given(st.binary(max_size=60) | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda c: st.dictionaries(st.text(), c)).map(lambda v: json.dumps(v).encode()))  # fmt: skip
def test_any_payload_is_readings_or_a_wire_error(payload):
    try:
        readings = read_json("t", payload, T0)
    except WireError:
        return
    assert all(reading.quality == Quality.BAD_SENSOR or abs(reading.value) >= 0 for reading in readings)


@needs_broker
def test_sparkplug_data_history_death_and_the_request_for_a_rebirth(broker):
    sink, aliases = Recorder(), {"CO-01": 1, "CO-02": 2}
    settings = conf.Mqtt(name="m", host="127.0.0.1", port=broker, topics=["spBv1.0/#"], sparkplug=True)
    commands = []

    def topic(kind):
        return sparkplug.format_topic(Topic("140105", kind, NODE))

    async def node():
        async with aiomqtt.Client("127.0.0.1", broker) as client:
            await client.subscribe(topic(MessageType.NCMD), qos=1)
            await sink.until(lambda: bool(sink.ups))
            data = sparkplug.encode(sparkplug_node.data(a_batch(), aliases, 1, T0))
            await client.publish(
                topic(MessageType.NDATA), data, qos=1
            )  # the driver came late and has no birth
            async for message in client.messages:
                commands.append(sparkplug.decode(message.payload).metrics[0].name)
                break
            for kind, payload in (
                (MessageType.NBIRTH, sparkplug_node.birth(T0, 1, aliases)),
                (MessageType.NDATA, sparkplug_node.data(a_batch(), aliases, 1, T0)),
                (MessageType.NDATA, sparkplug_node.data(a_batch(lane=Lane.BACKFILL), aliases, 2, T0)),
                (MessageType.NDEATH, sparkplug_node.death(1)),
            ):
                await client.publish(topic(kind), sparkplug.encode(payload), qos=1)

    async def run():
        task = asyncio.create_task(node())
        await during(
            Mqtt(settings, ""), sink, [], lambda: any(r.quality == Quality.BAD_COMM for r in sink.readings)
        )
        await task

    asyncio.run(run())
    assert commands == [sparkplug.REBIRTH]
    good = [reading for reading in sink.readings if reading.quality == Quality.GOOD]
    expected = [Reading(f"140105/{NODE}/CO-01", T0, 12.5, 0), Reading(f"140105/{NODE}/CO-02", T0, 3.0, 0)]
    assert good == expected
    assert sink.committed == expected
    assert len([r for r in sink.readings if r.quality == Quality.BAD_COMM]) == 2


def a_message(tmp_path):
    store = a_store(tmp_path)
    store.append([a_group(1.5)], at=T0)
    return store.next(at=T0, live_window_ms=60_000).upload


@needs_broker
@pytest.mark.parametrize("form", ["json", "binary"])
def test_uplink_waits_for_our_acknowledgement_and_a_puback_is_none(tmp_path, broker, form):
    upload = a_message(tmp_path)
    settings = conf.NativeMqtt(host="127.0.0.1", port=broker, format=form, timeout_s=0.5)
    seen = []

    async def run():
        uplink = NativeMqtt(settings, tmp_path, "G1")
        with pytest.raises(NotDelivered):
            await uplink.send(upload)  # the broker takes it, nobody acknowledges
        async with aiomqtt.Client("127.0.0.1", broker) as platform:
            await platform.subscribe("bihuan/v1/+/up/+", qos=1)

            async def answer():
                async for message in platform.messages:
                    got = mqtt.decode(str(message.topic), message.payload)
                    seen.append(got.batch.message_id)
                    for body in (
                        b"noise",
                        native.encode_ack(Ack("S1:1", 9)),
                        native.encode_ack(Ack(seen[-1], 1)),
                    ):
                        await platform.publish(mqtt.ack_topic("G1"), body, qos=1)

            task = asyncio.create_task(answer())
            ack = await NativeMqtt(
                conf.NativeMqtt(host="127.0.0.1", port=broker, format=form), tmp_path, "G1"
            ).send(upload)
            task.cancel()
        await uplink.close()
        return ack

    ack = asyncio.run(run())
    assert ack.batch_id == upload.batch.message_id
    assert seen == [upload.batch.message_id]


def test_uplink_without_a_broker_is_not_delivered(tmp_path):
    settings = conf.NativeMqtt(host="127.0.0.1", port=1, timeout_s=2)
    with pytest.raises(NotDelivered):
        asyncio.run(NativeMqtt(settings, tmp_path, "G1").send(a_message(tmp_path)))
