"""Queries on benchmark firms and pairings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from bihuan.foundation.access.scoping import ScopedQuerySet


class AssistanceQuerySet(ScopedQuerySet[Any]):
    """Seen with the firm."""

    view_capability = "assistance.view"
    organisation_path = "organisation"

    def in_force(self, at: datetime) -> AssistanceQuerySet:
        """Running at `at`."""
        return self.filter(Q(started_at__lte=at) & (Q(ended_at__isnull=True) | Q(ended_at__gt=at)))

    def running(self) -> AssistanceQuerySet:
        """Not ended."""
        return self.filter(ended_at__isnull=True)

    def beneath(self, organisation_id: int) -> AssistanceQuerySet:
        """Those of firms under an organisation."""
        return self.filter(organisation__above__ancestor_id=organisation_id)


class ServiceVisitQuerySet(ScopedQuerySet[Any]):
    """Service visits, seen with the firm."""

    view_capability = "assistance.view"
    organisation_path = "organisation"

    def beneath(self, organisation_id: int) -> ServiceVisitQuerySet:
        """Those to firms under an organisation."""
        return self.filter(organisation__above__ancestor_id=organisation_id)
