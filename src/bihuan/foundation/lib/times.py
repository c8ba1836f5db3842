"""Times: kept in UTC, shown and counted in days of Asia/Shanghai (北京时间)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Week(NamedTuple):
    """A reporting week (调度周): Monday, the Friday on which the return is due, and the ISO label `2025-W10`."""

    monday: date
    friday: date
    label: str


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC. For the doors only: everything below takes `at`."""
    return datetime.now(UTC)


def shanghai(moment: datetime) -> datetime:
    """Return `moment` on the Shanghai clock; ValueError for a moment without zone, which would be a guess."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone cannot be placed")
    return moment.astimezone(SHANGHAI)


def local_date(moment: datetime) -> date:
    """Return the calendar day in China on which `moment` falls."""
    return shanghai(moment).date()


def start_of_day(day: date) -> datetime:
    """Return the first moment of `day` in China, in UTC."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the last moment (microsecond) of `day` in China, in UTC: fit for `<=` comparisons."""
    return start_of_day(day + timedelta(days=1)) - timedelta(microseconds=1)


def week_of(day: date) -> Week:
    """Return the week that holds `day`; Saturday and Sunday belong to the week of the Friday before."""
    year, week, weekday = day.isocalendar()
    monday = day - timedelta(days=weekday - 1)
    return Week(monday, monday + timedelta(days=4), f"{year}-W{week:02d}")


def cn_date(day: date) -> str:
    """Return `day` as official documents write it: 2025年3月7日."""
    return f"{day.year}年{day.month}月{day.day}日"
