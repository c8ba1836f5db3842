"""Pipelines that leak again and again, and equipment that the phase-out catalogue names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

LEAKS = 2
"""So many leaks within the window flag a pipeline without a plan of replacement (晋市应急工贸发〔2025〕39号 三(十一))."""
WINDOW = timedelta(days=365)


def leak_window(day: date) -> date:
    """Leaks after this day count on `day`."""
    return day - WINDOW


def flagged(leaks: Iterable[date], *, planned: bool, on: date) -> bool:
    """Whether a pipeline leaked twice or more within twelve months and nobody plans its replacement."""
    return not planned and sum(1 for day in leaks if leak_window(on) < day <= on) >= LEAKS


@dataclass(frozen=True)
class PhaseOut:
    """One line of the phase-out catalogue: words that name the process or equipment, and until when it may run."""

    code: str
    words: tuple[str, ...]
    eliminate_by: date
    source: str

    def names(self, text: str) -> bool:
        """Whether a description is this line's process or equipment."""
        plain = re.sub(r"\s", "", text)
        return any(word in plain for word in self.words)


def read_catalogue(content: Mapping[str, Any]) -> list[PhaseOut]:
    """The lines of a pack."""
    return [PhaseOut(row["code"], tuple(row["words"]), row["eliminate_by"], f"{content['source']} {row['code']}") for row in content["items"]]


def match(text: str, catalogue: Iterable[PhaseOut]) -> PhaseOut | None:
    """The line with the earliest date that names this equipment."""
    return min((row for row in catalogue if row.names(text)), key=lambda row: row.eliminate_by, default=None)
