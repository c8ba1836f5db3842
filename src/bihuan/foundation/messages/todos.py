"""Hand-over to the next handler: to-dos open and close with the state of their record."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from bihuan.foundation.audit.models import reference
from bihuan.foundation.messages.models import Todo


def link_of(record: models.Model) -> str:
    """Address of the record's page, where its model names one."""
    address = getattr(record, "get_absolute_url", None)
    return str(address()) if address else ""


def hand_over(
    record: models.Model, *, capability: str, title: str, organisation_id: int, at: datetime, due_at: datetime | None = None
) -> Todo:
    """Open the to-do for whoever holds `capability` at the organisation; an open one is only given the new deadline."""
    ref = reference(record)
    todo, _ = Todo.objects.update_or_create(
        kind=ref.kind, subject_id=ref.id, capability=capability, done_at=None,
        defaults={
            "title": title, "due_at": due_at, "organisation_id": organisation_id,
            "subject_title": str(record)[:200], "link": link_of(record),
        },
        create_defaults={
            "title": title, "due_at": due_at, "organisation_id": organisation_id, "created_at": at,
            "subject_title": str(record)[:200], "link": link_of(record),
        },
    )  # fmt: skip
    return todo


def finish(record: models.Model, *, at: datetime, keep: str | None = None) -> int:
    """Close the record's open to-dos, except the one of capability `keep`; returns how many."""
    ref = reference(record)
    rows = Todo.objects.of(ref.kind, ref.id).open()
    if keep is not None:
        rows = rows.exclude(capability=keep)
    return int(rows.update(done_at=at))
