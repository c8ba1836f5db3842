"""How official documents write articles and items: 第四条第一项."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """Return 1 to 999 in Chinese numerals (4 → 四, 13 → 十三, 112 → 一百一十二); ValueError beyond."""
    if not 1 <= number <= 999:
        raise ValueError(f"no article has the number {number}")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def article_citation(standard: str, article: int, item: int | None = None) -> str:
    """Return a full citation such as 应急管理部令第10号第四条第一项."""
    return f"{standard}第{chinese_number(article)}条" + (f"第{chinese_number(item)}项" if item else "")
