"""The table of settings is complete."""

from __future__ import annotations

import re

from tests.architecture.tree import ROOT, SOURCE

NAME = re.compile(r"BIHUAN_[A-Z_]+")
TABLE = ROOT / "docs/reference/configuration.md"


def test_every_variable_that_settings_read_is_documented() -> None:
    read = set(NAME.findall((SOURCE / "config/settings.py").read_text(encoding="utf-8")))
    documented = set(NAME.findall(TABLE.read_text(encoding="utf-8")))
    assert read <= documented, f"missing in {TABLE.name}: {sorted(read - documented)}"


def test_settings_can_be_read_in_one_sitting() -> None:
    assert len((SOURCE / "config/settings.py").read_text(encoding="utf-8").splitlines()) < 300
