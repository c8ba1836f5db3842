"""The compile command, shared by ``bihuan directives compile`` and ``python -m bihuan.directives.compiler``."""

import argparse
import sys
from pathlib import Path

from .engine import compile_file
from .errors import CompileError
from .output import to_json_text, write_xlsx

TEXT = "读取通知并列出义务（.txt、.docx、.pdf、.ofd）"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare FILE, --json and --xlsx."""
    parser.add_argument("file", type=Path, metavar="FILE", help="通知文件")
    parser.add_argument("--json", type=Path, default=None, metavar="OUT", help="结果写入 JSON 文件")
    parser.add_argument("--xlsx", type=Path, default=None, metavar="OUT", help="结果写入 Excel 文件")


def run(args: argparse.Namespace) -> int:
    """Compile and write; without an output file the JSON goes to standard output. Exit code 1 on a bad file."""
    try:
        notice = compile_file(args.file)
    except CompileError as fault:
        sys.stderr.write(f"✗ {fault.message}\n")
        return 1
    if args.json:
        args.json.write_text(to_json_text(notice) + "\n", encoding="utf-8")
    if args.xlsx:
        write_xlsx(notice, args.xlsx)
    if not args.json and not args.xlsx:
        sys.stdout.write(to_json_text(notice) + "\n")
    else:
        sys.stdout.write(f"共 {len(notice.obligations)} 条义务，{len(notice.sections)} 个条款。\n")
    for warning in notice.warnings:
        sys.stderr.write(f"! {warning}\n")
    return 0
