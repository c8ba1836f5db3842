"""Queries on jobs and schedules."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from django.db import models

from bihuan.foundation.jobs.choices import OPEN_STATES, JobState


class Person(Protocol):
    """Whoever looks; this app lies below access and knows only the id."""

    @property
    def user_id(self) -> int | None: ...


class JobRunQuerySet(models.QuerySet[Any]):
    """Jobs; a person sees their own."""

    def owned_by(self, user_id: int | None) -> JobRunQuerySet:
        """The jobs this person started; nobody owns the system's."""
        return self.filter(owner_id=user_id) if user_id is not None else self.none()

    def visible_to(self, actor: Person) -> JobRunQuerySet:
        """One's own jobs, nobody else's."""
        return self.owned_by(actor.user_id)

    def open(self) -> JobRunQuerySet:
        """Waiting or running."""
        return self.filter(state__in=OPEN_STATES)

    def ready(self, at: datetime) -> JobRunQuerySet:
        """Waiting, and due to be tried."""
        return self.filter(state=JobState.QUEUED, not_before__lte=at).order_by("not_before", "pk")


class ScheduleQuerySet(models.QuerySet[Any]):
    """Schedules."""

    def due(self, at: datetime) -> ScheduleQuerySet:
        """Those whose next run has come."""
        return self.filter(enabled=True, next_run__lte=at).order_by("next_run", "pk")
