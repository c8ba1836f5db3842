"""Records of hazard treatment (隐患治理)."""

from bihuan.hazards.models.follow_up import Difficulty, Investigation
from bihuan.hazards.models.hazard import Hazard, HazardTag, NumberSeries
from bihuan.hazards.models.self_check import SelfCheckPlan, SelfCheckSession
from bihuan.hazards.models.supervision import DoubleReport, Proposal, Supervision, SupervisionProgress

__all__ = [
    "Difficulty", "DoubleReport", "Hazard", "HazardTag", "Investigation", "NumberSeries", "Proposal", "SelfCheckPlan", "SelfCheckSession", "Supervision",
    "SupervisionProgress",
]  # fmt: skip
