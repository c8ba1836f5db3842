"""Checking the store (证据校验): all files by command, a thirtieth of them every night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F

from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.attachments.querysets import AttachmentQuerySet
from bihuan.foundation.attachments.services import verify
from bihuan.foundation.lib.times import local_date

SHARES = 30
LEFT_OVER = timedelta(days=1)


def faults(rows: AttachmentQuerySet) -> Iterator[tuple[Attachment, str]]:
    """Each attachment that is no longer what was attached, and what is wrong with it."""
    for row in rows.order_by("pk").iterator(chunk_size=500):
        verdict = verify(row)
        if not verdict.sound:
            yield row, verdict.message


def share_of(at: datetime) -> AttachmentQuerySet:
    """The thirtieth whose turn it is on this day; after thirty days every file has been read."""
    rows: AttachmentQuerySet = Attachment.objects.annotate(share=F("pk") % SHARES)
    return rows.filter(share=local_date(at).toordinal() % SHARES)


def clear_incoming(at: datetime) -> int:
    """Remove what uploads that were cut off by a crash left behind; returns how many files."""
    folder, count = Path(settings.MEDIA_ROOT) / "incoming", 0
    for path in folder.iterdir() if folder.exists() else ():
        if path.stat().st_mtime < (at - LEFT_OVER).timestamp():
            path.unlink(missing_ok=True)
            count += 1
    return count
