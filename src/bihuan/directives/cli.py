"""Commands of the directives."""

from bihuan.directives.compiler.command import TEXT, add_arguments, run
from bihuan.foundation.lib.commands import OPERATOR, Subparsers, group


def register(subparsers: Subparsers) -> None:
    """Add ``directives compile``."""
    directives = group(subparsers, "directives", "通知")
    parser = directives.add_parser("compile", help=TEXT, description=TEXT)
    add_arguments(parser)
    parser.set_defaults(func=run, capability=OPERATOR)
