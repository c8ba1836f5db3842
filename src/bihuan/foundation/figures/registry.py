"""Named figures: definition, base, condition, measure. Apps register theirs in summaries.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db import models
from django.db.models import Q


@dataclass(frozen=True)
class Measure:
    """What is added up: records, distinct values of a column, or a column's sum."""

    kind: Literal["count", "distinct", "sum"] = "count"
    column: str = "pk"


def Count() -> Measure:
    """The number of records."""
    return Measure()


def Distinct(column: str) -> Measure:
    """The number of different values of a column (a firm visited twice counts once)."""
    return Measure("distinct", column)


def Sum(column: str) -> Measure:
    """The sum of a column."""
    return Measure("sum", column)


@dataclass(frozen=True)
class Base:
    """The records that a group of figures is computed from, in one query.

    `unit` is the column naming the reporting unit; `window` the time that places a record inside the reporting window;
    `link` the URL name of the list on which the records can be opened. `ends` names milestones from which on a record no
    longer counts (withdrawn, void, linked as a duplicate): before that moment it still does, so a past week stays
    reproducible. `recorded` is the server time at which a record became known, which explains later differences.
    """

    key: str
    title: str
    queryset: Callable[[], models.QuerySet[Any]]
    unit: str
    window: str
    link: str = ""
    ends: tuple[str, ...] = ()
    recorded: str = ""


@dataclass(frozen=True)
class Figure:
    """One number's definition. It counts base records that fulfil `when` and whose milestone `at` lies at or before the cut-off."""

    key: str
    title: str
    unit: str
    base: Base
    at: str
    definition: str
    source: str = ""
    when: Q = field(default_factory=Q)
    measure: Measure = field(default_factory=Measure)
    not_above: str = ""
    part_of: str = ""
    money: bool = False


_figures: dict[str, Figure] = {}


def figure(key: str, title: str, **parts: Any) -> Figure:
    """Define and register a figure; see `Figure` for the parts. Defining a key twice differently is refused."""
    item = Figure(key=key, title=title, **parts)
    known = _figures.get(key)
    if known is not None and known != item:
        raise ValueError(f"figure {key} is defined twice")
    _figures[key] = item
    return item


def get(key: str) -> Figure:
    """The figure of that key; KeyError when there is none."""
    return _figures[key]


def all_figures() -> dict[str, Figure]:
    """Every registered figure by key."""
    return dict(_figures)
