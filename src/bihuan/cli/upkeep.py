"""`migrate` and `static`: what a new version needs before it is started."""

from __future__ import annotations

import argparse
import shutil
import sys

from django.conf import settings
from django.core.management import call_command

from bihuan.foundation.lib.commands import OPERATOR, Subparsers


def register(subparsers: Subparsers) -> None:
    """Add `migrate` and `static`."""
    text = "建立或升级数据库"
    parser = subparsers.add_parser("migrate", help=text, description=text)
    parser.set_defaults(func=migrate, capability=OPERATOR)
    text = "收集静态文件（生产环境升级后运行，再重启网页服务）"
    parser = subparsers.add_parser("static", help=text, description=text)
    parser.set_defaults(func=static, capability=OPERATOR)


def migrate(args: argparse.Namespace) -> int:
    """Bring the database to this version; the folder of a SQLite file is made."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    sys.stdout.write("数据库已是最新。\n")
    return 0


def static(args: argparse.Namespace) -> int:
    """Collect into a folder beside the live one, with hashed names and compressed copies, then swap them."""
    target = settings.STATIC_ROOT
    fresh, old = target.with_name("static.new"), target.with_name("static.old")
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    storage = {"BACKEND": settings.HASHED_STATIC_STORAGE, "OPTIONS": {"location": str(fresh)}}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
    call_command("collectstatic", interactive=False, verbosity=0)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    sys.stdout.write(f"静态文件已收集到 {target}，请重启网页服务。\n")
    return 0
