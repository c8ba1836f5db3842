"""Queries on issued copies."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.foundation.audit.models import Ref, reference


class IssuedCopyQuerySet(ScopedQuerySet[Any]):
    """Issued copies, in the sight of those who may view documents of the owning organisation."""

    view_capability = "documents.view"
    organisation_path = "organisation"

    def of(self, record: models.Model | Ref) -> Self:
        """Every copy issued for one record, newest first."""
        ref = reference(record)
        return self.filter(subject_kind=ref.kind, subject_id=ref.id).order_by("-issued_at", "-edition")

    def of_kind(self, kind: str) -> Self:
        """Copies made from one template."""
        return self.filter(kind=kind)

    def update(self, **changes: Any) -> int:
        """Refuse: issued copies are never rewritten."""
        raise TypeError("documents.IssuedCopy is append-only")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: issued copies are never deleted."""
        raise TypeError("documents.IssuedCopy is append-only")
