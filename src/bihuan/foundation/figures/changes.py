"""From which moment on a write changes the numbers of a base; noted in the writer's own transaction.

The workflow engine announces every write of a loop record, saved records of other bases send Django's signal, bulk
loaders announce `records.loaded`. A write whose effect begins now needs no note: whoever reads a stored point adds what
happened after it. Rows written by `QuerySet.update` alone are not seen here; the nightly comparison finds those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.signals import post_delete, post_save

from bihuan.foundation.figures.models import Change
from bihuan.foundation.figures.registry import Base, all_figures
from bihuan.foundation.lib.events import subscribe
from bihuan.foundation.lib.times import utc_now

# Points are stored this much later than their moment: a slower transaction may still commit something older.
SETTLED = timedelta(minutes=10)
EVER = datetime(1900, 1, 1, tzinfo=UTC)
Values = Mapping[str, Any]


def bases_of(model: type[models.Model]) -> list[Base]:
    """The bases whose records are of this model."""
    bases = {item.base.key: item.base for item in all_figures().values()}
    return [base for base in bases.values() if base.queryset().model is model]


def columns_in(condition: Q) -> Iterator[str]:
    """Names of the columns that a condition asks for."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from columns_in(child)
        elif isinstance(child, tuple):
            yield str(child[0]).split("__")[0]


def effective_since(base: Base, before: Values | None, after: Values | None) -> datetime | None:
    """The first moment at which a figure of the base differs because a record went from `before` to `after` (None: not there)."""
    figures = [item for item in all_figures().values() if item.base.key == base.key]
    ats = {item.at for item in figures}
    asked = {name for item in figures for name in columns_in(item.when)} | {item.measure.column for item in figures} | {base.unit}
    old, new = _moments(base, ats, before), _moments(base, ats, after)
    same = before is not None and after is not None and all(_of(before, name) == _of(after, name) for name in asked)
    differing = [name for name in {**old, **new} if not same or old.get(name) != new.get(name)]
    return min((moments[name] for name in differing for moments in (old, new) if name in moments), default=None)


def _of(values: Values, name: str) -> Any:
    return values.get(name, values.get(f"{name}_id"))


def _moments(base: Base, ats: Iterable[str], values: Values | None) -> dict[str, datetime]:
    """When the record enters each kind of figure, and when it leaves all of them."""
    if values is None or values[base.window] is None:
        return {}
    found = {at: max(values[base.window], values[at]) for at in ats if values[at] is not None}
    ended = [values[end] for end in base.ends if values[end] is not None]
    return found | ({"end": min(ended)} if ended and found else {})


def note(model: type[models.Model], before: Values | None, after: Values | None) -> None:
    """Note what a write overtakes."""
    for base in bases_of(model):
        since = effective_since(base, before, after)
        if since is not None and since < utc_now() - SETTLED / 2:
            Change.objects.create(base=base.key, since=since)


@subscribe("records.written")
def note_step(record: models.Model, before: Values | None, after: Values, **rest: Any) -> None:
    """A loop record was opened or took a step: the engine writes by conditional update, which sends no signal."""
    note(type(record), before, after)


@subscribe("records.loaded")
def note_load(model: type[models.Model], **rest: Any) -> None:
    """Many records came at once: everything stored is stale."""
    for base in bases_of(model):
        Change.objects.create(base=base.key, since=EVER)


def watch_plain_models() -> None:
    """Listen to saves of records that run on no loop; what they were before is not known, so all their moments count."""

    def saved(sender: type[models.Model], instance: models.Model, **rest: Any) -> None:
        if not hasattr(sender, "flow"):
            note(sender, None, {f.attname: f.value_from_object(instance) for f in sender._meta.concrete_fields})

    post_save.connect(saved, weak=False, dispatch_uid="figures.changes.saved")
    post_delete.connect(saved, weak=False, dispatch_uid="figures.changes.deleted")
