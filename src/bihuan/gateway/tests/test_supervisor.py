"""Signed point tables: checked, tried, confirmed or taken back; the buffer is never touched."""

import asyncio
import json

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bihuan.gateway import config as conf
from bihuan.gateway import supervisor as module
from bihuan.gateway.revisions import TRIAL_MS, Revisions
from bihuan.gateway.samples import Reading
from bihuan.gateway.supervisor import Supervisor
from bihuan.gateway.tests.factories import T0, a_config
from bihuan.wire.quality import Quality

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
SIM = {"kind": "simulator", "name": "sim", "period_s": 1000}


def point(code="A", **more):
    return {"code": code, "driver": "sim", "address": f"constant:1:0:{len(code)}"} | more


def a_bundle(key=KEY, **changes):
    table = {
        "site": "S1",
        "gateway": "G1",
        "version": 1,
        "drivers": [SIM],
        "points": [point(), point("BB")],
    } | changes
    text = json.dumps(table)
    return json.dumps({"text": text, "signature": key.sign(text.encode()).hex()}).encode()


@pytest.fixture
def clock():
    return [T0]


@pytest.fixture
def make(tmp_path, clock):
    (tmp_path / "secret").write_text("x")
    (tmp_path / "platform.key").write_text(KEY.public_key().public_bytes_raw().hex())
    config = conf.parse(
        msgspec.yaml.encode(
            a_config(
                "http://127.0.0.1:1/x",
                drivers=[SIM],
                points=[point()],
                remote={"public_key_file": "platform.key"},
            )
        )
    )
    opened = []

    def build():
        for old in opened:
            old.agent.store.close()
        opened.append(Supervisor(config, tmp_path, clock=lambda: clock[0]))
        return opened[-1]

    yield build
    opened[-1].agent.store.close()


def test_what_a_table_changes_is_said_before_it_comes_into_force(make):
    changes = make().offer(a_bundle(points=[point(unit="ppm"), point("BB")]))
    assert changes == ["新增点位 BB", "修改点位 A：unit"]


@pytest.mark.parametrize(
    ("bundle", "message"),
    [
        (a_bundle(Ed25519PrivateKey.from_private_bytes(b"x" * 32)), "签名无效"),
        (a_bundle().replace(b"BB", b"CC"), "签名无效"),
        (a_bundle(gateway="G2"), "另一台网关"),
        (a_bundle(points=[point(driver="none")]), "驱动 none 不存在"),
        (a_bundle(uplink={"kind": "native-http", "url": "http://thief"}), "内容有误"),
        (a_bundle(drivers=[SIM, {"kind": "csv", "name": "c", "path": "missing.csv"}]), "找不到回放文件"),
        (b"{}", "无法识别"),
        (b"\xff", "无法识别"),
    ],
)
def test_what_is_not_signed_not_ours_or_cannot_run_is_refused(make, bundle, message):
    supervisor = make()
    with pytest.raises(conf.ConfigError, match=message):
        supervisor.offer(bundle)
    assert not supervisor._change_due()


def test_a_table_waits_for_its_time_is_tried_and_confirmed(make, clock):
    supervisor = make()
    supervisor.offer(a_bundle(activate_at=T0 + 1000))
    assert not supervisor._change_due()
    clock[0] = T0 + 1000
    assert supervisor._change_due()
    clock[0] += TRIAL_MS - 1
    assert not supervisor._change_due()
    assert supervisor.revisions.now.on_trial
    clock[0] += 1
    assert not supervisor._change_due()
    assert not supervisor.revisions.now.on_trial
    assert [p.code for p in make().agent.config.points] == ["A", "BB"]


def test_bad_points_take_the_table_back_and_it_is_not_tried_again(make, clock):
    supervisor = make()
    supervisor.offer(a_bundle())
    assert supervisor._change_due()
    supervisor.agent.collector.take("sim", [Reading("constant:1:0:1", T0, 0.0, Quality.BAD_SENSOR)], T0)
    assert supervisor._change_due()
    assert supervisor.revisions.now.active is None
    assert supervisor.offer(a_bundle()) == []
    assert not supervisor._change_due()
    assert supervisor.offer(a_bundle(version=2)) != []


def test_points_that_were_bad_before_do_not_count(make):
    supervisor = make()
    supervisor.agent.collector.take("sim", [Reading("constant:1:0:1", T0, 0.0, Quality.BAD_SENSOR)], T0)
    supervisor.offer(a_bundle())
    assert supervisor._change_due()
    assert not supervisor._change_due()


def test_a_gateway_that_died_on_trial_goes_back(make):
    supervisor = make()
    supervisor.offer(a_bundle())
    assert supervisor._change_due()
    again = make()
    assert [p.code for p in again.agent.config.points] == ["A"]
    assert again.revisions.now.rejected_version == 1
    assert again._notes[0].kind == "config_rolled_back"


def test_a_damaged_file_of_revisions_is_put_aside(tmp_path):
    (tmp_path / "r.json").write_bytes(b"{")
    assert Revisions(tmp_path / "r.json").now.active is None
    assert (tmp_path / "r.damaged").exists()


def test_the_agent_starts_anew_with_the_table_and_the_same_buffer(make, clock, monkeypatch):
    monkeypatch.setattr(module, "CHECK_S", 0)
    supervisor = make()
    first = supervisor.agent.store.figures().next_seq

    async def run():
        task = asyncio.create_task(supervisor.run())
        while not (await supervisor.agent.figures()).pending_samples and not task.done():
            await asyncio.sleep(0)
        supervisor.offer(a_bundle())
        while len(supervisor.agent.config.points) != 2 and not task.done():
            await asyncio.sleep(0)
        seen = await supervisor.agent.figures()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return seen

    figures = asyncio.run(run())
    assert figures.next_seq > first
    assert figures.pending_samples > 0
