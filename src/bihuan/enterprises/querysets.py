"""Queries on enterprises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, Subquery

from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.foundation.tenancy.models import Ancestry
from bihuan.reference.models import RiskFeature


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
        """By name, short name, credit code or the pinyin initials of the name (dxlc → 定襄砺川…)."""
        text = text.strip()
        if not text:
            return self
        found = Q(name__contains=text) | Q(short_name__contains=text)
        if text.isascii():
            plain = text.upper().replace(" ", "")
            found |= Q(credit_code__startswith=plain) | Q(initials__startswith=plain.lower())
        return self.filter(found)

    def with_tag(self, tag: str) -> EnterpriseQuerySet:
        """Those that carry a risk tag (feature code)."""
        return self.filter(feature_links__code=tag, feature_links__ended_at__isnull=True)

    def on_key_list(self, list_name: str, on: date) -> EnterpriseQuerySet:
        """Those on a key list (重点名单) on a day."""
        listed = Q(key_listings__until__isnull=True) | Q(key_listings__until__gt=on)
        return self.filter(listed, key_listings__list_name=list_name, key_listings__since__lte=on).distinct()

    def supervised_beneath(self, organisation_id: int) -> EnterpriseQuerySet:
        """Those whose lead supervising body is this organisation or lies beneath it."""
        return self.filter(organisation_id__in=Ancestry.objects.filter(ancestor_id=organisation_id).values("descendant_id"))

    def for_lists(self) -> EnterpriseQuerySet:
        """With what a list shows, so that a page costs the same whatever its length."""
        links = self.model.feature_links.rel.related_model.objects.filter(ended_at__isnull=True)
        name = RiskFeature.objects.filter(code=OuterRef("code")).values("name")[:1]
        return self.select_related("supervisor", "reporting_unit").prefetch_related(
            Prefetch("feature_links", queryset=links.annotate(feature_name=Subquery(name)).order_by("code"))
        )

    def helped_or_benchmark(self) -> EnterpriseQuerySet:
        """Those that take part in paired help."""
        return self.exclude(pairing_role="")
