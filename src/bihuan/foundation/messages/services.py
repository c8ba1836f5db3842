"""Sending messages; the same key is sent once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.lib.events import announce
from bihuan.foundation.messages.models import Notice, NoticeRead


def notify(
    actor: Actor, *, key: str, title: str, at: datetime, to_user_id: int | None = None, to_capability: str = "",
    organisation_id: int | None = None, body: str = "", link: str = "", urgent: bool = False,
) -> Notice:  # fmt: skip
    """Send a message to a person, or to whoever holds `to_capability` at the organisation; a known key is not sent again."""
    if to_user_id is None and not (to_capability and organisation_id):
        raise ValueError("a notice needs a person, or a capability and an organisation")
    with transaction.atomic():
        notice, created = Notice.objects.get_or_create(
            key=key,
            defaults={
                "to_user_id": to_user_id, "capability": to_capability, "organisation_id": organisation_id,
                "title": title, "body": body, "link": link, "urgent": urgent, "created_at": at,
            },
        )  # fmt: skip
        if created:
            announce("messages.notified", actor=actor, notice=notice, at=at)
    return notice


def mark_read(actor: Actor, notice: Notice, *, at: datetime) -> None:
    """Note that the person has read it; the first time counts."""
    if actor.user_id is not None:
        NoticeRead.objects.get_or_create(notice=notice, user_id=actor.user_id, defaults={"read_at": at})


def mark_all_read(actor: Actor, *, at: datetime) -> int:
    """Note that the person has read everything addressed to them; returns how much was new."""
    if actor.user_id is None:
        return 0
    fresh = Notice.objects.visible_to(actor).with_read_state(actor).filter(read=False).values_list("pk", flat=True)
    rows = [NoticeRead(notice_id=pk, user_id=actor.user_id, read_at=at) for pk in fresh]
    return len(NoticeRead.objects.bulk_create(rows, ignore_conflicts=True))
