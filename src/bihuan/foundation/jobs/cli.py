"""`bihuan worker`."""

from __future__ import annotations

import argparse
from typing import Any


def register(subparsers: Any) -> None:
    """Add the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser("worker", help="运行后台任务与定时计划", description="运行后台任务与定时计划；可同时开多个。")
    parser.add_argument("--once", action="store_true", help="处理完当前到期的任务后退出")
    parser.set_defaults(run=run_worker, capability=None)


def run_worker(options: argparse.Namespace) -> int:
    """Run until stopped."""
    # Imported late: models need Django set up, which the command's entry point does first.
    from bihuan.foundation.jobs import worker  # noqa: PLC0415

    worker.run(once=options.once)
    return 0
