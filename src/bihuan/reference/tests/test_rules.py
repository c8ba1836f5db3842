"""Sector and feature rules, and how versions follow each other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.reference.rules import (
    CatalogueRow,
    Held,
    IndustryRow,
    article_citation,
    chinese_number,
    features_for,
    industry_chain,
    plan_versions,
    sector_of,
)

TABLE = {
    row.code: row
    for row in (
        IndustryRow(
            "30", "非金属矿物制品业", "building_materials", True, ("305", "3073", "3078"), ("F-SILO",)
        ),
        IndustryRow("305", "玻璃制品制造", "light", True),
        IndustryRow("307", "陶瓷制品制造", "", False),
        IndustryRow("3073", "特种陶瓷制品制造", "light", True, (), ("F-GASFUEL",)),
        IndustryRow("31", "黑色金属", "metallurgy", True, (), ("F-SMELT", "F-MOLTEN")),
    )
}
CATALOGUE = [
    CatalogueRow("S-311", "311", "炼铁", "F-SMELT", "目录：炼铁", False),
    CatalogueRow("S-3110", "3110", "炼铁", "F-SMELT", "目录：炼铁（小类）", False),
    CatalogueRow("C-31", "31", "", "F-CONF", "有限空间目录", False),
]


@pytest.mark.parametrize(
    ("code", "sector"),
    [
        ("3054", "light"),
        ("C3054", "light"),
        ("305", "light"),
        ("3073", "light"),
        ("3071", "building_materials"),
        ("3078", None),
        ("30", "building_materials"),
        ("3120", "metallurgy"),
        ("9999", None),
        ("", None),
        ("三十", None),
    ],
)
def test_the_finest_level_decides_and_excluded_children_are_not_spoken_for(
    code: str, sector: str | None
) -> None:
    match = sector_of(code, TABLE)
    assert (match.sector if match else None) == sector


def test_the_chain_runs_from_fine_to_coarse() -> None:
    assert industry_chain(" c3110 ") == ("3110", "311", "31")
    assert industry_chain("31101") == ()


def test_a_catalogue_sets_a_feature_with_its_citation() -> None:
    tags = {tag.feature: tag for tag in features_for("3110", (), CATALOGUE, TABLE)}
    assert tags["F-SMELT"].automatic
    assert tags["F-SMELT"].citation == "目录：炼铁（小类）"
    assert tags["F-CONF"].automatic
    assert not tags["F-MOLTEN"].automatic


def test_a_process_speaks_whatever_the_industry() -> None:
    tags = {tag.feature: tag for tag in features_for("3073", (" 炼铁 ",), CATALOGUE, TABLE)}
    assert tags["F-SMELT"].automatic
    assert "F-CONF" not in tags
    assert not tags["F-GASFUEL"].automatic


def test_an_industry_outside_the_catalogue_gets_only_hints() -> None:
    tags = features_for("3130", (), CATALOGUE[:2], TABLE)
    assert [(tag.feature, tag.automatic) for tag in tags] == [("F-SMELT", False), ("F-MOLTEN", False)]
    assert tags[0].citation == "黑色金属（31）的常见风险特征"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (13, "十三"),
        (20, "二十"),
        (97, "九十七"),
        (103, "一百零三"),
        (110, "一百一十"),
        (112, "一百一十二"),
    ],
)
def test_article_numbers_are_written_as_in_law(number: int, text: str) -> None:
    assert chinese_number(number) == text


def test_citation() -> None:
    assert article_citation("应急管理部令第10号", 13, 2) == "应急管理部令第10号第十三条第二项"
    with pytest.raises(ValueError, match="article"):
        chinese_number(0)


DAY = date(2023, 5, 15)


def test_an_earlier_version_cannot_be_slipped_in() -> None:
    later = Held(1, "a", DAY, None, {"t": "x"})
    plan = plan_versions(
        {"a": {"t": "y"}}, {"a": DAY - timedelta(days=9)}, [later], effective_from=DAY - timedelta(days=9)
    )
    assert "不能再插入更早的版本" in plan.faults[0]


PACKS = st.lists(
    st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz"), min_size=1), min_size=1, max_size=6
)


@given(PACKS)
def test_whatever_packs_follow_each_other_every_day_keeps_what_it_said(packs: list[dict[str, str]]) -> None:
    """After each load every past day still says what it said, and the days from then on say what the pack says."""
    rows: list[Held] = []
    said: list[dict[str, object]] = []
    for place, pack in enumerate(packs):
        day = DAY + timedelta(days=10 * place)
        items = {key: {"t": title} for key, title in pack.items()}
        for repeat in (False, True):
            plan = plan_versions(items, dict.fromkeys(items, day), rows, effective_from=day)
            assert not plan.faults
            assert not (repeat and plan.diff)
            rows = [
                Held(
                    row.pk, row.key, row.effective_from, plan.close.get(row.pk, row.effective_to), row.values
                )
                for row in rows
            ] + [
                Held(len(rows) + n, key, start, None, values)
                for n, (key, values, start) in enumerate(plan.add)
            ]
        said.append({**pack})
        for earlier, expected in enumerate(said):
            on = DAY + timedelta(days=10 * earlier + 9)
            assert {row.key: row.values["t"] for row in rows if row.holds_on(on)} == expected
