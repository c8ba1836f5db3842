"""Command groups that several apps share."""

import argparse

from bihuan.foundation.lib.commands import group


def test_two_apps_add_to_the_same_group() -> None:
    parser = argparse.ArgumentParser()
    top = parser.add_subparsers(dest="command")
    group(top, "export", "导出").add_parser("ledger").set_defaults(chosen="ledger")
    group(top, "export", "导出").add_parser("weekly").set_defaults(chosen="weekly")
    assert parser.parse_args(["export", "ledger"]).chosen == "ledger"
    assert parser.parse_args(["export", "weekly"]).chosen == "weekly"
