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

    def beneath(self, organisation_id: int) -> EnforcementQuerySet:
        """Those against firms under an organisation."""
        return self.filter(organisation__above__ancestor_id=organisation_id)

    def of_hazard(self, hazard_id: int) -> EnforcementQuerySet:
        """Those that rest on one hazard."""
        return self.filter(hazard_id=hazard_id)

    def with_names(self) -> EnforcementQuerySet:
        """Everything a list row shows, without further queries."""
        return self.select_related("enterprise", "unit", "body")
