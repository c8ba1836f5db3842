"""Configurations and groups for the tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from bihuan.gateway import config as conf
from bihuan.gateway.samples import Event, Grade
from bihuan.gateway.store import Group, Store
from bihuan.wire.batch import Lane

T0 = 1_760_000_000_000


def a_point(code: str = "CO-01", address: str | None = None, **more: object) -> conf.Point:
    """A point of driver `d`, of class S1 unless told otherwise."""
    fields = {"code": code, "driver": "d", "address": address or code, "safety": "S1"} | more
    return msgspec.convert(fields, conf.Point)


def a_group(
    *values: float,
    lane: Lane = Lane.LIVE,
    grade: Grade = Grade.S0,
    at: int = T0,
    point: str = "CO-01",
    events: Sequence[Event] = (),
) -> Group:
    """Samples of one point, a second apart."""
    count = len(values)
    return Group(
        lane, grade, [point] * count, [at + n * 1000 for n in range(count)], values, bytes(count), events
    )


def a_store(path: Path, at: int = T0) -> Store:
    """A buffer of site S1, gateway G1."""
    return Store(path / "buffer.db", site="S1", gateway="G1", at=at)


def a_config(url: str, **more: object) -> dict[str, object]:
    """The least configuration that runs, as plain data."""
    return {
        "site": "S1",
        "gateway": "G1",
        "uplink": {"kind": "native-http", "url": url, "secret_file": "secret"},
        "drivers": [],
        "points": [],
        "console": {"port": 0},
    } | more
