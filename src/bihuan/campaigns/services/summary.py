"""The campaign's summary (专项行动工作总结), drafted from signed snapshots alone, so that its totals are those last handed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bihuan.campaigns.layout import annex1
from bihuan.campaigns.models import Campaign, Snapshot
from bihuan.foundation.figures.registry import Figure
from bihuan.foundation.tenancy.models import Organisation

# The series shown week by week; all other figures appear as totals.
SERIES = ("hazards.self.general.found", "hazards.self.major.found", "hazards.inspection.county.general.found", "hazards.inspection.county.major.found")


@dataclass(frozen=True)
class Summary:
    """The draft: totals of the last snapshot, the weeks behind it, and what was written on the way."""

    campaign: Campaign
    unit: Organisation
    last: Snapshot
    totals: list[tuple[Figure, int | None]]
    weeks: list[Snapshot]
    problems: list[str]
    suggestions: list[str]
    measures: list[str]


def latest_snapshots(campaign: Campaign, unit: Organisation) -> list[Snapshot]:
    """The valid snapshot of every week handed in (the last revision), oldest week first."""
    rows: Any = Snapshot.objects.filter(weekly_return__campaign=campaign, weekly_return__organisation=unit)
    by_week: dict[int, Snapshot] = {}
    for snapshot in rows.select_related("weekly_return").order_by("weekly_return__friday", "revision"):
        by_week[snapshot.weekly_return_id] = snapshot
    return list(by_week.values())


def draft_summary(campaign: Campaign, unit: Organisation) -> Summary | None:
    """Draft the unit's summary; None while nothing has been handed in."""
    weeks = latest_snapshots(campaign, unit)
    if not weeks:
        return None
    last = weeks[-1]
    return Summary(
        campaign, unit, last, totals=[(f, last.figures.get(f.key)) for f in annex1().figures()], weeks=weeks,
        problems=_written(weeks, "problems"), suggestions=_written(weeks, "suggestions"), measures=_written(weeks, "measures"),
    )  # fmt: skip


def _written(weeks: list[Snapshot], key: str) -> list[str]:
    """What was written under a heading, each text once, in the order of the weeks."""
    texts = (week.narratives.get(key, "").strip() for week in weeks)
    return list(dict.fromkeys(text for text in texts if text))
