"""The position rules as installed, or the bureau's own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from bihuan.personnel.rules import PositionRule, read_rules

INSTALLED = Path(__file__).parent / "packs" / "positions.yaml"


@cache
def position_rules() -> tuple[PositionRule, ...]:
    """The bureau's own file replaces the installed one."""
    own = Path(settings.DATA_DIR) / "packs" / "positions.yaml"
    file = own if own.exists() else INSTALLED
    return read_rules(yaml.safe_load(file.read_text(encoding="utf-8")))
