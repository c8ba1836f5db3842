"""Records of special campaigns (专项行动)."""

from bihuan.campaigns.models.campaign import (
    Campaign,
    CampaignUnit,
    MechanismRecord,
    Milestone,
    MilestoneReport,
)
from bihuan.campaigns.models.returns import Correction, Return, Snapshot

__all__ = [
    "Campaign", "CampaignUnit", "Correction", "MechanismRecord", "Milestone", "MilestoneReport", "Return", "Snapshot",
]  # fmt: skip
