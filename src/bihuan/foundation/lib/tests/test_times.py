"""Days and weeks are those of China, whatever the zone of the moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.foundation.lib.times import (
    SHANGHAI,
    cn_date,
    end_of_day,
    local_date,
    shanghai,
    start_of_day,
    utc_now,
    week_of,
)

DAYS = st.dates(date(1992, 1, 1), date(2100, 12, 30))


def test_the_chinese_day_begins_at_sixteen_utc() -> None:
    assert start_of_day(date(2025, 3, 7)) == datetime(2025, 3, 6, 16, tzinfo=UTC)
    assert end_of_day(date(2025, 3, 7)) == datetime(2025, 3, 7, 15, 59, 59, 999999, tzinfo=UTC)
    assert local_date(datetime(2025, 3, 6, 16, tzinfo=UTC)) == date(2025, 3, 7)
    assert local_date(datetime(2025, 3, 6, 15, 59, 59, tzinfo=UTC)) == date(2025, 3, 6)


def test_now_is_utc_and_a_moment_without_zone_is_refused() -> None:
    assert utc_now().tzinfo is UTC
    assert shanghai(datetime(2025, 1, 1, tzinfo=UTC)).hour == 8
    with pytest.raises(ValueError, match="time zone"):
        shanghai(datetime(2025, 1, 1))


@pytest.mark.parametrize(
    ("day", "monday", "friday", "label"),
    [
        (date(2024, 12, 11), date(2024, 12, 9), date(2024, 12, 13), "2024-W50"),
        (date(2024, 12, 30), date(2024, 12, 30), date(2025, 1, 3), "2025-W01"),
        (date(2025, 3, 30), date(2025, 3, 24), date(2025, 3, 28), "2025-W13"),
        (date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 1), "2026-W53"),
    ],
)
def test_week(day: date, monday: date, friday: date, label: str) -> None:
    assert week_of(day) == (monday, friday, label)


def test_official_writing_has_no_leading_zeros() -> None:
    assert cn_date(date(2025, 3, 7)) == "2025年3月7日"


@given(DAYS)
def test_a_day_is_closed_and_the_next_follows_at_once(day: date) -> None:
    assert local_date(start_of_day(day)) == local_date(end_of_day(day)) == day
    assert end_of_day(day) + timedelta(microseconds=1) == start_of_day(day + timedelta(days=1))
    assert start_of_day(day).astimezone(SHANGHAI).hour == 0


@given(DAYS)
def test_all_days_of_a_week_agree(day: date) -> None:
    week = week_of(day)
    assert week.monday <= day < week.monday + timedelta(days=7)
    assert week_of(week.monday) == week_of(week.friday) == week
    assert week.friday.weekday() == 4
