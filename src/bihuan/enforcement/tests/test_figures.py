"""Figures of penalties and orders: parts and total, rounding, withdrawn ones."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.enforcement.services import void_act
from bihuan.enforcement.summaries import (
    CLOSE,
    FIRM_AMOUNT,
    FIRMS,
    PRINCIPAL_AMOUNT,
    PRINCIPALS,
    RECTIFY,
    STOP,
)
from bihuan.enforcement.tests.factories import WAN, order, penalty
from bihuan.enterprises.tests.factories import AT
from bihuan.foundation.figures.evaluate import Scope, evaluate
from bihuan.foundation.lib.money import fen_to_wan
from bihuan.inspections.tests.factories import Stage

FIGURES = (FIRMS, FIRM_AMOUNT, PRINCIPALS, PRINCIPAL_AMOUNT, RECTIFY, STOP, CLOSE)
DAY = timedelta(days=1)


@pytest.mark.django_db
@pytest.mark.requirement("X24-064")
def test_parts_add_up_to_the_total_in_fen_and_only_the_output_is_rounded(stage: Stage) -> None:
    amounts = [1_234_567, 3_333_333, 1]
    for amount in amounts:
        penalty(stage, amount_fen=amount)
    penalty(stage, "city_officer", amount_fen=2_222_222, enterprise=stage.other, body=stage.people.city)
    penalty(stage, target="principal", person="周总", basis_code="PEN-094", amount_fen=2 * WAN + 5_000)
    for kind in ("rectify", "rectify", "stop", "close"):
        order(stage, kind=kind)
    table = evaluate(FIGURES, Scope.of(cutoff=AT + DAY))
    mine, theirs = stage.firm.reporting_unit_id, stage.other.reporting_unit_id
    assert [table.value(f, mine) for f in FIGURES] == [1, sum(amounts), 1, 2 * WAN + 5_000, 1, 1, 1]
    assert table.value(FIRM_AMOUNT, mine) + table.value(FIRM_AMOUNT, theirs) == table.total(FIRM_AMOUNT) == sum(amounts) + 2_222_222
    assert fen_to_wan(table.value(FIRM_AMOUNT, mine)) == Decimal("4.57")
    assert fen_to_wan(table.value(PRINCIPAL_AMOUNT, mine)) == Decimal("2.01")
    assert "四舍五入到两位小数" in FIRM_AMOUNT.definition


@pytest.mark.django_db
def test_a_withdrawn_penalty_leaves_later_weeks_and_stays_in_earlier_ones(stage: Stage) -> None:
    act = penalty(stage)
    void_act(stage.actor("county_officer"), act, at=AT + 3 * DAY, reason="登记错误")
    unit = stage.firm.reporting_unit_id
    found = [evaluate(FIGURES, Scope.of(cutoff=AT + days * DAY)).value(FIRM_AMOUNT, unit) for days in (2, 4)]
    assert found == [3 * WAN, 0]


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=30))
def test_rounding_happens_once_on_output(amounts: list[int]) -> None:
    exact = sum(Decimal(amount) for amount in amounts) / WAN
    assert fen_to_wan(sum(amounts)) == exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
