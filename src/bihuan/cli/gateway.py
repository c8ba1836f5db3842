"""`gateway`: the edge agent (数采网关). It runs on machines without a database, so `cli.main` starts it before Django."""

from __future__ import annotations

from importlib import import_module

from bihuan.foundation.lib.commands import OPERATOR, Subparsers

AGENT = "bihuan.gateway.main"


def register(subparsers: Subparsers) -> None:
    """Add `gateway` to the list of commands."""
    agent = import_module(AGENT)
    parser = subparsers.add_parser("gateway", help=agent.DESCRIPTION, description=agent.DESCRIPTION)
    agent.add_arguments(parser)
    parser.set_defaults(func=agent.run, capability=OPERATOR)
