"""Attachments as the photo component draws them (`components/photos.html`)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from django.db import models

from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.audit.models import Ref

Card = dict[str, Any]


def card(attachment: Attachment) -> Card:
    """One picture: addresses, caption, when it was taken, and a tag when its time or place is not certain."""
    return {
        "url": attachment.url,
        "thumbnail": attachment.thumbnail_url,
        "caption": attachment.purpose_title,
        "at": attachment.captured_at or attachment.uploaded_at,
        "tag": None if attachment.captured_at else ("无拍摄时间", "gray"),
    }


def cards(attachments: Iterable[Attachment]) -> list[Card]:
    """The pictures among them."""
    return [card(attachment) for attachment in attachments if attachment.is_image]


def before_and_after(record: models.Model | Ref) -> list[Card]:
    """Pictures of before and after in turn, for `pair=True`; what is missing says so. One query."""
    rows = list(Attachment.objects.of(record).with_purpose("before", "after"))
    sides = [cards(row for row in rows if row.purpose == purpose) for purpose in ("before", "after")]
    if not any(sides):
        sides = [[_missing("整改前")], [_missing("整改后")]]
    pairs = zip_longest(*sides)
    return [shown or _missing(title) for pair in pairs for shown, title in zip(pair, ("整改前", "整改后"), strict=True)]


def _missing(title: str) -> Card:
    return {"url": "", "caption": title, "missing": "待上传"}
