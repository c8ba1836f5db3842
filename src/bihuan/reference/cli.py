"""Commands of the code tables."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.lib.commands import OPERATOR, Subparsers
from bihuan.foundation.lib.times import utc_now
from bihuan.reference.services import load_packs


def register(subparsers: Subparsers) -> None:
    """Add `load-packs`."""
    parser = subparsers.add_parser(
        "load-packs", help="加载参考数据包（行政区划、行业、判定标准、处罚幅度），先显示变更"
    )
    parser.add_argument("--dry-run", action="store_true", help="只显示将要发生的变更，不写入")
    parser.add_argument("--directory", type=Path, default=None, help="数据包目录，缺省为随系统提供的数据包")
    parser.set_defaults(func=run, capability=OPERATOR)


def run(options: argparse.Namespace) -> int:
    """Load and print the report; the exit code is 0 also when nothing changed."""
    report = load_packs(
        system_actor("load-packs"), at=utc_now(), directory=options.directory, dry_run=options.dry_run
    )
    for line in report.lines():
        sys.stdout.write(line + "\n")
    sys.stdout.write(
        "仅预览，未写入。\n" if report.dry_run else "加载完成。\n" if report.changed else "无变化。\n"
    )
    return 0
