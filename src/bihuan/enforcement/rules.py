"""What a law allows as a fine, read from the band of the code table (处罚幅度). Values in, values out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FEN_PER_WAN = 1_000_000
DEGREES = (("first", "首次"), ("aggravated", "加重"))
FIRM_KEYS = ("fine_wan", "else_fine_wan")
PEOPLE = frozenset({"主要负责人", "投资人", "其他负责人", "安管人员", "直接责任人员", "从业人员"})


@dataclass(frozen=True)
class Limit:
    """A range in 万元, both ends included; 0 as lower end means 以下."""

    degree: str
    low_wan: int
    high_wan: int

    def __str__(self) -> str:
        amount = f"{self.low_wan}至{self.high_wan}万元" if self.low_wan else f"{self.high_wan}万元以下"
        return f"{self.degree}{amount}"

    def holds(self, fen: int) -> bool:
        """Whether an amount lies within it."""
        return self.low_wan * FEN_PER_WAN <= fen <= self.high_wan * FEN_PER_WAN


def limits(band: Mapping[str, Any], target: str) -> list[Limit]:
    """The ranges that a band has for a firm or its principal. `band`: who, first, aggravated as in the pack."""
    persons_only = set(band["who"]) <= PEOPLE
    found: list[Limit] = []
    for key, title in DEGREES:
        part = band.get(key) or {}
        if target == "firm" and not persons_only:
            found += [Limit(title, low, high) for low, high in _firm_ranges(part)]
        if target == "principal":
            names = ("fine_wan", "persons_wan") if persons_only else ("persons_wan",)
            found += [Limit(title, *part[name]) for name in names if name in part]
    return found


def _firm_ranges(part: Mapping[str, Any]) -> Iterator[Sequence[int]]:
    yield from (part[name] for name in FIRM_KEYS if name in part)
    yield from part.get("fine_wan_by_grade", {}).values()
    yield from (tier["fine_wan"] for tier in part.get("tiers", ()))


def not_fixed(band: Mapping[str, Any]) -> bool:
    """Whether the law reckons from income, gain or a former amount, so that no fixed range can be checked."""
    words = ("income_pct", "income_pct_by_grade", "if_gain_ge_10wan", "multiple", "daily", "refer", "on_accident")
    return any(word in (band.get(key) or {}) for key, _ in DEGREES for word in words)


def fault_of_amount(fen: int, band: Mapping[str, Any], target: str) -> str | None:
    """Chinese warning when an amount lies outside every range of the band, or None."""
    ranges = limits(band, target)
    if any(limit.holds(fen) for limit in ranges) or (not_fixed(band) and not ranges):
        return None
    whom = "单位" if target == "firm" else "主要负责人"
    if not ranges:
        return f"该依据没有规定对{whom}的罚款幅度"
    return f"罚款 {fen / FEN_PER_WAN:g} 万元不在该依据对{whom}的法定幅度内（{'；'.join(map(str, ranges))}）"
