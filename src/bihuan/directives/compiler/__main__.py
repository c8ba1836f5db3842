"""``python -m bihuan.directives.compiler FILE [--json OUT] [--xlsx OUT]``."""

import argparse

from .command import TEXT, add_arguments, run

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bihuan.directives.compiler", description=TEXT)
    add_arguments(parser)
    raise SystemExit(run(parser.parse_args()))
