"""Queries on penalty decisions and orders."""

from __future__ import annotations

from typing import Any

from bihuan.foundation.access.scoping import ScopedQuerySet


class EnforcementQuerySet(ScopedQuerySet[Any]):
    """Seen with the firm; a void one counts nowhere."""

    view_capability = "enforcement.view"
    organisation_path = "organisation"
    sector_path = "enterprise__sector"

    def in_force(self) -> EnforcementQuerySet:
        """Those that count."""
        return self.filter(void_at__isnull=True)
