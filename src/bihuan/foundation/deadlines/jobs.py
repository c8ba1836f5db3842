"""Scheduled work of the deadlines app."""

from __future__ import annotations

from bihuan.foundation.deadlines import services
from bihuan.foundation.jobs.running import Run
from bihuan.foundation.lib.times import utc_now

BATCH = 500


def sweep_overdue(run: Run) -> str:
    """Mark everything that is overdue now, batch by batch."""
    at, marked = utc_now(), 0
    while batch := services.sweep(at, limit=BATCH):
        marked += batch
        run.progress(marked)
    return f"标记逾期{marked}项"
