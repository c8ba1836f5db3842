"""What may be reported, by whom and how late (登记规则)."""

from __future__ import annotations

from datetime import datetime, timedelta

from bihuan.hazards.choices import CHANNEL_OF_ORIGIN

CLOCK_SLACK = timedelta(minutes=5)
# Which levels of checking body each origin can have (附件2 “检查环节”).
LEVELS_OF_ORIGIN: dict[str, tuple[str, ...]] = {
    "self": ("enterprise",),
    "inspection": ("county", "city", "province"),
    "cross": ("county",),
    "city_supervision": ("city", "province"),
    "tipoff": ("county", "city", "province"),
}
LEVEL_OF_BODY = {"province": "province", "city": "city", "county": "county", "zone": "county", "enterprise": "enterprise"}


def checking_level(origin: str, body_kind: str, parent_kind: str = "") -> str | None:
    """Level of the body that checked; a member body (成员单位) has its parent's; None where it does not fit the origin."""
    level = LEVEL_OF_BODY.get(parent_kind if body_kind == "department" else body_kind)
    return level if level in LEVELS_OF_ORIGIN[origin] else None


def found_at_fault(found_at: datetime, at: datetime, late_hours: int) -> str | None:
    """Chinese fault of a finding time, or None: not in the future, and entered at most `late_hours` later."""
    if found_at > at + CLOCK_SLACK:
        return "发现时间不能晚于当前时间，请核对日期和手机时钟。"
    if found_at < at - timedelta(hours=late_hours):
        return f"发现时间已超过 {late_hours} 小时的补录时限，不能倒填；请按实际登记时间填写，并在情况描述中写明最初发现的时间。"
    return None


def earlier_finding(first: tuple[datetime, datetime, int], second: tuple[datetime, datetime, int]) -> bool:
    """Counting rule of linked duplicates: true when `first` (found, reported, id) is the one that counts."""
    return first <= second


def own_loop(origin: str, level: str) -> bool:
    """Whether the firm itself confirms and re-checks: a general hazard from its own check; everything else is the regulator's."""
    return origin == "self" and level == "general"


def default_channel(origin: str, pairing_role: str) -> str:
    """The channel of a finding: a firm's own check while it takes part in paired help counts as paired help."""
    return "paired_help" if origin == "self" and pairing_role else CHANNEL_OF_ORIGIN[origin]
