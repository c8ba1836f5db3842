"""The expense rules as installed, or the bureau's own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from bihuan.registers.rules import ExpenseRules, read_rules

INSTALLED = Path(__file__).parent / "packs" / "expenses.yaml"


@cache
def expense_rules() -> ExpenseRules:
    """The bureau's own file replaces the installed one."""
    own = Path(settings.DATA_DIR) / "packs" / "expenses.yaml"
    return read_rules(yaml.safe_load((own if own.exists() else INSTALLED).read_text(encoding="utf-8")))
