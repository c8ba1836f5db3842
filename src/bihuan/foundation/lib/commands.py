"""What an app's `cli.py` needs to add commands to `bihuan`.

An app writes `register(subparsers)`; every command sets `func` and `capability`:

    def register(subparsers: Subparsers) -> None:
        parser = subparsers.add_parser("load-packs", help="载入参考数据包")
        parser.set_defaults(func=load_packs, capability=OPERATOR)

`func(args)` returns None or an exit code. With a capability of the access registry the command asks for `--as LOGIN` and
runs only when that person holds it; `args.actor` is the person. With OPERATOR it is for whoever administers the
machine (运维), and `args.actor` is the system's actor.
"""

from __future__ import annotations

import argparse
from typing import TypeAlias

OPERATOR = "operator"

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
