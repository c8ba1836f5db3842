"""The configuration file."""

import msgspec
import pytest

from bihuan.gateway import config as conf
from bihuan.gateway.main import main
from bihuan.gateway.tests.factories import a_config

SIM = {"kind": "simulator", "name": "sim"}
POINT = {"code": "A", "driver": "sim", "address": "sine:1:1"}


def parse(**changes):
    return conf.parse(
        msgspec.yaml.encode(a_config("http://x") | {"drivers": [SIM], "points": [POINT]} | changes)
    )


def test_a_good_file():
    config = parse()
    assert config.points[0].grade.name == "S2"
    assert config.buffer.keep_days == 30


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"points": [POINT | {"driver": "x"}]}, "驱动 x 不存在"),
        ({"points": [POINT, POINT]}, "点位编码 A 重复"),
        ({"points": [POINT, POINT | {"code": "B"}]}, "点位地址 sim sine:1:1 重复"),
        ({"drivers": [SIM, SIM]}, "驱动名称 sim 重复"),
        ({"points": [POINT | {"low": 5, "high": 5}]}, "量程"),
        ({"points": [POINT | {"saftey": "S1"}]}, "saftey"),
        ({"points": [POINT | {"safety": "S9"}]}, "safety"),
        ({"uplink": {"kind": "pigeon"}}, "pigeon"),
        ({"gateway": "a/b"}, "gateway"),
        ({"site": "x" * 41}, "site"),
    ],
)
def test_what_is_wrong_is_said(changes, message):
    with pytest.raises(conf.ConfigError) as caught:
        parse(**changes)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", [b"", b"{", b"- 1", b"\xff\xfe", b"a: &x [*x]"])
def test_no_configuration_at_all(text):
    with pytest.raises(conf.ConfigError):
        conf.parse(text)


def test_secrets_come_from_file_or_environment(tmp_path, monkeypatch):
    (tmp_path / "key").write_text("abc\n")
    assert conf.secret("key", "", tmp_path) == "abc"
    monkeypatch.setenv("GATEWAY_KEY", "xyz")
    assert conf.secret("", "GATEWAY_KEY", tmp_path) == "xyz"
    for file, env in (("none", ""), ("", "NOT_SET_ANYWHERE")):
        with pytest.raises(conf.ConfigError):
            conf.secret(file, env, tmp_path)


def test_the_command_checks_and_refuses(tmp_path, capsys):
    file = tmp_path / "gw.yaml"
    file.write_bytes(msgspec.yaml.encode(a_config("http://x") | {"drivers": [SIM], "points": [POINT]}))
    assert main(["--config", str(file), "--check"]) == 0
    assert "1 个驱动" in capsys.readouterr().out
    assert main(["--config", str(tmp_path / "none.yaml")]) == 1
    assert "无法读取" in capsys.readouterr().err
    assert main(["--config", str(file)]) == 1  # the secret file is missing
    assert "密钥" in capsys.readouterr().err
