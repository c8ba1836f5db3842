"""Retries and timing: pure functions."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bihuan.foundation.lib.times import SHANGHAI, shanghai

MAX_ATTEMPTS = 5
FIRST_WAIT = timedelta(seconds=30)


def wait_after(attempt: int) -> timedelta:
    """How long to wait after the `attempt`-th try failed: 30 s, 2 min, 8 min, 32 min."""
    return FIRST_WAIT * int(4 ** (attempt - 1))


def read_time(text: str) -> time:
    """`02:10` as a time of day in China; ValueError for anything else."""
    hours, _, minutes = text.partition(":")
    return time(int(hours), int(minutes))


def next_daily(at: time, after: datetime) -> datetime:
    """The next moment, later than `after`, at which clocks in China show `at`."""
    today = datetime.combine(shanghai(after).date(), at, SHANGHAI)
    return (today if today > after else today + timedelta(days=1)).astimezone(UTC)
