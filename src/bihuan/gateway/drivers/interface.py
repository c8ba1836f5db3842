"""What a driver must do, what it may ask of the agent, and how a configuration becomes a driver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

from bihuan.gateway import config as conf
from bihuan.gateway.samples import Event, Reading
from bihuan.wire.batch import Lane


class Sink(Protocol):
    """Where a driver hands readings to."""

    def offer(self, readings: Iterable[Reading]) -> None:
        """Live readings of a source that will soon be read again; stored within seconds."""
        ...

    async def commit(
        self, readings: Sequence[Reading], *, cursor: str | None = None, lane: Lane = Lane.LIVE
    ) -> None:
        """Readings that come once: on disk, together with the driver's new position, when this returns."""
        ...

    async def position(self) -> str | None:
        """The position committed last."""
        ...

    def connected(self, up: bool) -> None:
        """The source was reached or lost."""
        ...

    def happened(self, event: Event) -> None:
        """Something worth an event."""
        ...

    def now(self) -> int:
        """The agent's clock, ms UTC."""
        ...


class Driver(Protocol):
    """One source. `run` ends only for sources that end; an error is logged and the driver started again."""

    async def run(self, sink: Sink, addresses: Sequence[str]) -> None:
        """Read the points with these addresses until cancelled."""
        ...


_MODULES: dict[type[conf.Driver], str] = {
    conf.Simulator: "simulator",
    conf.CsvReplay: "csv_replay",
    conf.Hj212Server: "hj212_server",
    conf.ModbusTcp: "modbus_tcp",
    conf.ModbusRtu: "modbus_rtu",
    conf.Mqtt: "mqtt",
    conf.OpcUa: "opcua",
}


def open_driver(settings: conf.Driver, base: Path) -> Driver:
    """The driver a configuration names. Some need the optional packages of the `gateway` extra."""
    name = _MODULES[type(settings)]
    try:
        module = import_module(f"bihuan.gateway.drivers.{name}")
    except ImportError as error:
        raise conf.ConfigError(
            f"驱动 {settings.name} 缺少组件 {error.name}，请安装 bihuan[gateway]"
        ) from None
    driver: Driver = module.open_driver(settings, base)
    return driver
