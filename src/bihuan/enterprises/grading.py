"""The formula in force, and where its facts come from: this app, and higher apps that register theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from bihuan.enterprises.rules.grading import Formula, read_formula
from bihuan.foundation.lib.problems import Problem

PACKS = Path(__file__).parent / "packs"
Provider = Callable[[Sequence[int], datetime], Mapping[int, int]]
"""(enterprise ids, at) → fact by enterprise id, in one query for all; firms left out count as 0."""
_providers: dict[str, Provider] = {}


def register_facts(key: str, provider: Provider) -> None:
    """Give a fact of the formula (`open_majors`, `position_gaps`); called in an app's ready()."""
    _providers[key] = provider


def providers() -> dict[str, Provider]:
    """All registered facts."""
    return dict(_providers)


@cache
def formulas() -> tuple[Formula, ...]:
    """All versions: those installed and the bureau's own, oldest first."""
    files = [*PACKS.glob("grade_*.yaml"), *(Path(settings.DATA_DIR) / "packs").glob("grade_*.yaml")]
    found = [read_formula(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files]
    return tuple(sorted(found, key=lambda f: (f.effective_from, f.version)))


def formula_on(day: date) -> Formula:
    """The version in force on a day; before the first one the first."""
    if not formulas():
        raise Problem("enterprises.no_formula", "没有安装风险分级办法数据包。")
    return next((f for f in reversed(formulas()) if f.effective_from <= day), formulas()[0])
