"""Quantities, bounds and shares by place."""

import pytest

from bihuan.directives.compiler.quantities import breakdown, quantities
from bihuan.directives.compiler.sentences import mask


def read(text: str) -> list[tuple[float, str, str]]:
    return [(q.value, q.unit, q.bound) for q in quantities(text, mask(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("抽检企业不少于5家（中小企业比例不低于60%）", [(5, "家", "min"), (60, "%", "min")]),
        ("执法检查不超过1次", [(1, "次", "max")]),
        ("至少配备1名专职监护人", [(1, "名", "min")]),
        ("涉粉作业30人以上的企业接入系统", [(30, "人", "threshold")]),
        ("每半年更新一次", [(1, "次", "exact")]),
        ("严格按照37项重点检查内容", [(37, "项", "exact")]),
        ("录入率100%", [(100, "%", "exact")]),
        ("整改率达到百分之九十", [(90, "%", "min")]),
        ("奖励1,200元", [(1200, "元", "exact")]),
    ],
)
def test_a_number_with_its_bound(text: str, expected: list[tuple[float, str, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    ["2025年6月30日前完成", "应急管理部10号令", "集中处理一批隐患", "实施“一案双罚”", "查清3—5年内的因素", "见附件3", "做到“进一次门、查多项事”", "15个工作日内完成"],
)  # fmt: skip
def test_numbers_that_are_no_target(text: str) -> None:
    assert read(text) == []


def test_shares_by_place_are_a_breakdown_and_not_quantities() -> None:
    text = "创建10家企业，其中市局创建1家、城区创建4家高炉企业、北山县创建5家"
    assert [(s.place, s.value) for s in breakdown(text, mask(text))] == [
        ("市局", 1),
        ("城区", 4),
        ("北山县", 5),
    ]
    assert read(text) == [(10, "家", "exact")]


def test_one_place_makes_no_breakdown() -> None:
    assert breakdown("北山县创建5家", "北山县创建5家") == ()


def test_places_sharing_one_number() -> None:
    text = "东区、西区各创建2家，北山县3家"
    assert [(s.place, s.value) for s in breakdown(text, mask(text))] == [
        ("东区", 2),
        ("西区", 2),
        ("北山县", 3),
    ]
