"""The working-day calendar against days anyone can look up in the State Council's arrangements."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.foundation.deadlines import calendar
from bihuan.foundation.lib.problems import Problem

DAYS = st.dates(min_value=date(2010, 1, 1), max_value=date(2026, 9, 1))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-01-26", True),  # Sunday worked before Spring Festival
        ("2025-01-28", False),
        ("2025-02-08", True),  # Saturday worked after it
        ("2025-02-09", False),
        ("2025-10-08", False),
        ("2025-10-11", True),
        ("2025-03-07", True),
        ("2024-10-12", True),
    ],
)
def test_make_up_days_are_worked_and_holidays_are_not(day: str, works: bool) -> None:
    assert calendar.is_working_day(date.fromisoformat(day)) is works


def test_ten_working_days_across_the_national_holiday_2025() -> None:
    # 28 September (Sunday) and 11 October (Saturday) are worked, 1 to 8 October are off.
    assert calendar.add_working_days(date(2025, 9, 26), 10) == date(2025, 10, 16)


def test_zero_days_on_a_day_off_means_the_next_working_day() -> None:
    assert calendar.add_working_days(date(2025, 10, 1), 0) == date(2025, 10, 9)
    assert calendar.add_working_days(date(2025, 10, 9), 0) == date(2025, 10, 9)


def test_previous_working_day_is_never_the_day_itself() -> None:
    assert calendar.previous_working_day(date(2025, 10, 9)) == date(2025, 9, 30)
    assert calendar.previous_working_day(date(2025, 3, 7)) == date(2025, 3, 6)


@given(start=DAYS, count=st.integers(0, 40))
def test_adding_and_counting_agree(start: date, count: int) -> None:
    end = calendar.add_working_days(start, count)
    rest_start = count == 0 and not calendar.is_working_day(start)
    assert calendar.working_days_between(start, end) == (1 if rest_start else count)
    assert calendar.working_days_between(end, start) == -calendar.working_days_between(start, end)


@given(start=DAYS, length=st.integers(0, 60))
def test_counting_is_the_plain_sum_over_days(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    brute = sum(calendar.is_working_day(start + timedelta(days=n)) for n in range(1, length + 1))
    assert calendar.working_days_between(start, end) == brute


def test_an_unpublished_year_is_refused_unless_the_plain_week_is_accepted() -> None:
    with pytest.raises(Problem) as fault:
        calendar.is_working_day(date(2099, 1, 5))
    assert fault.value.code == "deadlines.calendar_unknown"
    assert "2099年" in fault.value.message
    assert calendar.is_working_day(date(2099, 1, 5), assume_weekdays=True) is True


def test_a_bureau_can_add_a_year_by_pack(settings, tmp_path) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "calendar.yaml").write_text(
        'years: {2099: {source: 测试安排, rest: ["2099-01-05"], work: [2099-01-04]}}', encoding="utf-8"
    )
    settings.DATA_DIR = tmp_path
    calendar.arrangements.cache_clear()
    try:
        assert calendar.is_published(2099)
        assert calendar.is_working_day(date(2099, 1, 5)) is False
        assert calendar.is_working_day(date(2099, 1, 4)) is True
    finally:
        calendar.arrangements.cache_clear()
