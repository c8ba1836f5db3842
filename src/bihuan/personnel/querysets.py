"""Queries on appointments."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from bihuan.foundation.access.scoping import ScopedQuerySet


class AppointmentQuerySet(ScopedQuerySet[Any]):
    """Appointments, seen with the firm."""

    view_capability = "personnel.view"
    organisation_path = "enterprise__organisation"

    def on(self, day: date) -> AppointmentQuerySet:
        """In office that day."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)
