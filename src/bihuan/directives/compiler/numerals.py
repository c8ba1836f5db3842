"""Chinese and Arabic numerals up to 99 999."""

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}


def number(text: str) -> float | None:
    """Return the value of ``text`` ('12', '1,200', '二十一'); None if it is no number."""
    plain = text.replace(",", "")
    try:
        return float(plain)
    except ValueError:
        pass
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            return None
    return float(total + digit) if text else None
