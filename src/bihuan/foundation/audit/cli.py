"""`bihuan verify`."""

from __future__ import annotations

import argparse
import sys

from bihuan.foundation.audit.services import verify
from bihuan.foundation.lib.commands import OPERATOR, Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    text = "校验存证链，指出第一处被改动的记录"
    parser = subparsers.add_parser("verify", help=text, description=text)
    parser.set_defaults(func=run_verify, capability=OPERATOR)


def run_verify(args: argparse.Namespace) -> int:
    """Walk every chain and anchor; exit code 1 names the first place that does not hold."""
    verdict = verify()
    extent = f"留痕 {verdict.entries} 条，记录 {verdict.records} 件，锚点 {verdict.anchors} 个"
    if verdict.fault is None:
        sys.stdout.write(f"✓ 存证完好：{extent}\n")
        return 0
    sys.stderr.write(f"✗ 存证不符：{verdict.fault.where}，{verdict.fault.what}（此前已校验{extent}）\n")
    return 1
