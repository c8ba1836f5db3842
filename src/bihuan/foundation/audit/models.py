"""The history of every record (审计日志)."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import models

from bihuan.foundation.audit.querysets import EntryQuerySet


class Ref(NamedTuple):
    """A record named by its kind (model label) and id."""

    kind: str
    id: int


def reference(record: models.Model | Ref) -> Ref:
    """The reference of a saved record."""
    if isinstance(record, Ref):
        return record
    if record.pk is None:
        raise ValueError("an unsaved record has no reference")
    return Ref(record._meta.label_lower, int(record.pk))


class AppendOnly(models.Model):
    """Rows that are written once: neither changed nor deleted through the ORM."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to change a row that exists."""
        if self.pk is not None and not self._state.adding:
            raise TypeError(f"{self._meta.label} is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise TypeError(f"{self._meta.label} is append-only")


class Entry(AppendOnly):
    """One act on one record: who, for whom, what, when; chained to the entry before it by SM3."""

    kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    action = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=60)
    organisation_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    detail = models.JSONField(null=True)
    note = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(db_index=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "审计日志"
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id", "seq"], name="audit_entry_chain")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject_id}#{self.seq} {self.action}"


class Head(models.Model):
    """The last entry of a record's chain; the row that concurrent writers queue on."""

    kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="audit_head_record")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject_id}#{self.seq}"


class Anchor(AppendOnly):
    """A Merkle root over the heads of all records changed since the anchor before it, and over that anchor's root."""

    at = models.DateTimeField()
    first_entry_id = models.BigIntegerField()
    last_entry_id = models.BigIntegerField()
    leaves = models.PositiveIntegerField()
    previous_root = models.CharField(max_length=64, blank=True)
    root = models.CharField(max_length=64)

    class Meta:
        verbose_name = "存证锚点"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.root[:12]}"
