"""The overdue sweep (逾期巡查): marks each missed limit once and tells the domain."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.audit.services import record as record_entry
from bihuan.foundation.deadlines.choices import ClockState
from bihuan.foundation.deadlines.events import OVERDUE
from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.lib.events import announce

logger = logging.getLogger(__name__)

FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(hours=6)


def sweep(at: datetime, limit: int = 500) -> int:
    """Mark up to `limit` clocks that are overdue at `at` and announce `deadlines.overdue` (clock=…) for each, once.

    Each clock is claimed by a conditional update in its own transaction, so several workers share the work. A clock
    whose subscribers fail is rolled back, logged and put back for later; it does not hold up the others.
    Returns how many this call marked.
    """
    ids = list(Clock.objects.to_sweep(at).values_list("pk", flat=True)[:limit])
    return sum(_mark(pk, at) for pk in ids)


def _mark(pk: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            claim = Clock.objects.filter(pk=pk, state=ClockState.RUNNING, overdue_at__isnull=True, due_at__lt=at)
            if not claim.update(overdue_at=at, version=F("version") + 1):
                return False
            clock = Clock.objects.get(pk=pk)
            record_entry(
                system_actor("时限巡查"), "deadlines.overdue", clock, at=at,
                after={"overdue_at": at, "due_at": clock.due_at}, detail={"subject": list(clock.subject), "kind": clock.kind},
            )  # fmt: skip
            announce(OVERDUE, clock=clock)
    except Exception:
        logger.exception("deadlines: clock %s could not be marked overdue; put back", pk)
        _put_back(pk, at)
        return False
    return True


def _put_back(pk: int, at: datetime) -> None:
    failures = Clock.objects.filter(pk=pk).values_list("sweep_failures", flat=True).first()
    if failures is None:
        return
    wait = min(FIRST_RETRY * 2 ** min(failures, 10), LAST_RETRY)
    Clock.objects.filter(pk=pk).update(sweep_failures=F("sweep_failures") + 1, sweep_not_before=at + wait)
