"""What must hold in a return: one table per rule, and a mutation of any cell is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.campaigns import rules
from bihuan.campaigns.rules import Shape

FOUND, FIXED, PART = Shape("f", "发现"), Shape("x", "整改", not_above="f"), Shape("p", "其中", part_of="f")
SHAPES = [FOUND, FIXED, PART]


@pytest.mark.parametrize(("fixed", "found", "blocked"), [(3, 3, False), (4, 3, True), (0, 0, False), (None, 3, False), (1, None, False)])
def test_fixed_not_above_found(fixed: int | None, found: int | None, blocked: bool) -> None:
    assert bool(rules.blocking(rules.fixed_not_above_found({"x": fixed, "f": found}, SHAPES))) is blocked


@pytest.mark.parametrize(("part", "whole", "blocked"), [(3, 3, False), (4, 3, True), (None, 0, False)])
def test_part_within_whole(part: int | None, whole: int, blocked: bool) -> None:
    assert bool(rules.blocking(rules.parts_within_whole({"p": part, "f": whole}, SHAPES))) is blocked


@pytest.mark.requirement("X24-067")
@pytest.mark.parametrize(
    ("now", "last", "corrected", "severity"),
    [(5, 5, (), None), (6, 5, (), None), (4, 5, (), "block"), (4, 5, ("f",), "info"), (None, 5, (), "block"), (5, None, (), None)],
)
def test_cumulative_never_falls_without_a_signed_correction(now: int | None, last: int | None, corrected: tuple[str, ...], severity: str | None) -> None:
    found = rules.never_falls({"f": now}, {"f": last}, [FOUND], corrected)
    assert [f.severity for f in found] == ([severity] if severity else [])


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 50), min_size=1), st.integers(-3, 3))
def test_city_is_the_sum_of_its_units(units: dict[str, int], off: int) -> None:
    city = {"f": sum(units.values()) + off}
    found = rules.city_is_sum(city, {k: {"f": v} for k, v in units.items()}, {"f"}, [FOUND])
    assert bool(found) is (off != 0)


@given(st.integers(0, 30), st.integers(0, 5), st.integers(-2, 2))
def test_annex_1_and_annex_2_reconcile(on_form: int, beside: int, off: int) -> None:
    found = rules.ledger_reconciles({"m": on_form, "r": beside}, on_form + beside + off, ["m"], ["r"])
    assert bool(rules.blocking(found)) is (off != 0)
    if off == 0 and beside:
        assert "附件1 无此两行" in found[0].message


WHOLE = {
    "number": "YH-1", "firm": "某厂", "criterion": True, "supervised": True, "planned": True, "past_planning": True,
    "self_found": True, "double_reported": True, "closed": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"criterion": False}, [("returns.no_criterion", "block")]),
        ({"supervised": False}, [("returns.not_listed", "block")]),
        ({"planned": False}, [("returns.no_plan", "block")]),
        ({"planned": False, "past_planning": False}, [("returns.no_plan", "warn")]),
        ({"double_reported": False}, [("returns.not_double_reported", "block")]),
        ({"double_reported": False, "closed": False}, [("returns.not_double_reported", "warn")]),
        ({"double_reported": False, "self_found": False}, []),
    ],
)
def test_every_major_hazard_is_complete(change: dict[str, bool], expected: list[tuple[str, str]]) -> None:
    assert [(f.code, f.severity) for f in rules.majors_complete([WHOLE | change])] == expected


def test_a_past_week_that_differs_needs_records_that_explain_it() -> None:
    assert rules.past_reproduces({"f": 3}, {"f": 3}, {}, True) == []
    assert rules.past_reproduces({"f": 3}, {"f": 4}, {}, True)[0].severity == "info"
    assert rules.past_reproduces({"f": 3}, {"f": 4}, {}, False)[0].severity == "block"
