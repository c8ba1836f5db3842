"""What an app's `cli.py` needs to add commands to `bihuan`.

An app writes `register(subparsers)`; every command sets `func` and `capability`:

    def register(subparsers: Subparsers) -> None:
        parser = subparsers.add_parser("load-packs", help="载入参考数据包")
        parser.set_defaults(func=load_packs, capability=OPERATOR)

`func(args)` returns None or an exit code. With a capability of the access registry the command asks for `--as LOGIN` and
runs only when that person holds it; `args.actor` is the person. With OPERATOR it is for whoever administers the
machine (运维), and `args.actor` is the system's actor.

An app may also define `findings() -> Iterable[Finding]` there: its own lines of `bihuan doctor`.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TypeAlias

OPERATOR = "operator"

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


@dataclass(frozen=True)
class Finding:
    """One line of `bihuan doctor`. `ok` None: it works but deserves a look; `text` says what to do where it is not well."""

    ok: bool | None
    title: str
    text: str


def group(subparsers: Subparsers, name: str, help: str) -> Subparsers:
    """The command `name` that only holds others (`bihuan export …`), made by whichever app asks first."""
    existing = subparsers.choices.get(name)
    if existing is None:
        parser = subparsers.add_parser(name, help=help, description=help)
        return parser.add_subparsers(dest=f"{name}_command", metavar="命令", required=True)
    return next(action for action in existing._actions if isinstance(action, argparse._SubParsersAction))
