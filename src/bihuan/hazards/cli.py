"""Commands of the hazards app: export the ledger or the general list."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bihuan.foundation.documents.cells import SheetColumn
from bihuan.foundation.documents.ledger import write_ledger
from bihuan.foundation.lib.commands import Subparsers, group
from bihuan.hazards.choices import Level
from bihuan.hazards.exports import ANNEX2, annex2_row
from bihuan.hazards.models import Hazard

CHUNK = 2000
COLUMNS = (SheetColumn("number", "隐患编号", width=26), SheetColumn("level", "隐患等级", width=12), *ANNEX2[1:], SheetColumn("state", "状态", width=12))


def register(subparsers: Subparsers) -> None:
    """Add `export hazards`."""
    text = "把管辖范围内已判定的隐患导出为 xlsx（附件2 各列）"
    parser = group(subparsers, "export", "导出").add_parser("hazards", help=text, description=text)
    parser.add_argument("file", type=Path, help="要写的文件")
    parser.add_argument("--level", choices=Level.values, help="只导出这一等级")
    parser.set_defaults(func=export_hazards, capability="hazards.view")


def export_hazards(args: argparse.Namespace) -> int:
    """Write every confirmed hazard in sight, each counted once, oldest finding first."""
    rows = Hazard.objects.visible_to(args.actor).counted().confirmed().order_by("found_at", "pk")
    if args.level:
        rows = rows.filter(level=args.level)
    count = write_ledger(args.file, COLUMNS, _lines(rows), name="隐患台账")
    sys.stdout.write(f"已导出 {count} 条到 {args.file}\n")
    return 0


def _lines(rows: Any) -> Iterator[dict[str, Any]]:
    chosen = rows.with_people().select_related("supervision", "supervision__body")
    for hazard in chosen.iterator(CHUNK):
        yield {"number": hazard.number, "level": hazard.get_level_display(), "state": hazard.state.title, **annex2_row(hazard)}
