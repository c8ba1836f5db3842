"""Faults of the machine and of strangers: a full disk, a device that sends noise, a source that is cut in mid-write."""

import asyncio
import random

import pytest

from bihuan.gateway import agent as module
from bihuan.gateway.drivers.interface import open_driver
from bihuan.gateway.samples import Grade, Reading
from bihuan.gateway.store import Store
from bihuan.gateway.tests.factories import T0, a_group, a_store
from bihuan.gateway.tests.recorder import Recorder
from bihuan.gateway.tests.test_agent import DEVICE, MN, an_agent, running
from bihuan.wire import hj212
from bihuan.wire.hj212_stream import FrameSplitter
from bihuan.wire.tests.test_hj212 import LIVE

SIM = {"kind": "simulator", "name": "sim", "period_s": 1000}
POINTS = [
    {"code": "VITAL", "driver": "sim", "address": "constant:1:0:1", "safety": "S1"},
    {"code": "MINOR", "driver": "sim", "address": "constant:1:0:2", "safety": "S3"},
]


def fill_disk(store: Store) -> None:
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")


def free_disk(store: Store) -> None:
    store._db.execute("PRAGMA max_page_count = 1000000")


def test_a_full_disk_costs_minor_samples_only_and_is_said(tmp_path):
    agent = an_agent(tmp_path, [SIM], POINTS)
    agent.collector.take("sim", [Reading("constant:1:0:1", T0, 5.0), Reading("constant:1:0:2", T0, 6.0)], T0)
    fill_disk(agent.store)
    big = "x" * 50_000  # larger than what is left in the file
    agent._store_groups([*agent.collector.due(T0 + 10_000), a_group(1, grade=Grade.S3, point=big[:100])] * 60)
    assert any("写入缓存失败" in text for _, text in agent.errors)
    assert agent.lost_in_memory > 0
    free_disk(agent.store)
    before = agent.store.figures().pending_samples
    agent._store_groups(agent.collector.due(T0 + 20_000, everything=True))
    figures = agent.store.figures()
    assert before == 0
    assert figures.pending_samples == 60
    assert {agent.store.next(at=T0, live_window_ms=10**12).upload.batch.points[0]} == {"VITAL"}
    asyncio.run(agent.close())


def test_a_commit_that_fails_leaves_numbers_and_position_as_they_were(tmp_path):
    store = a_store(tmp_path)
    store.append([a_group(1)], at=T0, cursors={"csv": "1"})
    fill_disk(store)
    with pytest.raises(Exception, match="full"):
        store.append([a_group(*range(5000))], at=T0, cursors={"csv": "2"})
    free_disk(store)
    assert store.cursor("csv") == "1"
    assert store.append([a_group(2)], at=T0) == [T0 * 1000 + 1]
    used = store.used_bytes()
    store.close()
    assert a_store(tmp_path).used_bytes() == used


def test_a_fault_of_the_sender_stops_neither_collecting_nor_later_sending(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "RETRY_S", 0)
    agent = an_agent(tmp_path, [SIM], POINTS)
    agent._uplink.answers = [OSError("input/output error"), ValueError("no such value")]

    async def work():
        while len(agent._uplink.uploads) < 3 or (await agent.figures()).delivered < 1:
            await asyncio.sleep(0)

    asyncio.run(running(agent, work))
    assert [text for _, text in agent.errors] == [
        "上传：OSError: input/output error",
        "上传：ValueError: no such value",
    ]


def test_noise_on_the_hj212_port_stops_nobody(tmp_path):
    agent = an_agent(tmp_path, [DEVICE | {"devices": {"LD130133000015": "000000", MN: "x"}}], [])
    chance = random.Random(5)

    async def work():
        driver = agent.drivers["hj"]
        while not driver.port:
            await asyncio.sleep(0)
        for _ in range(30):
            noise = bytearray(LIVE * 3 + chance.randbytes(200))
            for _ in range(chance.randint(1, 30)):
                noise[chance.randrange(len(noise))] = chance.randrange(256)
            _, writer = await asyncio.open_connection("127.0.0.1", driver.port)
            writer.write(bytes(noise))
            writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", driver.port)
        time = hj212.encode(
            hj212.Frame("32", "1013", "LD130133000015", "000000", "20160801085857226", hj212.Flag())
        )
        writer.write(time)
        writer.write_eof()
        answers = FrameSplitter().feed(await reader.read())
        writer.close()
        return len(answers)

    assert asyncio.run(running(agent, work)) == 2


def test_simulator_values_are_the_same_for_the_same_seed(tmp_path):
    agent = an_agent(tmp_path, [SIM], POINTS)

    async def once():
        sink = Recorder()
        task = asyncio.create_task(
            open_driver(agent.config.drivers[0], tmp_path).run(sink, ["sine:12:4:600", "switch:0:1:10"])
        )
        await sink.until(lambda: bool(sink.readings))
        task.cancel()
        return sink.readings

    first, second = asyncio.run(once()), asyncio.run(once())
    assert first == second
    assert 7 < first[0].value < 17
    assert first[1].value in (0.0, 1.0)
    asyncio.run(agent.close())
