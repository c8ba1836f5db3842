"""Reminding units that have not handed in."""

from __future__ import annotations

from datetime import datetime

from bihuan.campaigns.models import Return
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.times import shanghai
from bihuan.foundation.messages.services import notify


def missing_units(campaign_id: int, week: str) -> list[Return]:
    """Units that have not handed in that week."""
    rows = Return.objects.of_week(week).missing().filter(campaign_id=campaign_id).select_related("organisation")
    return list(rows.order_by("organisation__order", "pk"))


def remind_missing(actor: Actor, weekly: Return, *, at: datetime) -> list[Return]:
    """Send the reporters of missing units a message, once an hour at most; returns the units reminded."""
    require(actor, "campaigns.review_return", weekly)
    missing = missing_units(weekly.campaign_id, weekly.week)
    for row in missing:
        notify(
            actor, key=f"return-reminder-{row.pk}-{shanghai(at):%Y%m%d%H}", title=f"催报：{row.week} 周调度统计表尚未提交",
            body=f"请于 {shanghai(row.due_at):%m月%d日 %H:%M} 前签字提交。", link=row.get_absolute_url(), to_capability="campaigns.submit_return",
            organisation_id=row.organisation_id, at=at, urgent=True,
        )  # fmt: skip
    if missing:
        record(actor, "campaigns.return.reminded", weekly, at=at, detail={"title": "催报"}, after={"units": [r.organisation_id for r in missing]})
    return missing
