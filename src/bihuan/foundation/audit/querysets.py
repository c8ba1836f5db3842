"""Queries on the history."""

from __future__ import annotations

from typing import Any

from django.db import models


class EntryQuerySet(models.QuerySet[Any]):
    """Entries, oldest first within a record."""

    def of(self, record: Any) -> EntryQuerySet:
        """The history of one record."""
        if isinstance(record, tuple):
            kind, subject_id = record
        else:
            kind, subject_id = record._meta.label_lower, record.pk
        return self.filter(kind=kind, subject_id=subject_id).order_by("seq")

    def in_chain_order(self) -> EntryQuerySet:
        """All entries, record by record."""
        return self.order_by("kind", "subject_id", "seq")

    def update(self, **changes: Any) -> int:
        """Refuse: history is append-only."""
        raise TypeError("audit.Entry is append-only")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: history is append-only."""
        raise TypeError("audit.Entry is append-only")
