"""`bihuan gateway --config FILE`, also `python -m bihuan.gateway`: run the edge agent. Needs no Django."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from bihuan.gateway import config as conf
from bihuan.gateway.buffer_file import StoreError
from bihuan.gateway.supervisor import Supervisor

DESCRIPTION = "数采网关：采集、本地缓存、断点续传"
logger = logging.getLogger("bihuan.gateway")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--config", required=True, type=Path, metavar="文件", help="配置文件（YAML）")
    parser.add_argument("--check", action="store_true", help="只检查配置，不启动")


def main(argv: Sequence[str] | None = None) -> int:
    """Parse the arguments and run until told to stop; 0 stopped, 1 cannot start."""
    parser = argparse.ArgumentParser(prog="bihuan gateway", description=DESCRIPTION)
    add_arguments(parser)
    return run(parser.parse_args(argv))


def run(args: argparse.Namespace) -> int:
    """Run until told to stop; 0 stopped, 1 cannot start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        config = conf.load(args.config)
        if args.check:
            sys.stdout.write(f"配置有效：{len(config.drivers)} 个驱动，{len(config.points)} 个点位\n")
            return 0
        supervisor = Supervisor(config, args.config.resolve().parent)
    except (conf.ConfigError, StoreError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    asyncio.run(_serve(supervisor))
    return 0


async def _serve(supervisor: Supervisor) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows: Ctrl-C raises KeyboardInterrupt instead
            logger.debug("no signal handlers here")
    work = asyncio.create_task(supervisor.run())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    work.cancel()
    try:
        await work
    except asyncio.CancelledError:
        logger.info("网关已停止，未上传数据保留在缓存中")
