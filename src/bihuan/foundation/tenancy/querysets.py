"""Queries on the organisation tree."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q


class OrganisationQuerySet(models.QuerySet[Any]):
    """Organisations; sight goes by ancestor pairs, never by path prefixes."""

    def beneath(self, ids: Iterable[int]) -> OrganisationQuerySet:
        """The given organisations and everything under them."""
        return self.filter(above__ancestor_id__in=list(ids)).distinct()

    def ancestors_of(self, organisation_id: int) -> OrganisationQuerySet:
        """From the root down to the organisation itself."""
        return self.filter(below__descendant_id=organisation_id).order_by("-below__depth")

    def active(self) -> OrganisationQuerySet:
        """Those that exist today."""
        return self.filter(is_active=True)

    def bureaus(self) -> OrganisationQuerySet:
        """Supervising bodies of every level."""
        return self.filter(kind__in=["province", "city", "county", "zone"])

    def of_kind(self, *kinds: str) -> OrganisationQuerySet:
        """Only these kinds."""
        return self.filter(kind__in=kinds)


class MembershipQuerySet(models.QuerySet[Any]):
    """Appointments."""

    def valid(self, at: datetime) -> MembershipQuerySet:
        """In force at `at`."""
        return self.filter(Q(valid_from__lte=at) & (Q(valid_to__isnull=True) | Q(valid_to__gt=at)))

    def above(self, organisation_id: int) -> MembershipQuerySet:
        """On the organisation or on any above it."""
        return self.filter(organisation__below__descendant_id=organisation_id)
