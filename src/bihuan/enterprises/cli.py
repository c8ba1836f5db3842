"""Commands of the enterprise file: import a sheet, export the list."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bihuan.enterprises.exports import write_enterprises
from bihuan.enterprises.imports import checking
from bihuan.enterprises.models import RowKind
from bihuan.enterprises.services import importing
from bihuan.foundation.access.scoping import organisations_visible_to
from bihuan.foundation.lib.commands import Subparsers, group
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import utc_now


def register(subparsers: Subparsers) -> None:
    """Add `import enterprises` and `export enterprises`."""
    text = "从 xlsx、xls 或 csv 导入企业：逐行检查，全部正确才一次写入"
    parser = group(subparsers, "import", "导入").add_parser("enterprises", help=text, description=text)
    parser.add_argument("file", type=Path, help="文件")
    parser.add_argument("--supervisor", default="", help="缺省的牵头监管单位（代码或名称）")
    parser.add_argument("--check", action="store_true", help="只检查，不导入")
    parser.set_defaults(func=import_enterprises, capability="enterprises.import")
    text = "把管辖范围内的企业导出为 xlsx"
    parser = group(subparsers, "export", "导出").add_parser("enterprises", help=text, description=text)
    parser.add_argument("file", type=Path, help="要写的文件")
    parser.set_defaults(func=export_enterprises, capability="enterprises.view")


def import_enterprises(args: argparse.Namespace) -> int:
    """Check a sheet and load it when every row is right; else write the error sheet beside it."""
    if not args.file.is_file():
        raise Problem("enterprises.no_file", f"没有找到文件 {args.file}。")
    default = None
    if args.supervisor:
        units = organisations_visible_to(args.actor, "enterprises.import")
        default = units.filter(code=args.supervisor).first() or units.filter(name=args.supervisor).first()
        if default is None:
            raise Problem("enterprises.no_supervisor", f"没有找到监管单位“{args.supervisor}”，或不在管辖范围内。")
    source = checking.receive_bytes(args.actor, args.file.name, args.file.read_bytes(), default_supervisor=default)
    importing.map_columns(args.actor, source, mapping=source.mapping, at=utc_now(), start=lambda: None)
    counts = checking.run_check(args.actor, source, report=_report)
    source.refresh_from_db()
    for line in source.warnings:
        sys.stdout.write(f"提示：{line}\n")
    sys.stdout.write("，".join(f"{label} {counts[kind]} 行" for kind, label in RowKind.choices) + "\n")
    if counts[RowKind.FAULTY]:
        stored = checking.error_path(source)
        target = args.file.with_name(f"{args.file.stem.removesuffix('_错误')}_错误{stored.suffix}")
        target.write_bytes(stored.read_bytes())
        sys.stderr.write(f"✗ 有错误的行已写入 {target} 的“导入错误”一列，请改好后重新导入；尚未写入任何数据。\n")
        return 1
    if args.check or not source.ready:
        importing.drop_import(args.actor, source, at=utc_now())
        return 0
    importing.confirm_import(args.actor, source, at=utc_now(), start=lambda: None)
    new, changed = importing.load_import(args.actor, source, at=utc_now())
    sys.stdout.write(f"已导入：新建 {new} 家，更新 {changed} 家\n")
    return 0


def _report(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r正在检查 {done}/{total}{'' if done < total else chr(10)}")


def export_enterprises(args: argparse.Namespace) -> None:
    """Write the list."""
    count = write_enterprises(args.actor, args.file)
    sys.stdout.write(f"已导出 {count} 家到 {args.file}\n")
