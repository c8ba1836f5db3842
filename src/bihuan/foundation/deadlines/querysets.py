"""Queries on clocks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.foundation.audit.models import Ref, reference
from bihuan.foundation.deadlines.choices import ClockState

if TYPE_CHECKING:
    from bihuan.foundation.deadlines.models import Clock  # noqa: F401


class ClockQuerySet(ScopedQuerySet["Clock"]):
    """Clocks; an overdue one is a running one whose due moment has passed."""

    view_capability = "deadlines.view"
    organisation_path = "organisation"

    def of(self, record: models.Model | Ref) -> Self:
        """The clocks of one record, newest first."""
        ref = reference(record)
        return self.filter(subject_kind=ref.kind, subject_id=ref.id).order_by("-started_at", "-pk")

    def running(self) -> Self:
        """Clocks that count now; paused and stopped ones do not."""
        return self.filter(state=ClockState.RUNNING)

    def open(self) -> Self:
        """Clocks not stopped yet: running or paused."""
        return self.exclude(state=ClockState.STOPPED)

    def overdue(self, at: datetime) -> Self:
        """Running clocks whose due moment lies before `at`; whether the sweep has passed makes no difference."""
        return self.running().filter(due_at__lt=at)

    def due_within(self, at: datetime, until: datetime) -> Self:
        """Running clocks that fall due from `at` up to `until`."""
        return self.running().filter(due_at__gte=at, due_at__lte=until)

    def to_sweep(self, at: datetime) -> Self:
        """Overdue clocks not marked yet and not put back after a fault."""
        ready = Q(sweep_not_before__isnull=True) | Q(sweep_not_before__lte=at)
        return self.overdue(at).filter(ready, overdue_at__isnull=True).order_by("due_at", "pk")
