"""Safety expenses (安全生产费用): what is to be set aside, and what may be paid from it; what is overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

FEN_PER_WAN = 1_000_000


@dataclass(frozen=True)
class Tier:
    """One band of revenue: up to `up_to` fen (None: without end) at so many ten-thousandths."""

    up_to: int | None
    basis_points: int


@dataclass(frozen=True)
class ExpenseRules:
    """The pack: tiers by sector and the categories of use."""

    source: str
    verified: bool
    tiers: Mapping[str, tuple[Tier, ...]]
    categories: Mapping[str, str]


def extraction(revenue: int, tiers: Sequence[Tier]) -> int:
    """What must be set aside for a year, in fen, from last year's revenue in fen: each band at its own rate (超额累退)."""
    due, lower = 0, 0
    for tier in tiers:
        upper = revenue if tier.up_to is None else min(revenue, tier.up_to)
        if upper > lower:
            due += (upper - lower) * tier.basis_points
            lower = upper
    return due // 10_000


def outside(category: str, rules: ExpenseRules) -> str | None:
    """Why a spending is flagged, or None: the fund may be used only for the listed purposes (专款专用)."""
    return None if category in rules.categories else f"不属于安全生产费用使用范围（{rules.source}），请核实或调整科目"


def overdue(due: date | None, on: date) -> bool:
    """Whether a day of replacement or test has passed."""
    return due is not None and due < on


def read_rules(content: Mapping[str, Any]) -> ExpenseRules:
    """The rules of a pack."""
    tiers = {
        sector: tuple(Tier(row["to"] * FEN_PER_WAN if "to" in row else None, row["basis_points"]) for row in rows)
        for sector, rows in content["extraction"].items()
    }
    return ExpenseRules(content["source"], bool(content.get("verified")), tiers, {row["code"]: row["title"] for row in content["categories"]})
