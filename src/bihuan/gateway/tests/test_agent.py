"""The gateway as a real process: killed at random moments, cut off for a day, and the HJ 212 door."""

import asyncio
import csv
import logging
import os
import random
import signal
import subprocess
import sys

import msgspec
import pytest

from bihuan.gateway import config as conf
from bihuan.gateway.agent import Agent
from bihuan.gateway.collector import Collector
from bihuan.gateway.console import Console
from bihuan.gateway.samples import Reading
from bihuan.gateway.tests.factories import T0, a_config, a_point, a_store
from bihuan.gateway.tests.platform import SECRET, Platform, samples
from bihuan.gateway.tests.test_forwarder import FakeUplink, a_forwarder
from bihuan.wire import hj212, hj212_data
from bihuan.wire.batch import Lane
from bihuan.wire.hj212 import Flag, Frame
from bihuan.wire.hj212_stream import FrameSplitter
from bihuan.wire.tests.factories import a_batch

POINTS = [f"P{n}" for n in range(4)]
MN = "010000A8900016F000169DC0"


@pytest.fixture
def platform():
    server = Platform()
    yield server
    server.close()


def write_csv(path, count):
    """A replay file; returns its samples."""
    rows = [(T0 + n * 10, POINTS[n % 4], float(n)) for n in range(count)]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time", "address", "value"])
        writer.writerows(rows)
    return rows


def prepare(tmp_path, platform, **more):
    (tmp_path / "secret").write_text(SECRET)
    driver = {"kind": "csv", "name": "csv", "path": "data.csv", "speed": 0, "block": 10}
    points = [{"code": code, "driver": "csv", "address": code} for code in POINTS]
    config = a_config(platform.url, drivers=[driver], points=points, buffer={"backfill_share": 1}, **more)
    file = tmp_path / "gw.yaml"
    file.write_bytes(msgspec.yaml.encode(config))
    return file


def start(file):
    return subprocess.Popen(
        [sys.executable, "-m", "bihuan.gateway", "--config", str(file)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "NO_PROXY": "*"},
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.scenario("35")
def test_killed_at_random_moments_nothing_is_lost_or_doubled_and_order_is_kept(tmp_path, platform, seed):
    rows = write_csv(tmp_path / "data.csv", 900)
    file = prepare(tmp_path, platform)
    chance = random.Random(seed)
    for most in (3, 3, 18, 18):  # the first two strike while rows are still being read in
        process = start(file)
        strike = platform.requests + chance.randint(1, most)
        lose_answer = chance.random() < 0.5

        def before_answer(count, process=process, strike=strike, lose_answer=lose_answer):
            if count == strike:
                os.kill(process.pid, signal.SIGKILL)
                return -1 if lose_answer else None
            return None

        platform.before_answer = before_answer
        assert process.wait(60) == -signal.SIGKILL
    platform.before_answer = lambda count: None
    process = start(file)
    try:
        assert platform.wait_for(lambda: platform.sample_count() >= len(rows))
    finally:
        process.terminate()
        assert process.wait(30) == 0
    arrived = [row for upload in platform.in_order() for row in samples(upload)]
    assert sorted(row[1:] for row in arrived) == sorted((p, t, repr(v)) for t, p, v in rows)
    numbers = [row[0] for row in arrived]
    assert len(set(numbers)) == len(numbers)
    data = [row for upload in platform.in_order() if len(upload.batch) for row in samples(upload)]
    for code in POINTS:
        assert [row[2] for row in data if row[1] == code] == sorted(row[2] for row in data if row[1] == code)
    events = [event.seq for upload in platform.uploads.values() for event in upload.events]
    everything = sorted(numbers + events)
    assert everything == list(range(everything[0], everything[0] + len(everything)))
    assert platform.changed_duplicates == 0


def test_errors_of_the_platform_are_ridden_out(tmp_path, platform):
    rows = write_csv(tmp_path / "data.csv", 60)
    platform.before_answer = lambda count: 503 if count == 2 else None
    process = start(prepare(tmp_path, platform))
    try:
        assert platform.wait_for(lambda: platform.sample_count() >= len(rows))
    finally:
        process.terminate()
        process.wait(30)
    assert platform.sample_count() == len(rows)


@pytest.mark.scenario("34")
def test_a_day_without_link_comes_back_complete_fresh_values_first(tmp_path):
    collector, store = (
        Collector([a_point(code, safety="S2", report_s=60) for code in POINTS]),
        a_store(tmp_path),
    )
    end = T0 + 86_400_000
    for at in range(T0, end, 60_000):
        collector.take("d", [Reading(code, at, float(at % 97)) for code in POINTS], at)
        groups = collector.due(at)
        if groups:
            store.append(groups, at=at)
    store.append(collector.due(end, everything=True), at=end - 60_000)
    uplink, found = FakeUplink(), []
    forwarder = a_forwarder(store, uplink)

    async def next_message(backfill):
        message = store.next(at=end, live_window_ms=60_000, backfill=backfill)
        if message:
            found.append((message.upload.batch.lane, message.first_seq, list(message.upload.batch.times)))
        return message

    forwarder._outbox.next_message = next_message

    async def drain():
        while store.figures().pending_samples:
            await forwarder.step()

    asyncio.run(drain())
    times = [time for _, _, own in found for time in own]
    assert len(times) == 4 * 1440
    assert len(set(uplink.sent)) == len(uplink.sent)
    lanes = [lane for lane, _, _ in found]
    assert lanes == sorted(lanes, key=[Lane.ALARM, Lane.LIVE, Lane.BACKFILL].index)
    assert lanes[0] is Lane.LIVE
    backfill = [first for lane, first, _ in found if lane is Lane.BACKFILL]
    assert backfill == sorted(backfill)


# The HJ 212 door, on the agent's own loop

DEVICE = {"kind": "hj212", "name": "hj", "port": 0, "devices": {MN: "123456"}}


def an_agent(tmp_path, drivers, points):
    config = conf.parse(msgspec.yaml.encode(a_config("http://x", drivers=drivers, points=points)))
    return Agent(config, tmp_path, uplink=FakeUplink())


async def running(agent, work):
    task = asyncio.create_task(agent.run())
    try:
        return await work()
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def exchange(port, *frames):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"".join(frames))
    writer.write_eof()
    data = await reader.read()
    writer.close()
    return [hj212.decode(raw) for raw in FrameSplitter().feed(data)]


