"""Queries on the ledgers."""

from __future__ import annotations

from datetime import date
from typing import Any

from bihuan.foundation.access.scoping import ScopedQuerySet


class LedgerQuerySet(ScopedQuerySet[Any]):
    """Rows of a ledger, seen with the firm."""

    view_capability = "registers.view"
    organisation_path = "enterprise__organisation"

    def past_replacement(self, on: date) -> LedgerQuerySet:
        """Protective equipment past its date and not replaced."""
        return self.filter(replace_by__lt=on, replaced_on__isnull=True)

    def past_test(self, on: date) -> LedgerQuerySet:
        """Equipment past the date of its test."""
        return self.filter(next_due__lt=on)

    def flagged(self) -> LedgerQuerySet:
        """Spending outside the allowed purposes."""
        return self.exclude(flag="")
