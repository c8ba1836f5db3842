"""Commands of the code tables."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from bihuan.foundation.lib.commands import OPERATOR, Finding, Subparsers
from bihuan.foundation.lib.packs import PackError
from bihuan.foundation.lib.times import utc_now
from bihuan.reference.services import load_packs, pending_changes


def register(subparsers: Subparsers) -> None:
    """Add `load-packs`."""
    text = "加载参考数据包（行政区划、行业、判定标准、处罚幅度），并列出变更"
    parser = subparsers.add_parser("load-packs", help=text, description=text)
    parser.add_argument("--dry-run", action="store_true", help="只列出将要发生的变更，不写入")
    parser.add_argument("--directory", type=Path, default=None, help="数据包目录，缺省为随系统提供的数据包")
    parser.set_defaults(func=load, capability=OPERATOR)


def load(args: argparse.Namespace) -> int:
    """Load the packs and print what changed; several faults are told one a line."""
    try:
        report = load_packs(args.actor, at=utc_now(), directory=args.directory, dry_run=args.dry_run)
    except PackError as error:
        for fault in error.faults:
            sys.stderr.write(f"✗ {fault}\n")
        sys.stderr.write("数据包有误，未加载任何内容；请按上面各行修改后重试。\n")
        return 1
    for line in report.lines():
        sys.stdout.write(line + "\n")
    outcome = "加载完成。" if report.changed else "没有需要加载的变更。"
    sys.stdout.write(("以上仅为预览，未写入。" if report.dry_run else outcome) + "\n")
    return 0


def findings() -> Iterable[Finding]:
    """Whether the shipped packs are loaded (数据包)."""
    missing = pending_changes()
    if missing:
        yield Finding(
            None,
            "数据包",
            f"{len(missing)} 个未加载或有更新（{'、'.join(missing)}），请运行 bihuan load-packs",
        )
    else:
        yield Finding(True, "数据包", "均已加载")
