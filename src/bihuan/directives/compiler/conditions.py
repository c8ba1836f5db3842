"""Conditions on the enterprise or object (applies_to) and the cited basis (source_basis)."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from .packs import pack

_TITLE = re.compile(r"《[^》]{2,80}》(?:（[^（）]{2,30}号）)?")
_ORDER = re.compile(r"[\u4e00-\u9fa5]{2,10}?\d{1,3}号令")
_CITED = re.compile(
    r"(?:按照|根据|依据|执行|落实|对照|遵守|依照|符合|按|《?贯彻)(?:国家|省|市|有关|相关|《)*([^，。；、]{2,30}?(?:有关规定|规定|标准规范|目录|实施细则|判定标准|法律法规|规程|规范))"
)


@cache
def _rows() -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    rows = pack("conditions")["conditions"]
    return tuple(
        (code, re.compile("|".join(f"(?:{p})" for p in patterns)), any("《" in p for p in patterns))
        for code, patterns in rows.items()
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Condition codes and, for each, the words that named it."""

    words: dict[str, str]


@lru_cache(maxsize=2048)
def named_in(text: str) -> Found:
    """Return the conditions named in ``text``; titles of documents and shares by place do not count."""
    plain = re.sub(r"《[^》]*》", lambda m: "□" * len(m[0]), text)
    hits = {
        code: found[0]
        for code, pattern, whole in _rows()
        if (found := pattern.search(text if whole else plain))
    }
    for code, stronger in pack("conditions")["implied_by"].items():
        if set(stronger) & hits.keys():
            hits.pop(code, None)
    return Found(hits)


NOTHING = Found({})


def applies_to(text: str, title: str, label: str, carried: Found, whole: Found) -> Found:
    """Return the conditions of an obligation: its own, its subject's, and those of the label or heading above it.

    ``whole`` is what the notice is about, where nothing more exact is said. A heading about one kind of operation
    does not add to a clause that names another kind.
    """
    own = named_in(text.split("，其中")[0]).words
    above = named_in(label).words or named_in(title).words
    operations = set(pack("conditions")["operations"])
    if operations & own.keys() and operations & above.keys() and not operations & own.keys() & above.keys():
        above = {code: word for code, word in above.items() if code not in operations}
    above = {code: word for code, word in above.items() if code != "major_hazard"}
    return Found({**own, **carried.words, **above} or whole.words)


def theme(title: str) -> Found:
    """Return the one kind of risk the whole notice is about, if its title names just one."""
    found = named_in(re.sub("[《》]", "", title))
    if re.search("和|及|、", title):
        return NOTHING
    return (
        found if len(found.words) == 1 and set(found.words) <= set(pack("conditions")["themes"]) else NOTHING
    )


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
