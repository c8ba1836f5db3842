"""`bihuan worker`."""

from __future__ import annotations

import argparse

from bihuan.foundation.jobs import worker
from bihuan.foundation.lib.commands import OPERATOR, Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    text = "运行后台任务与定时计划（可同时开多个）"
    parser = subparsers.add_parser("worker", help=text, description=text)
    parser.add_argument("--once", action="store_true", help="处理完当前到期的任务后退出")
    parser.set_defaults(func=run_worker, capability=OPERATOR)


def run_worker(args: argparse.Namespace) -> int:
    """Run until stopped."""
    worker.run(once=args.once)
    return 0
