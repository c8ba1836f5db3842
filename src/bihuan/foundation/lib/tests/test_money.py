"""Money: exact both ways, floats refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.foundation.lib.money import fen_to_wan, fen_to_yuan, wan_to_fen, yuan_to_fen


@pytest.mark.parametrize(
    ("fen", "wan"),
    [
        (0, "0.00"),
        (1_000_000, "1.00"),
        (4_999, "0.00"),
        (5_000, "0.01"),
        (15_000, "0.02"),
        (25_000, "0.03"),
        (123_456_789, "123.46"),
        (-5_000, "-0.01"),
    ],
)
def test_wan_is_rounded_half_up(fen: int, wan: str) -> None:
    assert str(fen_to_wan(fen)) == wan


@pytest.mark.parametrize(
    ("wan", "fen"),
    [
        ("2", 2_000_000),
        ("0.5", 500_000),
        (" 1,200.05 ", 1_200_050_000),
        ("1，200", 1_200_000_000),
        (3, 3_000_000),
        (Decimal("0.000001"), 1),
    ],
)
def test_wan_becomes_fen(wan: str | int | Decimal, fen: int) -> None:
    assert wan_to_fen(wan) == fen


@pytest.mark.parametrize("text", ["", "两万", "1.2.3", "NaN", "Infinity", "1e999999", "1e-999999"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="不是金额"):
        wan_to_fen(text)


def test_finer_than_a_fen_is_refused() -> None:
    with pytest.raises(ValueError, match="分以下"):
        yuan_to_fen("0.001")


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError):
        yuan_to_fen(0.1)  # type: ignore[arg-type]


@given(st.integers(-(10**15), 10**15))
def test_yuan_and_back_is_the_same_amount(fen: int) -> None:
    assert yuan_to_fen(fen_to_yuan(fen)) == fen


@given(st.integers(-(10**15), 10**15))
def test_wan_is_never_off_by_more_than_half_a_step(fen: int) -> None:
    assert abs(wan_to_fen(fen_to_wan(fen)) - fen) <= 5_000
