"""Figures of deployment (附件1 行1) and of the working mechanisms."""

from __future__ import annotations

from django.db.models import Q

from bihuan.campaigns.choices import SIX_MECHANISMS
from bihuan.campaigns.models import MechanismRecord
from bihuan.foundation.figures.registry import Base, Count, Distinct, figure

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
