"""Configuration file of a gateway (YAML): typed, complete, and refused with a Chinese message where it is wrong.

An unknown field is a typing error and refused, never ignored.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from bihuan.gateway.samples import Grade
from bihuan.wire.errors import WireError
from bihuan.wire.native import check_identity

Positive = Annotated[float, Meta(gt=0)]
Port = Annotated[int, Meta(ge=0, le=65535)]


class ConfigError(ValueError):
    """The configuration cannot be used; the message is for the person who wrote it."""


class Buffer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where samples are kept until delivered, and how much of the disk that may take."""

    path: str = "gateway-buffer.db"
    quota_mb: Positive = 4096
    keep_days: Positive = 30
    live_window_s: Positive = 60
    backfill_share: Annotated[float, Meta(gt=0, le=1)] = 0.5


class NativeHttp(
    Struct, tag="native-http", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Our platform over HTTP. The secret signs every body (HMAC-SM3) and is read from a file or the environment."""

    url: str
    secret_file: str = ""
    secret_env: str = ""
    format: Annotated[str, Meta(pattern="^(json|binary)$")] = "json"
    gzip: bool = True
    timeout_s: Positive = 10
    verify_tls: bool = True


class NativeMqtt(
    Struct, tag="native-mqtt", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Our platform over an MQTT broker; delivered only by the acknowledgement on the down topic."""

    host: str
    port: Port = 1883
    username: str = ""
    secret_file: str = ""
    secret_env: str = ""
    tls: bool = False
    format: Annotated[str, Meta(pattern="^(json|binary)$")] = "json"
    timeout_s: Positive = 10


class MinistryHttp(
    Struct, tag="ministry-http", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """A ministry-style receiver; key and IV as hex in the secret file: `appsecret`, key, IV, one a line."""

    url: str
    app_id: str
    enterprise: str
    secret_file: str
    names: Annotated[str, Meta(pattern="^(dust|mine)$")] = "dust"
    text_form: Annotated[str, Meta(pattern="^(hex|base64)$")] = "hex"
    timeout_s: Positive = 10


class HebeiHttp(
    Struct, tag="hebei-http", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Hebei's dust interface. `url` is the part before `/api/rtsData`; the secret file has key and IV, one a line."""

    url: str
    enterprise: str
    secret_file: str
    timeout_s: Positive = 10


class HubeiHttp(
    Struct, tag="hubei-http", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Hubei's mine interface. The secret file has key and IV in hex, one a line."""

    url: str
    app_id: str
    service_id: str
    enterprise: str
    secret_file: str
    enterprise_type: str = ""
    enterprise_name: str = ""
    algorithm: Annotated[str, Meta(pattern="^(AES|SM4)-CBC$")] = "AES-CBC"
    timeout_s: Positive = 10


Uplink = NativeHttp | NativeMqtt | MinistryHttp | HebeiHttp | HubeiHttp


class Simulator(
    Struct, tag="simulator", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Made-up but plausible values for trials; the address is `shape:base:amplitude`."""

    name: str
    period_s: Positive = 1
    seed: int = 1


class CsvReplay(Struct, tag="csv", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Replays a file of `time,address,value[,quality]`; time in ms UTC or ISO 8601. Speed 0 is as fast as it goes."""

    name: str
    path: str
    speed: Annotated[float, Meta(ge=0)] = 1
    block: Annotated[int, Meta(ge=1, le=10_000)] = 200


class Hj212Server(
    Struct, tag="hj212", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Listens for HJ 212 devices (数采仪). Address of a point: `MN/code`."""

    name: str
    host: str = "127.0.0.1"
    port: Port = 9212
    devices: dict[str, str]  # MN to password
    grace_s: Positive = 60  # without any device this long, the source counts as lost
    cipher_key_file: str = ""


class ModbusTcp(
    Struct, tag="modbus-tcp", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Reads a Modbus TCP device. Address of a point: `unit/area+offset:type[:order][:bit]`, such as `1/hr100:f32:abcd`."""

    name: str
    host: str
    port: Port = 502
    period_s: Positive = 1
    timeout_s: Positive = 1


class ModbusRtu(
    Struct, tag="modbus-rtu", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Reads Modbus RTU devices on a serial line such as `/dev/ttyS1` or `COM3`; addresses as for Modbus TCP."""

    name: str
    device: str
    baud: Annotated[int, Meta(ge=300, le=921_600)] = 9600
    parity: Annotated[str, Meta(pattern="^[NEO]$")] = "N"
    stop_bits: Annotated[int, Meta(ge=1, le=2)] = 1
    period_s: Positive = 1
    timeout_s: Positive = 0.5


class Mqtt(Struct, tag="mqtt", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Subscribes to a plant's broker. Sparkplug B where `sparkplug`, else JSON; see the driver for addresses."""

    name: str
    host: str
    port: Port = 1883
    username: str = ""
    secret_file: str = ""
    secret_env: str = ""
    topics: list[str]
    sparkplug: bool = False


class OpcUa(Struct, tag="opcua", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Subscribes to an OPC UA server. Address of a point: its NodeId, such as `ns=2;s=CO-01`."""

    name: str
    url: str
    interval_ms: Annotated[int, Meta(ge=50)] = 1000


Driver = Simulator | CsvReplay | Hj212Server | ModbusTcp | ModbusRtu | Mqtt | OpcUa


class Point(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One measuring point (点位). `low` and `high` are the instrument's range (量程); limits use the scaled value."""

    code: Annotated[str, Meta(min_length=1, max_length=128)]
    driver: str
    address: str
    safety: Annotated[str, Meta(pattern="^S[0-3]$")] = "S2"
    unit: str = ""
    scale: float = 1
    offset: float = 0
    low: float | None = None
    high: float | None = None
    alarm_low: float | None = None
    alarm_high: float | None = None
    report_s: Positive | None = None
    change: Annotated[float, Meta(ge=0)] | None = None

    @property
    def grade(self) -> Grade:
        """Safety class."""
        return Grade[self.safety]


class Console(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Local page; port 0 switches it off. It listens on this machine alone unless told otherwise."""

    host: str = "127.0.0.1"
    port: Port = 8765


class Clock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Time servers asked for the offset (SNTP); none means the offset is unknown."""

    servers: list[str] = []
    every_s: Positive = 256


class Remote(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where signed point tables come from. The key is Ed25519, 64 hex digits in the file; no URL, no polling."""

    public_key_file: str
    url: str = ""
    every_s: Positive = 300


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    site: str
    gateway: str
    uplink: Uplink
    drivers: list[Driver]
    points: list[Point]
    buffer: Buffer = Buffer()
    console: Console = Console()
    clock: Clock = Clock()
    remote: Remote | None = None
    version: int = 0


def load(path: Path) -> Config:
    """Read and check a configuration file; relative paths in it are relative to it."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"无法读取配置文件 {path}：{error.strerror}") from None
    return parse(text)


def parse(text: bytes) -> Config:
    """Check the text of a configuration."""
    try:
        config = msgspec.yaml.decode(text, type=Config)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ConfigError(f"配置有误：{error}") from None
    check(config)
    return config


def secret(file: str, env: str, base: Path) -> str:
    """A secret from a file (one trailing newline cut off) or the environment; empty if neither is named."""
    if file:
        try:
            return (base / file).read_text(encoding="utf-8").rstrip("\n")
        except OSError as error:
            raise ConfigError(f"无法读取密钥文件 {file}：{error.strerror}") from None
    if env and env not in os.environ:
        raise ConfigError(f"环境变量 {env} 未设置，请先设置再启动")
    return os.environ.get(env, "") if env else ""


def check(config: Config) -> None:
    """What types alone cannot say; ConfigError if the parts do not fit together."""
    try:
        check_identity(f"{config.site}:0", config.gateway)
    except WireError:
        raise ConfigError("site 和 gateway 只能用字母、数字、点、横线和下划线，最长 40 个字符") from None
    if len(config.site) > 40:
        raise ConfigError("site 最长 40 个字符")
    names = [driver.name for driver in config.drivers]
    _no_repeats("驱动名称", names)
    _no_repeats("点位编码", [point.code for point in config.points])
    _no_repeats("点位地址", [f"{point.driver} {point.address}" for point in config.points])
    for point in config.points:
        if point.driver not in names:
            raise ConfigError(f"点位 {point.code} 的驱动 {point.driver} 不存在，请先在 drivers 中添加")
        if point.low is not None and point.high is not None and point.low >= point.high:
            raise ConfigError(f"点位 {point.code} 的量程下限不小于上限")


def _no_repeats(what: str, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ConfigError(f"{what} {name} 重复")
        seen.add(name)
