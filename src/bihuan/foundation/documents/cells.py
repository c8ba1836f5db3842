"""What a value becomes in a spreadsheet cell: real dates and numbers, text that stays text (types by column)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from bihuan.foundation.documents.filters import FORBIDDEN
from bihuan.foundation.lib.money import fen_to_wan
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import shanghai

Kind = Literal["text", "integer", "decimal", "wan", "date", "datetime", "yesno"]
Cell = str | int | float | date | datetime | None
LONGEST_TEXT = 32_767  # Excel's limit for one cell
FIRST_YEAR = 1900  # Excel knows no earlier day
EXACT_DIGITS = 10**15  # beyond this a spreadsheet rounds whole numbers
NUMBER_FORMATS: dict[Kind, str] = {
    "text": "@",
    "integer": "0",
    "decimal": "0.00",
    "wan": "0.00",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
    "yesno": "@",
}


@dataclass(frozen=True)
class SheetColumn:
    """One column: key in the row, heading, kind, width in characters, and the head it shares with its neighbours.

    Kind `wan` takes an amount in fen and shows 万元; `yesno` shows 是/否; codes and phone numbers are `text`.
    """

    key: str
    title: str
    kind: Kind = "text"
    width: float = 14
    group: str = ""


def as_text(value: Any) -> str | None:
    """Text without the characters XML forbids; Problem `documents.cell_too_long` beyond Excel's limit."""
    if value is None:
        return None
    text = value if type(value) is str else str(value)
    if not text.isprintable():
        text = FORBIDDEN.sub("", text)
    if len(text) > LONGEST_TEXT:
        raise Problem(
            "documents.cell_too_long",
            f"有一格文字超过 {LONGEST_TEXT} 字，表格放不下：“{text[:30]}…”。请缩短后再导出。",
        )
    return text


def as_integer(value: Any) -> int | str | None:
    """A whole number; as text where a spreadsheet would round it."""
    if value is None:
        return None
    number = int(value)
    if number != value:
        raise ValueError(f"not a whole number: {value!r}")
    return number if -EXACT_DIGITS < number < EXACT_DIGITS else str(number)


def as_decimal(value: Any) -> float | None:
    """A number; ValueError for what is none or not finite."""
    if value is None:
        return None
    number = float(value if isinstance(value, int | float | Decimal) else Decimal(str(value)))
    if not math.isfinite(number):
        raise ValueError(f"not a finite number: {value!r}")
    return number


def as_wan(value: Any) -> float | None:
    """An amount in fen as 万元."""
    return None if value is None else float(fen_to_wan(value))


def as_date(value: Any) -> date | str | None:
    """A day (of a moment: the day in China), also from ISO text as snapshots hold it; as text before 1900."""
    if value is None:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    day: date = shanghai(value).date() if isinstance(value, datetime) else value
    return day if day.year >= FIRST_YEAR else day.isoformat()


def as_datetime(value: Any) -> datetime | str | None:
    """A moment on the Shanghai clock, without zone as spreadsheets want it; as text before 1900."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = shanghai(moment).replace(tzinfo=None, microsecond=0)
    return local if local.year >= FIRST_YEAR else local.isoformat(" ")


def as_yesno(value: Any) -> str | None:
    """是 or 否."""
    return None if value is None else "是" if value else "否"


CONVERT: dict[Kind, Callable[[Any], Cell]] = {
    "text": as_text,
    "integer": as_integer,
    "decimal": as_decimal,
    "wan": as_wan,
    "date": as_date,
    "datetime": as_datetime,
    "yesno": as_yesno,
}
