"""How values are written: dates, money, deadlines, statuses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template

from bihuan.foundation.web import formats, markup
from bihuan.foundation.web.formats import Due, due_words

NOON = datetime(2025, 3, 7, 4, 0, tzinfo=UTC)  # 12:00 in China


def draw(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("due", "text", "tone", "late"),
    [
        (date(2025, 3, 17), "剩 10 天", "", False),
        (date(2025, 3, 10), "剩 3 天", "orange", False),
        (date(2025, 3, 7), "今日到期", "orange", False),
        (date(2025, 3, 6), "逾期 1 天", "red", True),
        (datetime(2025, 3, 7, 3, 0, tzinfo=UTC), "今日已逾期", "red", True),
        (datetime(2025, 3, 7, 9, 0, tzinfo=UTC), "今日到期", "orange", False),
        # 18:00 UTC is already the next day in China.
        (datetime(2025, 3, 7, 18, 0, tzinfo=UTC), "剩 1 天", "orange", False),
    ],
)
def test_countdown(due: date, text: str, tone: str, late: bool) -> None:
    assert due_words(due, NOON) == (text, tone, late)


def test_a_deadline_that_is_done_counts_no_more() -> None:
    assert not markup.is_late(Due(date(2025, 1, 1), done=True), NOON)
    assert "逾期" not in markup.due_html(Due(date(2025, 1, 1), done=True), NOON)
    assert markup.is_late(date(2025, 1, 1), NOON)


def test_a_policy_keeps_its_wording() -> None:
    assert draw("{% due d %}", d=Due(date(2025, 6, 30), words="6月底"), now=NOON).startswith('<span class="num">6月底</span>')


@pytest.mark.parametrize(("fen", "text"), [(3_200_000, "3.2"), (0, "0.0"), (14_250_000, "14.25"), (120_455_000_000, "120,455.0"), (None, "")])
def test_money_is_shown_in_wan(fen: int | None, text: str) -> None:
    assert formats.wan(fen) == text


def test_times_are_shown_on_the_shanghai_clock() -> None:
    moment = datetime(2025, 3, 6, 18, 32, tzinfo=UTC)
    assert "2025-03-07 02:32</time>" in draw("{% local m %}", m=moment)
    assert draw("{% cn_date m %} {{ m|iso }}", m=moment) == "2025年3月7日 2025-03-07"


def test_a_status_carries_its_word_and_escapes_it() -> None:
    assert draw('{% status "整改中" "orange" %}') == '<span class="tag orange">整改中</span>'
    assert "<b>" not in draw("{% status word %}", word="<b>x</b>")


def test_an_unknown_tone_or_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="not a tone"):
        draw('{% status "整改中" "purple" %}')
    with pytest.raises(ValueError, match="not a shape"):
        draw('{% dot "整改中" "red" "star" %}')


def test_an_icon_is_decoration_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "plus" %}')
    assert 'role="img" aria-label="新增"' in draw('{% icon "plus" label="新增" %}')
    with pytest.raises(ValueError, match="not the name of an icon"):
        draw('{% icon "../../secret" %}')


def test_numbers() -> None:
    assert draw("{{ 3|percent:4 }} {{ 0|percent:0 }} {{ 7|signed }} {{ 0|signed }} {{ 12345|grouped }}") == "75.0 100.0 +7 0 12,345"
    assert draw('{{ "13812342207"|masked_phone }} {{ "91140921MA0XXXXX4K"|credit_code }}') == "138****2207 91 140921 MA0XXXXX4 K"
