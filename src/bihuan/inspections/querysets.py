"""Queries on visits."""

from __future__ import annotations

from typing import Any

from bihuan.foundation.access.scoping import ScopedQuerySet


class VisitQuerySet(ScopedQuerySet[Any]):
    """Visits, seen with the firm."""

    view_capability = "inspections.view"
    organisation_path = "organisation"
    sector_path = "enterprise__sector"

    def not_void(self) -> VisitQuerySet:
        """Those that count."""
        return self.exclude(status="void")


class ProblemListQuerySet(ScopedQuerySet[Any]):
    """Problem lists, seen with their visit."""

    view_capability = "inspections.view"
    organisation_path = "visit__organisation"
