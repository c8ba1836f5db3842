"""Which bodies make which visits, and what a finding of a visit is called (附件2 检查环节)."""

from __future__ import annotations

LEVEL_OF_BODY = {"province": "province", "city": "city", "county": "county", "zone": "county"}
LEVELS_OF_KIND: dict[str, tuple[str, ...]] = {
    "joint": ("county", "city", "province"),
    "routine": ("county", "city", "province"),
    "cross": ("county",),
    "supervision": ("city", "province"),
}
ORIGIN_OF_KIND = {"joint": "inspection", "routine": "inspection", "cross": "cross", "supervision": "city_supervision"}


def level_of_body(kind: str, parent_kind: str = "") -> str:
    """The level at which a body inspects; a member body (成员单位) stands at its parent's; "" for a firm."""
    return LEVEL_OF_BODY.get(parent_kind if kind == "department" else kind, "")


def names_in(text: str) -> list[str]:
    """Names typed in one field, separated by 、，, blanks or lines."""
    for mark in "，,；;/\n\t\u3000 ":
        text = text.replace(mark, "、")
    return list(dict.fromkeys(part for part in text.split("、") if part))
