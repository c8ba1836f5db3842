"""Queries on attachments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.attachments import registry
from bihuan.foundation.audit.models import Ref, reference


class AttachmentQuerySet(models.QuerySet[Any]):
    """Attachments. Their scope is their owner's."""

    def visible_to(self, actor: Actor) -> AttachmentQuerySet:
        """Those whose owning record the actor sees."""
        return self.filter(registry.condition(actor))

    def of(self, record: models.Model | Ref) -> AttachmentQuerySet:
        """The files of one record that count: withdrawn ones and redacted copies left out; oldest first."""
        return self.history_of(record).in_use()

    def of_all(self, records: Iterable[models.Model | Ref]) -> AttachmentQuerySet:
        """The files that count of several records of one kind, in one query (for lists)."""
        refs = [reference(record) for record in records]
        kinds = {ref.kind for ref in refs}
        if len(kinds) > 1:
            raise ValueError("records of one kind only")
        return self.filter(owner_kind__in=kinds, owner_id__in=[ref.id for ref in refs]).in_use().order_by("pk")

    def history_of(self, record: models.Model | Ref) -> AttachmentQuerySet:
        """Every file ever attached to the record, withdrawn and redacted ones included."""
        ref = reference(record)
        return self.filter(owner_kind=ref.kind, owner_id=ref.id).order_by("pk")

    def in_use(self) -> AttachmentQuerySet:
        """Not withdrawn, and no copy of another."""
        return self.filter(withdrawn_at__isnull=True, redacts__isnull=True)

    def with_purpose(self, *purposes: str) -> AttachmentQuerySet:
        """For these purposes."""
        return self.filter(purpose__in=purposes)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: evidence is withdrawn, never deleted."""
        raise TypeError("attachments are withdrawn, never deleted")
