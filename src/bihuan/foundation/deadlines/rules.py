"""Due moments: pure calculations on times, the calendar apart.

A period in days ends with the end of its last day in China; its first day is not counted (民法典 art. 201, 202).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bihuan.foundation.deadlines import calendar
from bihuan.foundation.deadlines.choices import Basis
from bihuan.foundation.lib.times import SHANGHAI, end_of_day, local_date, shanghai


def is_end_of_day(moment: datetime) -> bool:
    """Whether the moment is the last one of its day in China, that is, stands for a date."""
    return moment == end_of_day(local_date(moment))


def due_after_days(at: datetime, days: int) -> datetime:
    """The end of the `days`-th day after the day of `at`."""
    return end_of_day(local_date(at) + timedelta(days=days))


def due_after_working_days(at: datetime, count: int, *, assume_weekdays: bool) -> datetime:
    """The end of the `count`-th working day after the day of `at`."""
    return end_of_day(calendar.add_working_days(local_date(at), count, assume_weekdays=assume_weekdays))


def basis_of(due_at: datetime | None, *, working_days: int | None, days: int | None) -> Basis:
    """How a clock started with these arguments counts its remaining time."""
    if working_days is not None:
        return Basis.WORKING
    if days is not None or due_at is None or is_end_of_day(due_at):
        return Basis.DAYS
    return Basis.EXACT


def uses_unpublished_year(first: datetime, last: datetime) -> bool:
    """Whether a count from `first` to `last` touches a year whose holidays are not published."""
    return any(not calendar.is_published(year) for year in range(local_date(first).year, local_date(last).year + 1))


def due_after_pause(basis: str, *, due_at: datetime, paused_at: datetime, resumed_at: datetime) -> datetime:
    """The due moment after a pause: what remained at `paused_at` remains at `resumed_at`.

    Exact clocks move by the length of the pause. Clocks in days keep the number of (working) days that followed the
    day of the pause, and their time of day; they never end on the very moment of resuming, and never earlier than
    before. Years not yet published count by the plain week.
    """
    if basis == Basis.EXACT:
        return due_at + (resumed_at - paused_at)
    paused, due, resumed = local_date(paused_at), local_date(due_at), local_date(resumed_at)
    if basis == Basis.WORKING:
        left = calendar.working_days_between(paused, due, assume_weekdays=True)
        day = calendar.add_working_days(resumed, left, assume_weekdays=True)
    else:
        day = resumed + (due - paused)
    moved = _at_time_of(due_at, day)
    if moved <= resumed_at:
        next_day = calendar.add_working_days(day, 1, assume_weekdays=True) if basis == Basis.WORKING else day + timedelta(days=1)
        moved = _at_time_of(due_at, next_day)
    return max(moved, due_at)


def _at_time_of(moment: datetime, day: date) -> datetime:
    return datetime.combine(day, shanghai(moment).time(), SHANGHAI).astimezone(moment.tzinfo)