def test_hj212_data_are_answered_only_when_on_disk(tmp_path):
    points = [{"code": f"Q-{n}", "driver": "hj", "address": f"{MN}/a{n}"} for n in range(40)]
    agent = an_agent(tmp_path, [DEVICE], points)
    batch = a_batch([f"a{n}" for n in range(40)], [float(n) for n in range(40)], bytes(40), gateway=MN)
    frames = hj212_data.write_values(batch, st="31", pw="123456", qn="20160801085857223", limit=600)
    assert len(frames) > 1
    good = [hj212.encode(frame) for frame in frames]
    broken = bytearray(hj212.encode(Frame("31", "2011", MN, "123456", "20160801085857224", Flag())))
    broken[-4:-2] = b"00" if broken[-4:-2] != b"00" else b"11"
    wrong = hj212.encode(Frame("31", "2011", MN, "x", "20160801085857225", Flag()))
    time = hj212.encode(Frame("31", "1013", MN, "123456", "20160801085857226", Flag()))

    async def work():
        driver = agent.drivers["hj"]
        while not driver.port:
            await asyncio.sleep(0)
        answers = await exchange(driver.port, b"garbage", *good, bytes(broken), wrong, time)
        while agent.collector.latest["Q-39"].value != 39.0 or (await agent.figures()).pending_samples:
            await asyncio.sleep(0)
        return answers

    answers = asyncio.run(running(agent, work))
    assert [(answer.cn, answer.cp) for answer in answers[:3]] == [
        ("9014", ""),
        ("9011", "QnRtn=9"),
        ("9011", "QnRtn=3"),
    ]
    assert [answer.cn for answer in answers[3:]] == ["9013", "1012"]
    assert answers[0].qn == "20160801085857223"
    stored = [row[1:] for upload in agent._uplink.uploads for row in samples(upload)]
    assert sorted(stored) == sorted((f"Q-{n}", T0, repr(float(n))) for n in range(40))


def test_a_faulty_driver_is_started_again_and_shown(tmp_path):
    agent = an_agent(
        tmp_path,
        [{"kind": "simulator", "name": "sim"}],
        [{"code": "A", "driver": "sim", "address": "sine:1:1"}],
    )
    tries = []

    class Faulty:
        async def run(self, sink, addresses):
            tries.append(addresses)
            raise RuntimeError("no instrument")

    agent.drivers["sim"] = Faulty()

    async def work():
        while not agent.errors:
            await asyncio.sleep(0)
        console = Console(agent, conf.Console(port=0))
        await console.start()
        logging.getLogger("bihuan.gateway.forwarder").warning("上行链路不通：<测试>")
        answer = await console.answer("GET / HTTP/1.1\r\nHost: 127.0.0.1:0\r\n\r\n")
        await console.stop()
        return answer

    status, kind, page = asyncio.run(running(agent, work))
    assert (status, kind) == (200, "text/html")
    assert "no instrument" in page
    assert "通信中断" in page
    assert "上行链路不通：&lt;测试&gt;" in page
    assert tries == [["sine:1:1"]]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /status.json HTTP/1.1\r\nHost: localhost:8765", 200),
        ("POST /requeue HTTP/1.1\r\nHost: 127.0.0.1:8765\r\nOrigin: http://127.0.0.1:8765", 303),
        ("POST /requeue HTTP/1.1\r\nHost: 127.0.0.1:8765\r\nOrigin: http://evil.example", 403),
        ("GET / HTTP/1.1\r\nHost: evil.example", 403),
        ("GET / HTTP/1.1", 403),
        ("GET /etc/passwd HTTP/1.1\r\nHost: localhost:8765", 404),
        ("\x00\x01", 403),
    ],
)
def test_console_answers_this_machine_only(tmp_path, head, status):
    agent = an_agent(tmp_path, [], [])

    async def work():
        return await Console(agent, conf.Console()).answer(head + "\r\n\r\n")

    assert asyncio.run(running(agent, work))[0] == status
