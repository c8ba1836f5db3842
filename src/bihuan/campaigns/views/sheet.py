"""What the weekly page shows: the official sentences with their figures, last week's values, checks and the flow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from bihuan.campaigns.choices import Narrative
from bihuan.campaigns.layout import Row, annex1
from bihuan.campaigns.models import Return
from bihuan.campaigns.rules import Finding
from bihuan.foundation.figures.registry import Figure
from bihuan.foundation.lib.money import fen_to_wan

HOLE = re.compile(r"\{([a-z_.]+)\}")
Values = Mapping[str, int | None]


@dataclass(frozen=True)
class Part:
    """A stretch of text, or a figure standing in it."""

    text: str = ""
    key: str = ""
    value: str = ""
    last: str = ""
    change: str = ""
    state: str = ""
    url: str = ""
    current: bool = False
    title: str = ""


@dataclass(frozen=True)
class Words:
    """One narrative with last week's beside it."""

    key: str
    label: str
    text: str
    last: str


@dataclass(frozen=True)
class SheetRow:
    """One row of the form as drawn."""

    row: Row
    parts: list[Part]
    words: list[Words]
    waiting: bool


def shown(figure: Figure, value: int | None) -> str:
    """A value as printed: money in 万元, thousands grouped; an empty one as a dash."""
    if value is None:
        return "—"
    if figure.money:
        text = f"{fen_to_wan(value):,.2f}".rstrip("0").rstrip(".")
        return text or "0"
    return f"{value:,}"


def change_of(figure: Figure, now: int | None, before: int | None) -> str:
    """The signed change against last week, empty when there is none."""
    if now is None or before is None or now == before:
        return ""
    sign = "+" if now > before else "-"
    return sign + shown(figure, abs(now - before))


class SheetView:
    """Builds the rows of one return."""

    def __init__(
        self, weekly: Return, values: Values, last: Values | None, narratives: Mapping[str, str], last_words: Mapping[str, str],
        findings: list[Finding], corrected: set[str], current: str = "",
    ) -> None:  # fmt: skip
        self.weekly, self.values, self.last = weekly, values, last
        self.narratives, self.last_words = narratives, last_words
        self.bad = {key for f in findings if f.severity == "block" for key in f.figures}
        self.corrected, self.current = corrected, current

    def rows(self) -> list[SheetRow]:
        """All rows of Annex 1."""
        return [self._row(row) for row in annex1().rows]

    def _row(self, row: Row) -> SheetRow:
        slots = annex1().slots_of(row.seq)
        waiting = bool(slots) and all(self.values.get(s.figure) is None for s in slots)
        text = row.sentence or ("{deployment.plans}个县（市、区）制定了实施方案（通知）。" if row.seq == 1 else "")
        return SheetRow(row, [] if waiting else self._parts(text), [self._words(key) for key in row.narratives], waiting)

    def _parts(self, sentence: str) -> list[Part]:
        parts, here = [], 0
        for hole in HOLE.finditer(sentence):
            parts.append(Part(text=sentence[here : hole.start()]))
            parts.append(self.part(annex1().slot(hole[1]).definition))
            here = hole.end()
        return [*parts, Part(text=sentence[here:])]

    def part(self, figure: Figure) -> Part:
        """One figure with last week's value and its state."""
        now = self.values.get(figure.key)
        before = self.last.get(figure.key) if self.last else None
        state = "bad" if figure.key in self.bad else "man" if figure.key in self.corrected else ""
        return Part(
            key=figure.key, value=shown(figure, now), last="" if self.last is None else shown(figure, before),
            change=change_of(figure, now, before), state=state, current=figure.key == self.current, title=figure.title,
            url=reverse("campaigns:return", args=[self.weekly.pk]) + f"?fig={figure.key}#fig",
        )  # fmt: skip

    def _words(self, key: str) -> Words:
        return Words(key, Narrative(key).label, self.narratives.get(key, ""), self.last_words.get(key, ""))


def unit_table(figure: Figure, now: Mapping[str, Values], before: Mapping[str, Values] | None, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The drill-down by unit: last week, this week, change; units with something first."""
    rows = []
    for unit, values in now.items():
        value = values.get(figure.key)
        past = (before or {}).get(unit, {}).get(figure.key) if before is not None else None
        rows.append(
            {"unit": names.get(unit, unit), "id": unit, "last": shown(figure, past), "now": shown(figure, value), "change": change_of(figure, value, past), "value": value or 0}
        )
    return sorted(rows, key=lambda r: -int(r["value"]))
