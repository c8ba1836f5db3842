"""The same numbers as `evaluate`, from stored points in time plus what happened since: for dashboards and past weeks.

A point (`Checkpoint`) holds every figure of a base for every unit as of one moment of one window. Reading takes the last
point that no noted change has overtaken and adds the difference that records with a milestone in between make: only those
are looked at, and firms that count once are compared at both moments. Reading never writes; without a fitting point it
evaluates live. The worker refreshes the points of the windows that apps have registered: the end of every day, the
cut-offs named, and one some minutes ago.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from bihuan.foundation.figures.changes import SETTLED
from bihuan.foundation.figures.evaluate import Scope, Table, condition_of, evaluate, in_window
from bihuan.foundation.figures.models import Change, Checkpoint, Turn
from bihuan.foundation.figures.registry import Base, Figure, all_figures
from bihuan.foundation.lib.sm3 import sm3_hex
from bihuan.foundation.lib.times import end_of_day, local_date

# A longer way from the last point costs more than evaluating live.
LONGEST_WAY = timedelta(days=8)
# So many keys are listed in a statement; more are asked for by a subquery.
FEW = 400
Groups = dict[str, list[list[int]]]


@dataclass(frozen=True)
class Window:
    """A window whose figures are read often (a campaign's), with the cut-offs that are read exactly (its Fridays at 15:00)."""

    since: datetime | None
    until: datetime | None
    cutoffs: tuple[datetime, ...] = ()

    @property
    def key(self) -> str:
        """As stored."""
        return "/".join("" if moment is None else moment.isoformat() for moment in (self.since, self.until))

    def scope(self, cutoff: datetime) -> Scope:
        """All units, as of `cutoff`."""
        return Scope(cutoff=cutoff, since=self.since, until=self.until)


Source = Callable[[datetime], Iterable[Window]]
_sources: list[Source] = []


def register_windows(source: Source) -> None:
    """An app names the windows worth keeping points for, as of a time; called in its ready()."""
    if source not in _sources:
        _sources.append(source)


def windows(at: datetime) -> list[Window]:
    """All windows that apps want kept, each once."""
    found: dict[str, Window] = {}
    for source in _sources:
        for window in source(at):
            known = found.get(window.key)
            found[window.key] = window if known is None else Window(window.since, window.until, (*known.cutoffs, *window.cutoffs))
    return list(found.values())


def figures_of(base: Base) -> list[Figure]:
    """Every registered figure of the base, in the order of their keys."""
    return sorted((item for item in all_figures().values() if item.base.key == base.key), key=lambda item: item.key)


def signature(base: Base) -> str:
    """Digest of the definitions: a point computed by others is not used."""
    lines = [f"{f.key}|{f.at}|{f.when}|{f.measure}" for f in figures_of(base)]
    return sm3_hex("\n".join([f"{base.unit}|{base.window}|{base.ends}", *lines]).encode())


def evaluate_from_summary(figures: Sequence[Figure], scope: Scope) -> Table:
    """As `evaluate`, same numbers; from stored points where there are fitting ones, else live."""
    table = Table(scope)
    by_base: dict[str, list[Figure]] = defaultdict(list)
    for item in figures:
        by_base[item.base.key].append(item)
    for group in by_base.values():
        point = latest_point(group[0].base, Window(scope.since, scope.until), scope.cutoff)
        known = point is not None and set(point.figures["keys"]) >= {item.key for item in group}
        if point is None or not known or scope.cutoff - point.moment > LONGEST_WAY:
            live = evaluate(group, scope)
            table.values |= live.values
            table.totals |= live.totals
            continue
        _read(point, group, scope, table)
        if point.moment < scope.cutoff:
            _advance(group, point.moment, scope, table)
    return table


def latest_point(base: Base, window: Window, cutoff: datetime) -> Checkpoint | None:
    """The last stored point up to the cut-off that nothing has overtaken."""
    points = Checkpoint.objects.filter(base=base.key, window=window.key, signature=signature(base), moment__lte=cutoff)
    overtaken = Change.objects.filter(base=base.key).aggregate(since=models.Min("since"))["since"]
    if overtaken is not None:
        points = points.filter(moment__lt=overtaken)
    return points.order_by("-moment").first()


def _read(point: Checkpoint, group: list[Figure], scope: Scope, table: Table) -> None:
    """Take the stored values of the scope's units; a firm known to several of them counts once in the total."""
    places = {key: place for place, key in enumerate(point.figures["keys"])}
    rows = {int(unit): values for unit, values in point.figures["units"].items() if scope.units is None or int(unit) in scope.units}
    for item in group:
        place = places[item.key]
        total = 0
        for unit, values in rows.items():
            table.values[item.key, unit] = values[place]
            total += values[place]
        for units in point.shared.get(item.key, ()):
            inside = sum(scope.units is None or unit in scope.units for unit in units)
            total -= max(0, inside - 1)
        table.totals[item.key] = total


def _advance(group: list[Figure], start: datetime, scope: Scope, table: Table) -> None:
    """Add what records with a milestone after `start` and up to the cut-off changed."""
    base = group[0].base
    earlier = Scope(cutoff=start, since=scope.since, until=scope.until, units=scope.units)
    touched = _touched(base, {item.at for item in group}, start, scope)
    if touched is None:
        return
    added = [item for item in group if item.measure.kind != "distinct"]
    if added:
        _add_differences(added, touched, earlier, scope, table)
    for item in group:
        if item.measure.kind == "distinct":
            _compare_values(item, touched, earlier, scope, table)


def _touched(base: Base, ats: Iterable[str], start: datetime, scope: Scope) -> models.QuerySet[Any] | None:
    """Records of the scope's units with a milestone in between, None when there are none.

    One index a milestone: the keys are united, not the conditions. A few keys are handed over as they are.
    """
    names = dict.fromkeys([base.window, *sorted(ats), *base.ends])
    keys = [base.queryset().order_by().filter(**{f"{name}__gt": start, f"{name}__lte": scope.cutoff}).values("pk") for name in names]
    first, *others = keys
    united = first.union(*others) if others else first
    known = [row["pk"] for row in united[: FEW + 1]]
    if not known:
        return None
    rows = base.queryset().order_by().filter(pk__in=known if len(known) <= FEW else united)
    return rows if scope.units is None else rows.filter(**{f"{base.unit}__in": sorted(scope.units)})


def _counted(item: Figure, scope: Scope) -> Q:
    return in_window(item.base, Scope(scope.cutoff, scope.since, scope.until)) & condition_of(item, scope)


def _add_differences(group: list[Figure], rows: models.QuerySet[Any], earlier: Scope, scope: Scope, table: Table) -> None:
    def measure(item: Figure, when: Q) -> Any:
        return models.Count("pk", filter=when) if item.measure.kind == "count" else Coalesce(models.Sum(item.measure.column, filter=when), 0)

    aggregates = {}
    for number, item in enumerate(group):
        aggregates[f"a{number}"] = measure(item, _counted(item, scope))
        aggregates[f"b{number}"] = measure(item, _counted(item, earlier))
    unit = group[0].base.unit
    for row in rows.values(unit).annotate(**aggregates):
        for number, item in enumerate(group):
            _add(table, item.key, row[unit], int(row[f"a{number}"]) - int(row[f"b{number}"]))


def _add(table: Table, key: str, unit: int, difference: int) -> None:
    table.values[key, unit] = table.values.get((key, unit), 0) + difference
    table.totals[key] = table.totals.get(key, 0) + difference


def _compare_values(item: Figure, touched: models.QuerySet[Any], earlier: Scope, scope: Scope, table: Table) -> None:
    """Of the values (firms) that something happened to: which counted then, which count now, in each unit and at all."""
    base, column = item.base, item.measure.column
    values = touched.filter(item.when).values(column)
    rows = base.queryset().order_by().filter(item.when, **{f"{column}__in": values})
    if scope.units is not None:
        rows = rows.filter(**{f"{base.unit}__in": sorted(scope.units)})
    before = set(rows.filter(_counted(item, earlier)).values_list(base.unit, column))
    after = set(rows.filter(_counted(item, scope)).values_list(base.unit, column))
    for pairs, sign in ((after, 1), (before, -1)):
        for unit, _ in pairs:
            table.values[item.key, unit] = table.values.get((item.key, unit), 0) + sign
        table.totals[item.key] = table.totals.get(item.key, 0) + sign * len({value for _, value in pairs})


def _shared(item: Figure, scope: Scope) -> list[list[int]]:
    """Units that count the same firm, a group for each such firm."""
    base, column = item.base, item.measure.column
    if column == base.unit:
        return []
    rows = base.queryset().order_by().filter(item.when)
    several = rows.values(column).annotate(units=models.Count(base.unit, distinct=True)).filter(units__gt=1).values(column)
    units: dict[Any, list[int]] = defaultdict(list)
    for value, unit in rows.filter(_counted(item, scope), **{f"{column}__in": several}).values_list(column, base.unit).distinct():
        units[value].append(unit)
    return [sorted(group) for group in units.values() if len(group) > 1]


def refresh(at: datetime) -> int:
    """Bring the points of all registered windows up to date; returns how many were made. Safe with several workers."""
    bases, wanted = {item.base.key: item.base for item in all_figures().values()}, windows(at)
    return sum(_refresh_base(base, wanted, at) for base in bases.values())


def _refresh_base(base: Base, wanted: list[Window], at: datetime) -> int:
    with transaction.atomic():
        Turn.objects.get_or_create(base=base.key)
        Turn.objects.select_for_update().get(base=base.key)
        changes = list(Change.objects.filter(base=base.key))
        points, now = Checkpoint.objects.filter(base=base.key), signature(base)
        points.exclude(signature=now, window__in=[window.key for window in wanted]).delete()
        if changes:
            points.filter(moment__gte=min(change.since for change in changes)).delete()
            Change.objects.filter(pk__in=[change.pk for change in changes]).delete()
        return sum(_refresh_window(base, window, now, at) for window in wanted)


def _refresh_window(base: Base, window: Window, now: str, at: datetime) -> int:
    points = Checkpoint.objects.filter(base=base.key, window=window.key, signature=now)
    known = set(points.values_list("moment", flat=True))
    moments = sorted(set(_moments(window, at)))
    points.filter(moment__in=known - set(moments)).delete()
    made = [moment for moment in moments if moment not in known]
    for moment in made:
        store(base, window, moment)
    return len(made)


def _moments(window: Window, at: datetime) -> Iterator[datetime]:
    """The ends of the days so far, the cut-offs that have passed, and one point just settled."""
    settled = at - SETTLED
    if window.until is None or settled <= window.until:
        yield settled
    yield from (cutoff for cutoff in window.cutoffs if cutoff <= settled)
    if window.since is None:
        return
    last = settled if window.until is None else min(settled, window.until + LONGEST_WAY)
    day = local_date(window.since)
    while end_of_day(day) <= last:
        yield end_of_day(day)
        day += timedelta(days=1)


def store(base: Base, window: Window, moment: datetime) -> Checkpoint:
    """Compute and keep one point: from the last one before it, or live."""
    group, scope = figures_of(base), window.scope(moment)
    table = evaluate_from_summary(group, scope)
    units = sorted({unit for _, unit in table.values})
    # Where the units' values add up to the total, no firm is known to two of them.
    overlapping = [item for item in group if sum(table.value(item, unit) for unit in units) != table.total(item)]
    shared: Groups = {item.key: _shared(item, scope) for item in overlapping}
    figures = {"keys": [item.key for item in group], "units": {str(unit): [table.value(item, unit) for item in group] for unit in units}}
    point, _ = Checkpoint.objects.update_or_create(
        base=base.key, window=window.key, signature=signature(base), moment=moment, defaults={"figures": figures, "shared": shared}
    )
    return point


@dataclass(frozen=True)
class Difference:
    """A stored number that is not the live one."""

    figure: str
    unit: int
    stored: int
    live: int


def differences(at: datetime) -> list[Difference]:
    """Compare the newest point of every window and base with live evaluation; what differs is noted for refreshing."""
    found: list[Difference] = []
    for base in {item.base.key: item.base for item in all_figures().values()}.values():
        for window in windows(at):
            point = latest_point(base, window, at)
            if point is None:
                continue
            stored, live = Table(window.scope(point.moment)), evaluate(figures_of(base), window.scope(point.moment))
            _read(point, figures_of(base), stored.scope, stored)
            here = [
                Difference(key, unit, stored.value(key, unit), live.value(key, unit))
                for key, unit in sorted(stored.values.keys() | live.values.keys()) if stored.value(key, unit) != live.value(key, unit)
            ]  # fmt: skip
            if here and window.since is not None:
                Change.objects.create(base=base.key, since=window.since)
            found += here
    return found

