"""Cadences: pure rules."""

from __future__ import annotations

from datetime import date

import pytest

from bihuan.hazards.parameters import cadence_rows
from bihuan.hazards.rules.cadence import first_day, next_first_day, read_cadences, resolve, state_of

RULES = {rule.key: rule for rule in read_cadences(cadence_rows())}


def test_periods() -> None:
    assert first_day("quarter", date(2025, 5, 31)) == date(2025, 4, 1)
    assert next_first_day("quarter", date(2025, 12, 5)) == date(2026, 1, 1)
    assert next_first_day("month", date(2025, 1, 31)) == date(2025, 2, 1)
    assert (first_day("week", date(2025, 3, 9)), next_first_day("week", date(2025, 3, 3))) == (date(2025, 3, 3), date(2025, 3, 10))


@pytest.mark.requirement("P24-020")
def test_a_smelting_firm_that_misses_may_is_overdue_on_1_june() -> None:
    firm = {"sector": "metallurgy", "tags": ["F-SMELT"], "division": "140921"}
    rules = [rule for rule in RULES.values() if rule.applies(**firm)]
    assert {rule.key for rule in rules} == {"quarterly", "monthly_smelting"}
    visits = [date(2025, 3, 12), date(2025, 4, 20)]
    on = lambda day: resolve(rules, visits, since=date(2025, 1, 1), today=day)  # noqa: E731
    assert on(date(2025, 5, 31)).strictest.rule.period == "month"
    assert not on(date(2025, 5, 31)).strictest.overdue
    late = on(date(2025, 6, 1)).strictest
    assert (late.overdue, late.overdue_since, late.missed[-1]) == (True, date(2025, 6, 1), date(2025, 5, 1))
    other = [rule for rule in RULES.values() if rule.applies(sector="machinery", tags=[], division="140921")]
    assert [rule.period for rule in other] == ["quarter"]
    assert not resolve(other, visits, since=date(2025, 1, 1), today=date(2025, 6, 1)).strictest.overdue


@pytest.mark.requirement("C23-013")
def test_one_weekly_visit_satisfies_month_and_quarter_at_once() -> None:
    rules = [rule for rule in RULES.values() if rule.applies(sector="metallurgy", tags=["F-SMELT"], division="140502")]
    duty = resolve(rules, [date(2025, 3, 5)], since=date(2025, 1, 1), today=date(2025, 3, 6))
    assert duty is not None
    assert (duty.strictest.rule.period, duty.strictest.due_on) == ("week", date(2025, 3, 9))
    assert [state.satisfied for state in duty.all] == [True, True, True]
    assert len(duty.sources) == 3


def test_a_late_visit_ends_being_overdue_but_the_missed_period_stays_known() -> None:
    state = state_of(RULES["monthly_smelting"], [date(2025, 6, 3)], since=date(2025, 5, 1), today=date(2025, 6, 4))
    assert (state.overdue, state.missed) == (False, (date(2025, 5, 1),))


def test_a_period_that_began_before_the_firm_was_registered_is_not_asked_for() -> None:
    assert state_of(RULES["quarterly"], [], since=date(2025, 2, 10), today=date(2025, 4, 2)).missed == ()
