"""Figures of deployment (附件1 行1) and of the working mechanisms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from bihuan.campaigns.choices import SIX_MECHANISMS
from bihuan.campaigns.models import Campaign, MechanismRecord
from bihuan.foundation.figures.registry import Base, Count, Distinct, figure
from bihuan.foundation.figures.summaries import Window, register_windows

MECHANISMS = Base(
    "campaigns.mechanism", "部署与工作机制", queryset=lambda: MechanismRecord.objects.all(), unit="unit_id", window="held_at",
    link="campaigns:mechanisms", recorded="recorded_at",
)  # fmt: skip
PLANS = figure(
    "campaigns.plans", "制定实施方案（通知）的县（区）", unit="个", base=MECHANISMS, at="held_at", measure=Distinct("unit_id"),
    when=Q(kind="plan"), source="忻应急发〔2024〕216号 附件1 行1", definition="已登记实施方案（通知）的报送单位。",
)  # fmt: skip
USES = tuple(
    figure(
        f"campaigns.mechanism.{kind.value}", kind.label, unit="次", base=MECHANISMS, at="held_at", measure=Count(), when=Q(kind=kind.value),
        source="忻应急发〔2024〕216号 四(三)", definition=f"专项行动期间登记的“{kind.label}”。",
    )
    for kind in SIX_MECHANISMS
)  # fmt: skip

# Returns are corrected and compared for some weeks after a campaign has ended.
READ_AFTER_END = timedelta(days=60)


def campaign_windows(at: datetime) -> Iterator[Window]:
    """The windows of campaigns under way or just ended, with their weekly cut-offs, so that their figures are kept ready."""
    for campaign in Campaign.objects.filter(starts_at__lte=at, ends_at__gte=at - READ_AFTER_END):
        yield Window(campaign.starts_at, campaign.ends_at, tuple(campaign.cutoff_of(friday) for friday in campaign.fridays()))


def keep_points() -> None:
    """Called once at start."""
    register_windows(campaign_windows)
