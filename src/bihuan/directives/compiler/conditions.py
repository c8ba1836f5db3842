"""Conditions on the enterprise or object (applies_to) and the cited basis (source_basis)."""

import re
from functools import cache

from .packs import pack

_TITLE = re.compile(r"《[^》]{2,80}》(?:（[^（）]{2,30}号）)?")
_ORDER = re.compile(r"[\u4e00-\u9fa5]{2,10}?\d{1,3}号令")
_CITED = re.compile(
    r"(?:按照|根据|依据|执行|落实|对照|遵守|依照|符合|按|《?贯彻)(?:国家|省|市|有关|相关|《)*([^，。；、]{2,30}?(?:有关规定|规定|标准规范|目录|实施细则|判定标准|法律法规|规程|规范))"
)


@cache
def _rows() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = pack("conditions")["conditions"]
    return tuple(
        (code, re.compile("|".join(f"(?:{p})" for p in patterns))) for code, patterns in rows.items()
    )


def applies_to(text: str, context: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the condition codes named in ``text``, else in ``context`` (heading, lead-in), and the words."""
    codes, fired = _match(text)
    if not codes and context:
        codes, fired = _match(context)
    return codes, fired


def _match(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    plain = re.sub(r"《[^》]*》", lambda m: "□" * len(m[0]), text)
    hits = [(code, found[0]) for code, pattern in _rows() if (found := pattern.search(plain))]
    codes = {code for code, _ in hits}
    implied = {code for code, stronger in pack("conditions")["implied_by"].items() if codes & set(stronger)}
    kept = [(code, word) for code, word in hits if code not in implied]
    return tuple(code for code, _ in kept), tuple(word for _, word in kept)


def source_basis(text: str) -> tuple[str, ...]:
    """Return the laws, standards and documents cited in ``text``."""
    found = [
        m[0]
        for m in _TITLE.finditer(text)
        if not re.search(r"(?:制定|编制|起草|建立|填报|报送|填写)$", text[: m.start()])
    ]
    if not found:
        found = [m[1] for m in _CITED.finditer(text)] or [m[0] for m in _ORDER.finditer(text)]
    return tuple(dict.fromkeys(found))
