"""Signed point tables (点表远程下发): drivers and points, versioned, signed by the platform, checked before use.

A table changes what is read and nothing else. Uplink, buffer, console and keys stay as the local file says, so not even
a stolen platform key can send the data elsewhere or wipe what is waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from bihuan.gateway import config as conf
from bihuan.gateway.drivers.interface import open_driver


class Bundle(Struct, frozen=True):
    """A table as it travels: its exact text, and the Ed25519 signature of that text in hex."""

    text: str
    signature: str


class PointTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Drivers and points of one gateway from an instant on (ms UTC)."""

    site: str
    gateway: str
    version: int
    activate_at: int = 0
    drivers: list[conf.Driver]
    points: list[conf.Point]


def decode_bundle(body: bytes) -> Bundle:
    """Read a bundle as received or kept."""
    try:
        return msgspec.json.decode(body, type=Bundle)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise conf.ConfigError("点表文件无法识别") from None


def read(bundle: Bundle, key: Ed25519PublicKey, local: conf.Config) -> PointTable:
    """The table inside, if the platform has signed it and it is meant for this gateway."""
    try:
        key.verify(bytes.fromhex(bundle.signature), bundle.text.encode())
    except (InvalidSignature, ValueError):
        raise conf.ConfigError("点表签名无效，未采用") from None
    try:
        table = msgspec.json.decode(bundle.text, type=PointTable)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise conf.ConfigError(f"点表内容有误：{error}") from None
    if (table.site, table.gateway) != (local.site, local.gateway):
        raise conf.ConfigError("点表属于另一台网关，未采用")
    return table


def merge(local: conf.Config, table: PointTable) -> conf.Config:
    """The local configuration with the table's drivers and points."""
    merged = msgspec.structs.replace(local, drivers=table.drivers, points=table.points, version=table.version)
    conf.check(merged)
    return merged


def rehearse(config: conf.Config, base: Path) -> None:
    """Dry run: every driver can be made. ConfigError says what cannot."""
    for driver in config.drivers:
        open_driver(driver, base)


def difference(old: conf.Config, new: conf.Config) -> Sequence[str]:
    """What a table would change, a line each, for the console and the log."""
    lines = []
    before = {point.code: point for point in old.points}
    after = {point.code: point for point in new.points}
    lines += [f"新增点位 {code}" for code in after if code not in before]
    lines += [f"取消点位 {code}" for code in before if code not in after]
    for code, point in after.items():
        if code in before and before[code] != point:
            fields = [
                name
                for name in point.__struct_fields__
                if getattr(point, name) != getattr(before[code], name)
            ]
            lines.append(f"修改点位 {code}：{'、'.join(fields)}")
    known = {driver.name: driver for driver in old.drivers}
    lines += [f"新增或修改驱动 {driver.name}" for driver in new.drivers if known.get(driver.name) != driver]
    return lines


def load_key(settings: conf.Remote, base: Path) -> Ed25519PublicKey:
    """The platform's public key."""
    text = conf.secret(settings.public_key_file, "", base)
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))
    except ValueError:
        raise conf.ConfigError("平台公钥应为 64 位十六进制数") from None
