"""Computes figures: all of one base for all units in one grouped query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from bihuan.foundation.figures.registry import Base, Figure
from bihuan.foundation.lib.sm3 import sm3_hex


@dataclass(frozen=True)
class Scope:
    """Which records count: these units (None: all), the window's first moment (None: ever), and the cut-off."""

    cutoff: datetime
    since: datetime | None = None
    until: datetime | None = None
    units: frozenset[int] | None = None

    @classmethod
    def of(cls, *, cutoff: datetime, since: datetime | None = None, until: datetime | None = None, units: Iterable[int] | None = None) -> Scope:
        """Build a scope; `until` is the window's last moment (the campaign's end), whatever the cut-off."""
        return cls(cutoff=cutoff, since=since, until=until, units=None if units is None else frozenset(units))


@dataclass
class Table:
    """Evaluated figures by unit."""

    scope: Scope
    values: dict[tuple[str, int], int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)

    def value(self, figure: Figure | str, unit: int) -> int:
        """A unit's value; 0 where it has no record."""
        return self.values.get((figure if isinstance(figure, str) else figure.key, unit), 0)

    def total(self, figure: Figure | str) -> int:
        """The value over all units of the scope together; a firm known to several units counts once."""
        return self.totals.get(figure if isinstance(figure, str) else figure.key, 0)


def in_window(base: Base, scope: Scope) -> Q:
    """Records of the base that belong to the scope's window and units."""
    last = scope.cutoff if scope.until is None else min(scope.cutoff, scope.until)
    condition = Q(**{f"{base.window}__lte": last})
    if scope.since is not None:
        condition &= Q(**{f"{base.window}__gte": scope.since})
    for end in base.ends:
        condition &= Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": scope.cutoff})
    if scope.units is not None:
        condition &= Q(**{f"{base.unit}__in": sorted(scope.units)})
    return condition


def condition_of(figure: Figure, scope: Scope) -> Q:
    """What a record must fulfil to be counted, beyond lying in the window."""
    if figure.at == figure.base.window:
        return figure.when
    return figure.when & Q(**{f"{figure.at}__lte": scope.cutoff})


def _aggregate(figure: Figure, scope: Scope) -> Any:
    condition = condition_of(figure, scope)
    chosen = condition if condition else None
    if figure.measure.kind == "count":
        return models.Count("pk", filter=chosen)
    if figure.measure.kind == "distinct":
        return models.Count(figure.measure.column, filter=chosen, distinct=True)
    return Coalesce(models.Sum(figure.measure.column, filter=chosen), 0)


def evaluate(figures: Sequence[Figure], scope: Scope) -> Table:
    """Evaluate figures for every unit of the scope: one grouped query per base, one more where firms are counted once."""
    table = Table(scope)
    by_base: dict[str, list[Figure]] = defaultdict(list)
    for item in figures:
        by_base[item.base.key].append(item)
    for group in by_base.values():
        _evaluate_base(group, scope, table)
    return table


def _evaluate_base(group: list[Figure], scope: Scope, table: Table) -> None:
    base = group[0].base
    rows = base.queryset().order_by().filter(in_window(base, scope))
    aliases = {f"f{i}": item for i, item in enumerate(group)}
    grouped = rows.values(base.unit).annotate(**{alias: _aggregate(item, scope) for alias, item in aliases.items()})
    for row in grouped:
        for alias, item in aliases.items():
            value = int(row[alias] or 0)
            table.values[item.key, row[base.unit]] = value
            if item.measure.kind != "distinct":
                table.totals[item.key] = table.totals.get(item.key, 0) + value
    distinct = {alias: item for alias, item in aliases.items() if item.measure.kind == "distinct"}
    if distinct:
        once = rows.aggregate(**{alias: _aggregate(item, scope) for alias, item in distinct.items()})
        table.totals.update({item.key: int(once[alias] or 0) for alias, item in distinct.items()})


def records(figure: Figure, scope: Scope) -> models.QuerySet[Any]:
    """The records that the figure counts."""
    return figure.base.queryset().filter(in_window(figure.base, scope) & condition_of(figure, scope))


@dataclass(frozen=True)
class Passport:
    """Where a number comes from (数字护照)."""

    figure: Figure
    scope: Scope
    value: int
    records: int
    digest: str


def passport(figure: Figure, scope: Scope) -> Passport:
    """Value, number of records and SM3 digest of their ids, all from the same records."""
    rows = records(figure, scope)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    if figure.measure.kind == "count":
        value = len(ids)
    elif figure.measure.kind == "distinct":
        value = rows.order_by().values(figure.measure.column).distinct().count()
    else:
        value = rows.aggregate(v=Coalesce(models.Sum(figure.measure.column), 0))["v"]
    return Passport(figure, scope, int(value), len(ids), sm3_hex(",".join(map(str, ids)).encode()))
