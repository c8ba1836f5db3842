"""`openapi`: the description of the API, written to or compared with docs/reference/openapi.json."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from bihuan.foundation.lib.commands import OPERATOR, Subparsers


def register(subparsers: Subparsers) -> None:
    """Add `openapi`."""
    text = "生成开放接口说明（OpenAPI）"
    parser = subparsers.add_parser("openapi", help=text, description=text)
    parser.add_argument("--check", action="store_true", help="只核对文件是否与程序一致，不一致时退出码为 1")
    parser.add_argument("--output", type=Path, default=settings.ROOT / "docs/reference/openapi.json", help="文件")
    parser.set_defaults(func=openapi, capability=OPERATOR)


def openapi(args: argparse.Namespace) -> int:
    """Write the file, or say whether it is still true."""
    text = import_string(settings.OPENAPI_TEXT)()
    if not args.check:
        args.output.parent.mkdir(parents=True, exist_ok=True)
        args.output.write_text(text, encoding="utf-8")
        sys.stdout.write(f"已写入 {args.output}\n")
        return 0
    if args.output.exists() and args.output.read_text(encoding="utf-8") == text:
        sys.stdout.write("接口说明与程序一致。\n")
        return 0
    sys.stderr.write(f"✗ {args.output} 与程序不一致：请运行 bihuan openapi 并提交。\n")
    return 1
