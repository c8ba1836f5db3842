"""The layout of Annex 1 as data: slots, sentences, and which figures reconcile with Annex 2."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bihuan.foundation.figures.registry import Figure, get

PACKS = Path(__file__).parent / "packs"


@dataclass(frozen=True)
class Slot:
    """One number's place in the form."""

    name: str
    row: int
    figure: str
    null_until_cross: bool

    @property
    def definition(self) -> Figure:
        """The figure that stands there."""
        return get(self.figure)


@dataclass(frozen=True)
class Row:
    """One row of the form."""

    seq: int
    category: str
    note: str
    sentence: str
    narratives: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """The whole form."""

    version: str
    source: str
    rows: tuple[Row, ...]
    slots: tuple[Slot, ...]
    reconciling: tuple[str, ...]
    ledger_majors: tuple[str, ...]

    def slots_of(self, row: int) -> list[Slot]:
        """The numbers of one row, in reading order."""
        return [s for s in self.slots if s.row == row]

    def figures(self) -> list[Figure]:
        """Every figure of the form and of its reconciliation, once."""
        keys = dict.fromkeys([s.figure for s in self.slots] + list(self.reconciling))
        return [get(key) for key in keys]

    def slot(self, name: str) -> Slot:
        """The slot of that name."""
        return next(s for s in self.slots if s.name == name)


@cache
def annex1() -> Layout:
    """Annex 1 as the installed pack lays it out."""
    data = yaml.safe_load((PACKS / "annex1.yaml").read_text(encoding="utf-8"))
    by_row: dict[int, list[str]] = {}
    for key, row in data["narratives"].items():
        by_row.setdefault(row, []).append(key)
    return Layout(
        version=str(data["version"]), source=data["source"],
        rows=tuple(
            Row(r["seq"], r["category"], r.get("note", ""), data["sentences"].get(r["seq"], ""), tuple(by_row.get(r["seq"], ())))
            for r in data["rows"]
        ),
        slots=tuple(Slot(n, s["row"], s["figure"], s.get("null_until") == "cross") for n, s in data["slots"].items()),
        reconciling=tuple(data["reconciling"]), ledger_majors=tuple(data["ledger_majors"]),
    )  # fmt: skip
