"""Working days (工作日): statutory holidays and make-up working days.

A working day is Monday to Friday less the days off of the State Council's yearly arrangement, plus the weekend days
that are worked instead (调休上班). Years that the arrangement is not published for are refused unless the caller
accepts the plain week (`assume_weekdays=True`).

Counting follows 民法典 art. 201: the day on which a period begins is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import chinese_calendar
import yaml
from chinese_calendar.constants import holidays as library_holidays
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from bihuan.foundation.lib.problems import Problem

DAY = timedelta(days=1)
LIBRARY_YEARS = range(min(library_holidays).year, max(library_holidays).year + 1)
SATURDAY = 5


@dataclass(frozen=True)
class Arrangement:
    """One year's holiday arrangement (节假日安排) from a pack."""

    source: str
    rest: frozenset[date]
    work: frozenset[date]


def pack_files() -> tuple[Path, ...]:
    """The calendar packs, the bureau's own last."""
    return (Path(__file__).parent / "packs" / "calendar.yaml", Path(settings.DATA_DIR) / "packs" / "calendar.yaml")


@lru_cache(maxsize=1)
def arrangements() -> dict[int, Arrangement]:
    """Read the packs: year -> arrangement. Raises ImproperlyConfigured for a day outside its year or a missing source."""
    found: dict[int, Arrangement] = {}
    for file in pack_files():
        if file.exists():
            content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
            for year, row in (content.get("years") or {}).items():
                found[int(year)] = _arrangement(int(year), row, file)
    return found


def _arrangement(year: int, row: dict[str, object], file: Path) -> Arrangement:
    source = str(row.get("source") or "")
    rest, work = (frozenset(_days(row.get(key), year, file)) for key in ("rest", "work"))
    if not source:
        raise ImproperlyConfigured(f"{file}: {year} needs `source`, the notice it comes from")
    return Arrangement(source=source, rest=rest, work=work)


def _days(texts: object, year: int, file: Path) -> list[date]:
    days = [text if isinstance(text, date) else date.fromisoformat(str(text)) for text in (texts or [])]  # type: ignore[attr-defined]
    for day in days:
        if day.year != year:
            raise ImproperlyConfigured(f"{file}: {day} is not in {year}")
    return days


def is_published(year: int) -> bool:
    """Whether the year's holiday arrangement is known."""
    return year in LIBRARY_YEARS or year in arrangements()


def is_working_day(day: date, *, assume_weekdays: bool = False) -> bool:
    """Whether people work on that day. Raises Problem deadlines.calendar_unknown for a year not yet published."""
    arranged = arrangements().get(day.year)
    if arranged is not None:
        return day in arranged.work or (day.weekday() < SATURDAY and day not in arranged.rest)
    if day.year in LIBRARY_YEARS:
        return bool(chinese_calendar.is_workday(day))
    if assume_weekdays:
        return day.weekday() < SATURDAY
    raise Problem(
        "deadlines.calendar_unknown",
        f"{day.year}年的节假日安排尚未公布，无法按工作日推算；请改填具体日期，或在安排公布后更新日历数据。",
        detail={"year": day.year},
    )


def add_working_days(day: date, count: int, *, assume_weekdays: bool = False) -> date:
    """The `count`-th working day after `day`, which itself is not counted; 0 gives `day` or, if that is a day off, the next working day."""
    if count < 0:
        raise ValueError("count must not be negative; use previous_working_day")
    if count == 0 and is_working_day(day, assume_weekdays=assume_weekdays):
        return day
    for _ in range(max(count, 1)):
        day += DAY
        while not is_working_day(day, assume_weekdays=assume_weekdays):
            day += DAY
    return day


def working_days_between(start: date, end: date, *, assume_weekdays: bool = False) -> int:
    """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
    if end < start:
        return -working_days_between(end, start, assume_weekdays=assume_weekdays)
    days = (start + DAY * step for step in range(1, (end - start).days + 1))
    return sum(is_working_day(day, assume_weekdays=assume_weekdays) for day in days)


def previous_working_day(day: date, *, assume_weekdays: bool = False) -> date:
    """The last working day before `day` (never `day` itself)."""
    day -= DAY
    while not is_working_day(day, assume_weekdays=assume_weekdays):
        day -= DAY
    return day
