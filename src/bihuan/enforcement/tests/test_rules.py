"""Bands: what the law allows for a firm and for its principal."""

from __future__ import annotations

from typing import Any

import pytest

from bihuan.enforcement.rules import FEN_PER_WAN, fault_of_amount, limits, not_fixed

ARTICLE_97: dict[str, Any] = {
    "who": ["单位", "直接责任人员"], "first": {"fine_wan": [0, 10]}, "aggravated": {"fine_wan": [10, 20], "persons_wan": [2, 5]},
}  # fmt: skip
ARTICLE_94: dict[str, Any] = {"who": ["主要负责人"], "first": {"fine_wan": [2, 5]}, "aggravated": {"fine_wan": [5, 10]}}
ARTICLE_95: dict[str, Any] = {"who": ["主要负责人"], "first": {"income_pct_by_grade": {"一般": 40}}, "aggravated": {}}
ARTICLE_114: dict[str, Any] = {"who": ["单位"], "first": {"fine_wan_by_grade": {"一般": [30, 100], "较大": [100, 200]}}, "aggravated": {"multiple": [2, 5]}}


@pytest.mark.parametrize(
    ("band", "target", "words"),
    [
        (ARTICLE_97, "firm", ["首次10万元以下", "加重10至20万元"]), (ARTICLE_97, "principal", ["加重2至5万元"]),
        (ARTICLE_94, "firm", []), (ARTICLE_94, "principal", ["首次2至5万元", "加重5至10万元"]), (ARTICLE_95, "principal", []),
        (ARTICLE_114, "firm", ["首次30至100万元", "首次100至200万元"]),
    ],
)  # fmt: skip
def test_limits(band: dict[str, Any], target: str, words: list[str]) -> None:
    assert [str(limit) for limit in limits(band, target)] == words


@pytest.mark.parametrize(
    ("wan", "band", "target", "outside"),
    [
        (20, ARTICLE_97, "firm", False), (20.0001, ARTICLE_97, "firm", True), (0.01, ARTICLE_97, "firm", False),
        (2, ARTICLE_97, "principal", False), (1.99, ARTICLE_97, "principal", True), (10, ARTICLE_94, "principal", False),
        (3, ARTICLE_94, "firm", True), (7, ARTICLE_95, "principal", False), (250, ARTICLE_114, "firm", True),
    ],
)  # fmt: skip
def test_both_ends_belong_to_the_band(wan: float, band: dict[str, Any], target: str, outside: bool) -> None:
    assert (fault_of_amount(round(wan * FEN_PER_WAN), band, target) is not None) is outside


def test_what_the_law_reckons_otherwise() -> None:
    assert not_fixed(ARTICLE_95)
    assert not not_fixed(ARTICLE_97)
