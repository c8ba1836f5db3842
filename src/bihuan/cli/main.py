"""The `bihuan` command: its own commands and those that the installed apps bring in their `cli.py`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from bihuan import __version__
from bihuan.foundation.lib.commands import OPERATOR, Subparsers
from bihuan.foundation.lib.discovery import app_command_modules
from bihuan.foundation.lib.problems import Forbidden, NotFound, Problem
from bihuan.foundation.lib.processes import end_with_parent
from bihuan.foundation.lib.times import utc_now

if TYPE_CHECKING:
    from bihuan.foundation.access.actor import Actor

OWN_COMMANDS = ("serve", "gateway", "upkeep", "doctor", "openapi")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; Django must be set up."""
    parser = argparse.ArgumentParser(prog="bihuan", description="闭环：冶金工贸安全监管闭环管理系统")
    parser.add_argument("--version", action="version", version=f"bihuan {__version__}")
    subparsers: Subparsers = parser.add_subparsers(title="命令", dest="command", metavar="命令", required=True)
    for module in [f"bihuan.cli.{name}" for name in OWN_COMMANDS] + app_command_modules():
        import_module(module).register(subparsers)
    return parser


def commands(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], argparse.ArgumentParser]:
    """Every command of `parser` that can be run, by its words: ("user", "create") → its parser."""
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not nested:
        return {path: parser}
    found: dict[tuple[str, ...], argparse.ArgumentParser] = {}
    for action in nested:
        for name, sub in action.choices.items():
            found.update(commands(sub, (*path, name)))
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the return value is the exit code: 0 done, 1 refused or failed, 2 wrongly called."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    words = list(sys.argv[1:] if argv is None else argv)
    end_with_parent()
    if words[:1] == ["gateway"]:  # the edge agent needs no settings and no database
        return int(import_module("bihuan.gateway.main").main(words[1:]))
    try:
        django.setup()
        parser = build_parser()
        person_commands(parser)
        args = parser.parse_args(words)
        return run(args)
    except ImproperlyConfigured as fault:
        return refuse(f"配置有误：{fault}（变量说明见 docs/reference/configuration.md）", 2)
    except KeyboardInterrupt:
        return refuse("已中断", 130)


def person_commands(parser: argparse.ArgumentParser) -> None:
    """Give `--as` to every command that is done in a person's name."""
    for words, command in commands(parser).items():
        capability = command.get_default("capability")
        if not capability:
            raise ImproperlyConfigured(f"bihuan {' '.join(words)}: set_defaults(capability=...) is missing")
        if capability != OPERATOR:
            command.add_argument("--as", dest="login", required=True, metavar="登录名", help="以谁的身份执行")


def run(args: argparse.Namespace) -> int:
    """Run the chosen command and turn the faults a person can act on into one line."""
    try:
        args.actor = acting(args)
        code = args.func(args)
    except Problem as problem:
        return refuse(problem.message, 1)
    except DatabaseError as fault:
        return refuse(f"数据库出错：{fault}。请运行 bihuan doctor 检查。", 1)
    return int(code or 0)


def acting(args: argparse.Namespace) -> Actor:
    """In whose name the command runs; Forbidden when that person lacks the capability everywhere."""
    # The user model exists only once Django is set up.
    from bihuan.foundation.access.actor import Actor, system_actor  # noqa: PLC0415
    from bihuan.foundation.accounts.models import User  # noqa: PLC0415

    if args.capability == OPERATOR:
        return system_actor("命令行")
    user = User.objects.filter(username=args.login.strip().lower(), is_active=True).first()
    if user is None:
        raise NotFound("cli.unknown_login", f"没有登录名为“{args.login}”的启用用户，请核对 --as。")
    actor = Actor.of(user, at=utc_now())
    if not actor.can(args.capability):
        raise Forbidden("cli.not_permitted", f"{actor.name}没有执行该命令的权限（{args.capability}）。")
    return actor


def refuse(message: str, code: int) -> int:
    """Say on standard error why it did not happen."""
    sys.stderr.write(f"✗ {message}\n")
    return code
