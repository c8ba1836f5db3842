"""How values are written on screen: dates, times, money, deadlines.

Dates follow GB/T 7408.1 (YYYY-MM-DD); prose dates have no zero padding (2025年3月7日). Times are Asia/Shanghai.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from bihuan.foundation.lib.money import fen_to_wan
from bihuan.foundation.lib.times import cn_date, local_date, shanghai

Tone = Literal["gray", "blue", "green", "yellow", "orange", "red", "redf"]
TONES: tuple[Tone, ...] = ("gray", "blue", "green", "yellow", "orange", "red", "redf")

SOON_DAYS = 3
"""A deadline this near, in days, is drawn in orange."""


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline to draw. `done` stops the countdown; `words` keeps a policy's own wording (6月底)."""

    on: date | datetime | None
    done: bool = False
    words: str = ""


class DueWords(NamedTuple):
    """The countdown of a deadline."""

    text: str
    tone: str
    late: bool


def day_of(when: date | datetime) -> date:
    """The Shanghai day of a date or moment."""
    return local_date(when) if isinstance(when, datetime) else when


def iso_date(when: date | datetime | None) -> str:
    """2025-03-07, or nothing."""
    return day_of(when).isoformat() if when else ""


def iso_minute(when: datetime | None) -> str:
    """2025-03-07 10:32 on a Shanghai clock, or nothing."""
    return f"{shanghai(when):%Y-%m-%d %H:%M}" if when else ""


def prose_date(when: date | datetime | None) -> str:
    """2025年3月7日, as official prose writes it."""
    return cn_date(day_of(when)) if when else ""


def wan(fen: int | None) -> str:
    """Money kept in fen, in 万元: thousands separated, one or two decimals (3.2, 1,204.55)."""
    if fen is None:
        return ""
    text = f"{fen_to_wan(fen):,.2f}"
    return text[:-1] if text.endswith("0") else text


def due_words(due: date | datetime, now: datetime) -> DueWords:
    """The countdown: 剩 n 天, 今日到期, 逾期 n 天. A bare date is overdue from the following day."""
    days = (day_of(due) - day_of(now)).days
    if isinstance(due, datetime) and days == 0 and now > due:
        return DueWords("今日已逾期", "red", True)
    if days < 0:
        return DueWords(f"逾期 {-days} 天", "red", True)
    if days == 0:
        return DueWords("今日到期", "orange", False)
    return DueWords(f"剩 {days} 天", "orange" if days <= SOON_DAYS else "", False)
