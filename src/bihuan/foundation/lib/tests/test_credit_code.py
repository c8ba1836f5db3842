"""GB 32100-2015: the codes of the regulatory reference and properties of the check character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.foundation.lib.credit_code import (
    ALPHABET,
    check,
    grouped,
    normalise,
    organisation_code_warning,
    with_check_character,
)

BODIES = st.text(alphabet=ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize(
    "code",
    ["91140500MA0H1X2Y93", "911409020000000193", "91140000MA00001620", "91140100MA010018XD"],
)
def test_a_right_code_has_no_fault(code: str) -> None:
    assert check(code) is None


@pytest.mark.parametrize(
    ("code", "part_of_message"),
    [
        ("91140500MA0H1X2Y94", "校验位"),
        ("91140500MA0H1X2Y9I", "不允许的字符“I”"),
        ("91140500MA0H1X2Y9", "现为17位"),
        ("91140500MA0H1X2Y933", "现为19位"),
        ("91140500MA0H1Y2X93", "校验位"),
        ("", "请填写"),
        ("   ", "请填写"),
        ("91140500MA0H1X2Y9²", "不允许的字符"),
        ("九一140500MA0H1X2Y93", "不允许的字符"),
    ],
)
def test_a_wrong_code_is_explained(code: str, part_of_message: str) -> None:
    fault = check(code)
    assert fault is not None
    assert part_of_message in fault


def test_full_width_small_and_grouped_writing_is_accepted() -> None:
    assert normalise("\uff19\uff11140500ma0h1x2y93\u3000") == "91140500MA0H1X2Y93"
    assert check(" 91 140500 MA0H1X2Y9 3\n") is None


def test_the_inner_organisation_code_only_warns() -> None:
    assert organisation_code_warning("91140100MA010018XD") is None
    assert check("91140500MA0H1X2Y93") is None
    assert organisation_code_warning(with_check_character("91140100MA0100189")) is not None


def test_check_character_needs_seventeen_known_characters() -> None:
    with pytest.raises(ValueError, match="前17位"):
        with_check_character("9114")
    with pytest.raises(ValueError, match="前17位"):
        with_check_character("91140500MA0H1X2YI")


@given(BODIES)
def test_every_completed_code_is_right_and_survives_grouping(body: str) -> None:
    code = with_check_character(body)
    assert check(code) is None
    assert normalise(grouped(code)) == code


@given(BODIES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_changed_character_is_always_found(body: str, place: int, character: str) -> None:
    code = with_check_character(body)
    if code[place] != character:
        assert check(code[:place] + character + code[place + 1 :]) is not None


@given(BODIES, st.integers(0, 16))
def test_swapped_neighbours_are_always_found(body: str, place: int) -> None:
    code = with_check_character(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        assert check(swapped) is not None


@given(st.text(max_size=30))
def test_any_text_gets_an_answer(text: str) -> None:
    fault = check(text)
    assert fault is None or fault.endswith("。")
