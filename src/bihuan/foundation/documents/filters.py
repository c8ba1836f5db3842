"""What the tags of a template may do with a value: `{{ filled_on|cn_date }}`. Listed in docs/development/documents.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from bihuan.foundation.lib.money import fen_to_wan
from bihuan.foundation.lib.times import cn_date as plain_cn_date
from bihuan.foundation.lib.times import shanghai

# Characters that XML 1.0 forbids, and the two by which the engine would break paragraphs and pages.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def _day(value: date | datetime | str) -> date | None:
    """The day meant; a text in ISO form counts as a date (submitted snapshots are JSON), any other text does not."""
    if isinstance(value, str):
        try:
            return _day(datetime.fromisoformat(value)) if "T" in value else date.fromisoformat(value)
        except ValueError:
            return None
    return shanghai(value).date() if isinstance(value, datetime) else value


def cn_date(value: date | datetime | str | None) -> str:
    """2025年3月7日; nothing for None; text that is no ISO date as it is."""
    day = _day(value) if value else None
    return plain_cn_date(day) if day else str(value or "")


def cn_date_spaced(value: date | datetime | str | None) -> str:
    """2025 年 3 月 7 日, as forms print it; blanks to fill in for None."""
    if value is None:
        return "　　年　　月　　日"
    day = _day(value)
    if day is None:
        return str(value)
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def cn_datetime(value: datetime | str | None) -> str:
    """2025-03-07 10:32, Shanghai clock; text that is no ISO moment as it is."""
    if value is None:
        return ""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return f"{shanghai(moment):%Y-%m-%d %H:%M}"


def num(value: int | Decimal | float | str | None) -> str:
    """A figure as it stands, without trailing zeros; a blank to fill in for None (not started, not due)."""
    if value is None:
        return "　"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def wan(fen: int | None) -> str:
    """Amount in fen as 万元 without trailing zeros; a blank for None."""
    return num(None if fen is None else fen_to_wan(fen))


def text_only(value: object) -> object:
    """Drop what XML forbids from a text and print nothing for None (the engine calls it for every tag)."""
    if value is None:
        return ""
    return FORBIDDEN.sub("", value.replace("\r\n", "\n")) if type(value) is str else value


FILTERS: dict[str, Callable[..., str]] = {
    "cn_date": cn_date,
    "cn_date_spaced": cn_date_spaced,
    "cn_datetime": cn_datetime,
    "num": num,
    "wan": wan,
}
