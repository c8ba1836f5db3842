"""Listed supervision (挂牌督办), escalation and investigation: which body, which rung, which owner."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bihuan.foundation.lib.times import local_date, week_of

LADDER_SOURCE = "督办升级阶梯；各步均为建议，由有权人员决定，系统不自动处罚"


def supervised_at_city(checking_level: str) -> bool:
    """A major hazard found by a city or provincial body is listed by that body; every other one by the lead supervising body."""
    return checking_level in ("city", "province")


def days_overdue(due_at: datetime, at: datetime) -> int:
    """Whole days in China since the time limit; 0 on the day it passed."""
    return (local_date(at) - local_date(due_at)).days


def weeks_without_entry(listed: date, last: date, labels: set[str]) -> list[str]:
    """Labels of the full weeks since the week after listing, up to the week before `last`, that have no progress entry."""
    missing, monday = [], week_of(listed).monday + timedelta(days=7)
    while monday + timedelta(days=7) <= last:
        label = week_of(monday).label
        if label not in labels:
            missing.append(label)
        monday += timedelta(days=7)
    return missing


def investigator(origins: list[str]) -> str:
    """Who investigates (晋市应急工贸发〔2025〕39号 四(十八)): the firm when it reported itself, otherwise the local regulator."""
    return "enterprise" if set(origins) == {"self"} else "regulator"
