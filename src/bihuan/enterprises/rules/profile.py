"""What follows from the fields of a firm's file: search letters, what is missing, masked telephone numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pypinyin import Style, lazy_pinyin

# What the file of every firm must hold, with the word that asks for it.
WANTED = {
    "industry_code": "行业代码", "headcount": "从业人数", "address": "地址", "principal_name": "主要负责人",
    "principal_phone": "主要负责人电话", "safety_contact": "安全负责人", "safety_phone": "安全负责人电话",
}  # fmt: skip


def initials(name: str) -> str:
    """The first letters of the name's pinyin, lower case; letters and digits stay: 定襄A厂 → dxac."""
    letters = lazy_pinyin(name, style=Style.FIRST_LETTER, errors=lambda rest: rest)
    return "".join(c for part in letters for c in part.lower() if c.isascii() and c.isalnum())[:120]


@dataclass(frozen=True)
class Completeness:
    """How much of the wanted fields is there, in whole per cent, and what is missing."""

    percent: int
    missing: tuple[str, ...]


def completeness(values: Mapping[str, object]) -> Completeness:
    """Judge a file by its fields."""
    missing = tuple(title for key, title in WANTED.items() if not values.get(key))
    return Completeness(100 * (len(WANTED) - len(missing)) // len(WANTED), missing)


def masked(phone: str) -> str:
    """A telephone number as lists show it: 138****2207."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else phone
