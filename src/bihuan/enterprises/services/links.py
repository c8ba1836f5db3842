"""Edges of the record graph: what led to what at a firm."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from bihuan.enterprises.models import Enterprise, RecordLink
from bihuan.foundation.audit.models import Ref, reference


def link_records(enterprise: Enterprise, *, source: models.Model | Ref, target: models.Model | Ref, at: datetime) -> RecordLink:
    """Note that one record led to another; twice is once. Called by services of higher apps in their own transaction."""
    a, b = reference(source), reference(target)
    link: RecordLink
    link, _ = RecordLink.objects.get_or_create(
        source_kind=a.kind, source_id=a.id, target_kind=b.kind, target_id=b.id, defaults={"enterprise": enterprise, "at": at}
    )
    return link
