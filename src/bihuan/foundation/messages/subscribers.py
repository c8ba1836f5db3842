"""What messages do when something happens elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bihuan.foundation.lib.events import subscribe
from bihuan.foundation.messages import delivery
from bihuan.foundation.messages.models import Notice


@subscribe("messages.notified")
def send_urgent(actor: Any, notice: Notice, at: datetime) -> None:
    """Urgent notices go out at once; the rest waits for the digest."""
    if notice.urgent:
        delivery.plan(notice, at=at)


@subscribe("deadlines.overdue")
def remind(clock: Any, **rest: Any) -> None:
    """A clock ran out: its record's to-dos are urgent now."""
    delivery.remind_overdue(clock.subject_kind, clock.subject_id, clock_id=clock.pk, title=clock.title, at=clock.overdue_at or clock.due_at)
