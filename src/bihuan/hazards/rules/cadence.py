"""Cadences of the principal's checks: several notices may ask; the strictest is the task, one visit satisfies all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Period = Literal["week", "month", "quarter"]
STRICTNESS: dict[Period, int] = {"week": 0, "month": 1, "quarter": 2}
WORDS: dict[Period, str] = {"week": "每周", "month": "每月", "quarter": "每季度"}


@dataclass(frozen=True)
class Cadence:
    """One rule: at least one visit in every period, for the firms it speaks of (empty lists: every firm)."""

    key: str
    title: str
    period: Period
    source: str
    sectors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()

    def applies(self, *, sector: str, tags: Iterable[str], division: str) -> bool:
        """Whether the rule speaks of such a firm."""
        return (
            (not self.sectors or sector in self.sectors)
            and (not self.tags or bool(set(self.tags) & set(tags)))
            and (not self.divisions or any(division.startswith(code) for code in self.divisions))
        )


def read_cadences(rows: Iterable[Mapping[str, object]]) -> list[Cadence]:
    """Rules as the pack states them."""
    return [
        Cadence(key=str(row["key"]), title=str(row["title"]), period=row["period"], source=str(row["source"]),  # type: ignore[arg-type]
                sectors=tuple(row["sectors"]), tags=tuple(row["tags"]), divisions=tuple(row["divisions"]))  # type: ignore[arg-type]
        for row in rows
    ]  # fmt: skip


def first_day(period: Period, day: date) -> date:
    """First day of the period that holds `day`; weeks start on Monday."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    month = day.month if period == "month" else (day.month - 1) // 3 * 3 + 1
    return date(day.year, month, 1)


def next_first_day(period: Period, day: date) -> date:
    """First day of the following period."""
    start = first_day(period, day)
    return start + timedelta(days=7) if period == "week" else first_day(period, start + timedelta(days=32 if period == "month" else 95))


@dataclass(frozen=True)
class CadenceState:
    """How a firm stands with one rule."""

    rule: Cadence
    last_visit: date | None
    satisfied: bool
    due_on: date
    missed: tuple[date, ...]

    @property
    def overdue(self) -> bool:
        """A whole period passed without a visit, and there has been none since."""
        return bool(self.missed) and (self.last_visit is None or self.last_visit < self.missed[-1])

    @property
    def overdue_since(self) -> date | None:
        """The day after the missed period."""
        return next_first_day(self.rule.period, self.missed[-1]) if self.overdue else None


def state_of(rule: Cadence, visits: Sequence[date], *, since: date, today: date) -> CadenceState:
    """Judge the visits: whole periods from the first one beginning on or after `since`, up to the last one that is over."""
    made = {first_day(rule.period, visit) for visit in visits if visit <= today}
    current = first_day(rule.period, today)
    missed, start = [], first_day(rule.period, since)
    if start < since:
        start = next_first_day(rule.period, since)
    while start < current:
        if start not in made:
            missed.append(start)
        start = next_first_day(rule.period, start)
    past = [visit for visit in visits if visit <= today]
    return CadenceState(
        rule=rule, last_visit=max(past, default=None), satisfied=current in made,
        due_on=next_first_day(rule.period, today) - timedelta(days=1), missed=tuple(missed),
    )  # fmt: skip


@dataclass(frozen=True)
class Duty:
    """The one task that comes out of all rules: the strictest, with the notices it satisfies."""

    strictest: CadenceState
    all: tuple[CadenceState, ...]

    @property
    def sources(self) -> list[str]:
        """Every notice that one visit satisfies."""
        return [f"{state.rule.title}（{state.rule.source}）" for state in self.all]


def resolve(rules: Iterable[Cadence], visits: Sequence[date], *, since: date, today: date) -> Duty | None:
    """The strictest of the applicable rules; None where none applies."""
    states = sorted((state_of(rule, visits, since=since, today=today) for rule in rules), key=lambda s: STRICTNESS[s.rule.period])
    return Duty(states[0], tuple(states)) if states else None
