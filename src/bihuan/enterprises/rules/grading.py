"""Risk grade (风险分级): points from facts by a versioned formula, explained, with what would lower the grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

GRADES = ("blue", "yellow", "orange", "red")
"""From low to high."""
Facts = Mapping[str, int]


@dataclass(frozen=True)
class Factor:
    """One factor: how a fact becomes points, and to which value the firm itself can bring it."""

    key: str
    title: str
    kind: str
    source: str
    points: int = 0
    most: int | None = None
    bands: tuple[tuple[int, int], ...] = ()
    table: Mapping[int, int] | None = None
    reachable: int | None = None
    how: str = ""

    def points_of(self, fact: int) -> int:
        """Points for a value of the fact; an unknown value of a table counts as its first row."""
        if self.kind == "per":
            return min(fact * self.points, self.most) if self.most is not None else fact * self.points
        if self.kind == "when":
            return self.points if fact else 0
        if self.kind == "bands":
            return max((points for least, points in self.bands if fact >= least), default=0)
        table = self.table or {}
        return table.get(fact, next(iter(table.values()), 0))


@dataclass(frozen=True)
class Formula:
    """One version of the method, in force from a day on."""

    key: str
    title: str
    version: str
    effective_from: date
    source: str
    verified: bool
    factors: tuple[Factor, ...]
    thresholds: Mapping[str, int]
    inspections: Mapping[str, Mapping[int, int]]

    def grade_of(self, score: int) -> str:
        """The grade of a score: the highest whose threshold is reached."""
        return next(grade for grade in reversed(GRADES) if score >= self.thresholds[grade] or grade == "blue")

    def frequency(self, grade: str, level: int) -> int:
        """Planned inspections a year: fewer the better the standardisation (差异化监管)."""
        row = self.inspections[grade]
        return row.get(level, row[0])


@dataclass(frozen=True)
class Contribution:
    """What one factor added."""

    key: str
    title: str
    fact: int
    points: int
    source: str


@dataclass(frozen=True)
class Score:
    """Score, grade, planned inspections, and every contribution."""

    score: int
    grade: str
    inspections: int
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True)
class Improvement:
    """A set of changes and the grade they lead to: `facts` is what to change to what."""

    facts: Mapping[str, int]
    steps: tuple[str, ...]
    score: int
    grade: str
    inspections: int


def score(formula: Formula, facts: Facts) -> Score:
    """Grade a firm; facts that are not given count as 0."""
    parts = tuple(Contribution(f.key, f.title, facts.get(f.key, 0), f.points_of(facts.get(f.key, 0)), f.source) for f in formula.factors)
    total = sum(part.points for part in parts)
    grade = formula.grade_of(total)
    return Score(total, grade, formula.frequency(grade, facts.get("standardisation_level", 0)), parts)


def better(factor: Factor, fact: int) -> int | None:
    """The value the firm can reach when that gives fewer points than now; None otherwise."""
    target = factor.reachable
    if target is None or factor.points_of(target) >= factor.points_of(fact):
        return None
    return target


def improvements(formula: Formula, facts: Facts) -> list[Improvement]:
    """What would lower the grade, least effort first: single changes, then the fewest together for each lower grade.

    Every improvement holds what `score` gives for the changed facts: nothing is estimated.
    """
    now = score(formula, facts)
    options = [(f, target) for f in formula.factors if (target := better(f, facts.get(f.key, 0))) is not None]
    options.sort(key=lambda o: o[0].points_of(o[1]) - o[0].points_of(facts.get(o[0].key, 0)))
    found = [_changed(formula, facts, [option]) for option in options]
    reached = {item.grade for item in found} | {now.grade}
    for count in range(2, len(options) + 1):
        together = _changed(formula, facts, options[:count])
        if together.grade not in reached:
            reached.add(together.grade)
            found.append(together)
    return found


def _changed(formula: Formula, facts: Facts, options: list[tuple[Factor, int]]) -> Improvement:
    changes = {factor.key: target for factor, target in options}
    then = score(formula, {**facts, **changes})
    return Improvement(changes, tuple(factor.how for factor, _ in options), then.score, then.grade, then.inspections)


def read_formula(content: Mapping[str, Any]) -> Formula:
    """A formula from the mapping of its pack; ValueError in Chinese when it does not fit."""
    missing = {"key", "title", "version", "effective_from", "source", "factors", "thresholds", "inspections"} - set(content)
    if missing:
        raise ValueError(f"分级办法缺少 {'、'.join(sorted(missing))}")
    if set(content["thresholds"]) != set(GRADES) or set(content["inspections"]) != set(GRADES):
        raise ValueError("分级办法的 thresholds 和 inspections 须包含 red、orange、yellow、blue 四级")
    limits = [content["thresholds"][grade] for grade in GRADES]
    if limits != sorted(limits):
        raise ValueError("分级办法的阈值须由低到高递增")
    return Formula(
        key=content["key"], title=content["title"], version=str(content["version"]), effective_from=content["effective_from"],
        source=content["source"], verified=bool(content.get("verified")), factors=tuple(_factor(row) for row in content["factors"]),
        thresholds=dict(content["thresholds"]), inspections={g: {int(k): v for k, v in row.items()} for g, row in content["inspections"].items()},
    )  # fmt: skip


def _factor(row: Mapping[str, Any]) -> Factor:
    if row["kind"] not in ("per", "when", "bands", "table"):
        raise ValueError(f"因素 {row['key']} 的 kind“{row['kind']}”不是 per、when、bands、table 之一")
    improve = row.get("improve") or {}
    return Factor(
        key=row["key"], title=row["title"], kind=row["kind"], source=row["source"], points=row.get("points", 0), most=row.get("max"),
        bands=tuple((least, points) for least, points in row.get("bands", ())),
        table={int(k): v for k, v in row["table"].items()} if "table" in row else None, reachable=improve.get("to"), how=improve.get("how", ""),
    )  # fmt: skip
