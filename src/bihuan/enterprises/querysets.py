"""Queries on enterprises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from bihuan.foundation.access.scoping import ScopedQuerySet


class EnterpriseQuerySet(ScopedQuerySet[Any]):
    """Enterprises, seen by whoever answers for their node."""

    view_capability = "enterprises.view"
    organisation_path = "organisation"
    sector_path = "sector"

    def supervised(self) -> EnterpriseQuerySet:
        """Those that still exist."""
        return self.exclude(status="closed")

    def reported_by(self, units: Iterable[int]) -> EnterpriseQuerySet:
        """Those that these reporting units answer for."""
        return self.filter(reporting_unit_id__in=list(units))

    def search(self, text: str) -> EnterpriseQuerySet:
        """By name, short name or credit code."""
        text = text.strip()
        if not text:
            return self
        return self.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(credit_code__startswith=text.upper()))

    def with_tag(self, tag: str) -> EnterpriseQuerySet:
        """Those that carry a risk tag (feature code)."""
        return self.filter(feature_links__code=tag)

    def helped_or_benchmark(self) -> EnterpriseQuerySet:
        """Those that take part in paired help."""
        return self.exclude(pairing_role="")
