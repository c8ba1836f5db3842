"""What campaigns do by themselves: open the week, remind before the deadline, name the missing on Friday evening."""

from __future__ import annotations

from datetime import datetime, timedelta

from bihuan.campaigns.models import Campaign, Return
from bihuan.campaigns.services.returns import open_week
from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.jobs.running import Run
from bihuan.foundation.lib.times import local_date, shanghai, utc_now, week_of
from bihuan.foundation.messages.services import notify

REMIND_BEFORE = timedelta(hours=3)


def open_weeks(at: datetime) -> int:
    """Open this week's returns of every running campaign; safe to run twice."""
    friday = week_of(local_date(at)).friday
    opened = 0
    for campaign in Campaign.objects.running(at):
        if friday in campaign.fridays():
            opened += len(open_week(campaign, friday=friday, at=at))
    return opened


def remind_and_name_missing(at: datetime) -> int:
    """Before the deadline remind each missing unit once; after it tell the host who is missing, once a week."""
    actor, sent = system_actor("周调度"), 0
    rows = Return.objects.missing().filter(due_at__lte=at + REMIND_BEFORE, due_at__gt=at - timedelta(days=2)).select_related("organisation", "campaign")
    late: dict[tuple[int, str], list[Return]] = {}
    for row in rows:
        if row.due_at > at:
            notify(
                actor, key=f"return-due-{row.pk}", title=f"{row.week} 周调度统计表今日 {shanghai(row.due_at):%H:%M} 截止", link=row.get_absolute_url(),
                to_capability="campaigns.submit_return", organisation_id=row.organisation_id, at=at, urgent=True,
            )  # fmt: skip
            sent += 1
        else:
            late.setdefault((row.campaign_id, row.week), []).append(row)
    for (campaign_id, week), missing in late.items():
        host = missing[0].campaign.organisation_id
        names = "、".join(str(r.organisation) for r in sorted(missing, key=lambda r: r.organisation.order))
        notify(
            actor, key=f"return-missing-{campaign_id}-{week}", title=f"{week} 周调度统计表未报送 {len(missing)} 个单位", body=f"未报送：{names}",
            link=missing[0].campaign.get_absolute_url(), to_capability="campaigns.review_return", organisation_id=host, at=at,
        )  # fmt: skip
        sent += 1
    return sent


def run_open_weeks(run: Run) -> None:
    """The schedule's door."""
    open_weeks(utc_now())


def run_reminders(run: Run) -> None:
    """The schedule's door."""
    remind_and_name_missing(utc_now())
