"""Deadlines, periods and weekdays."""

from datetime import date

import pytest

from bihuan.directives.compiler.dates import Context, deadlines, periods
from bihuan.directives.compiler.folding import Folded
from bihuan.directives.compiler.sentences import mask

ISSUED = Context(date(2024, 12, 11), campaign_end=date(2026, 12, 31))


def due(text: str) -> date | None:
    folded = Folded.of(text).text
    return next((d.day for d in deadlines(folded, mask(folded), ISSUED) if d.day), None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("于12月12日前报送方案", date(2024, 12, 12)),  # no year: the first on or after the issue date
        ("3月底前报送总结", date(2025, 3, 31)),
        ("2025年2月底前完成", date(2025, 2, 28)),
        ("在2025年3月份组织检查", date(2025, 3, 31)),
        ("２０２５年６月３０日前完成", date(2025, 6, 30)),
        ("年底前完成", date(2024, 12, 31)),
        ("2026年底前形成机制", date(2026, 12, 31)),
        ("2025年采取集中方式培训", date(2025, 12, 31)),
        ("三年内完成轮训", date(2026, 12, 31)),
        ("从即日起至2025年3月底结束", date(2025, 3, 31)),
        ("5月1日至8月31日开展检查", date(2025, 8, 31)),
        ("二月底前组织观看", date(2025, 2, 28)),
        ("2025年上半年举办1期培训班", date(2025, 6, 30)),
        ("明年1月10日前报送", date(2025, 1, 10)),
        ("2024年2月30日前完成", None),
        ("13月底前完成", None),
    ],
)
def test_a_deadline_is_resolved_as_the_guideline_says(text: str, expected: date | None) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "自2025年1月1日起施行",
        "在2024年调查摸底的基础上",
        "2024年开始落实措施",
        "按照《2024年12月底前完成的任务》要求",
        "近5年典型事故",
        "查清3—5年内各类因素",
        "12月4日宪法宣传日",
        "及时整改",
    ],
)
def test_no_deadline_where_none_is_meant(text: str) -> None:
    assert due(text) is None


def test_words_without_a_date_are_kept_as_text() -> None:
    found = deadlines("立即进行部署", "立即进行部署", ISSUED)
    assert [(d.text, d.day) for d in found] == [("立即", None)]


def test_without_issue_date_a_date_without_year_stays_open() -> None:
    assert deadlines("3月底前完成", "3月底前完成", Context(None)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每季度至少带队检查1次", ("quarterly", 1, None)),
        ("每月不少于2次", ("monthly", 2, None)),
        ("每半年更新一次", ("semiannual", 1, None)),
        ("每周五下班前报送", ("weekly", 1, "friday")),
        ("每年11月底前报送", ("annual", 1, None)),
        ("每两个月开展1次", ("bimonthly", 1, None)),
        ("每3天至少巡查1次", ("every_3_days", 1, None)),
        ("制定年度执法计划", ("annual", 1, None)),
    ],
)
def test_a_stated_period(text: str, expected: tuple[str, int, str | None]) -> None:
    found = periods(text, mask(text))
    assert [(p.code, p.frequency, p.weekday) for p in found] == [expected]


def test_periods_in_quotes_and_plain_years_do_not_count() -> None:
    for text in ("落实“每周一查”制度", "年度重点工作任务一体推进", "每一起事故"):
        assert periods(text, mask(text)) == []
