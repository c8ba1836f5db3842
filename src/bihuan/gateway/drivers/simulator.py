"""Made-up values for trials: sine, ramp, walk or constant with noise, from a seed, so a run can be repeated.

Address: `shape:base:amplitude[:period_s]`, such as `sine:12:4:600`. This is not the plant simulator of the platform,
which models whole units; it only keeps a gateway busy.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from bihuan.gateway import config as conf
from bihuan.gateway.drivers.interface import Driver, Sink
from bihuan.gateway.samples import Reading

Shape = Callable[[float, random.Random], float]


def _sine(phase: float, chance: random.Random) -> float:
    return math.sin(2 * math.pi * phase) + chance.gauss(0, 0.02)


def _ramp(phase: float, chance: random.Random) -> float:
    return phase % 1 + chance.gauss(0, 0.01)


def _constant(phase: float, chance: random.Random) -> float:
    return chance.gauss(0, 0.05)


def _switch(phase: float, chance: random.Random) -> float:
    return float(phase % 1 >= 0.5)


SHAPES: dict[str, Shape] = {"sine": _sine, "ramp": _ramp, "constant": _constant, "switch": _switch}


def value_of(address: str, at: int, seed: int) -> float:
    """Value of a made-up point at an instant (ms UTC)."""
    shape, base, amplitude, period = parse(address)
    chance = random.Random(f"{seed}/{address}/{at}")
    return base + amplitude * shape(at / 1000 / period, chance)


def parse(address: str) -> tuple[Shape, float, float, float]:
    """Shape, base, amplitude and period of an address."""
    parts = address.split(":")
    try:
        shape = SHAPES[parts[0]]
        base, amplitude = float(parts[1]), float(parts[2])
        period = float(parts[3]) if len(parts) > 3 else 600.0
    except (KeyError, IndexError, ValueError):
        raise conf.ConfigError(
            f"模拟点地址 {address} 应为 形状:基值:幅度[:周期秒]，形状为 {'、'.join(SHAPES)}"
        ) from None
    if period <= 0:
        raise conf.ConfigError(f"模拟点地址 {address} 的周期应大于 0")
    return shape, base, amplitude, period


class Simulator:
    """Offers a value of every point each period."""

    def __init__(self, settings: conf.Simulator) -> None:
        self._settings = settings

    async def run(self, sink: Sink, addresses: Sequence[str]) -> None:
        for address in addresses:
            parse(address)
        sink.connected(True)
        while True:
            at = sink.now()
            sink.offer(
                [Reading(address, at, value_of(address, at, self._settings.seed)) for address in addresses]
            )
            await asyncio.sleep(self._settings.period_s)


def open_driver(settings: conf.Simulator, base: Path) -> Driver:
    """A simulator."""
    return Simulator(settings)
