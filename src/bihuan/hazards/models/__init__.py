"""Records of hazard treatment (隐患治理)."""

from bihuan.hazards.models.firm import (
    BehaviourObservation,
    DailyCheck,
    HazardCause,
    QuarterlyReport,
    StorageAsset,
    StorageCheck,
    Workshop,
)
from bihuan.hazards.models.follow_up import Difficulty, Investigation
from bihuan.hazards.models.hazard import Hazard, HazardTag, NumberSeries
from bihuan.hazards.models.self_check import SelfCheckPlan, SelfCheckSession
from bihuan.hazards.models.supervision import DoubleReport, Proposal, Supervision, SupervisionProgress

__all__ = [
    "BehaviourObservation", "DailyCheck", "Difficulty", "DoubleReport", "Hazard", "HazardCause", "HazardTag", "Investigation",
    "NumberSeries", "Proposal", "QuarterlyReport", "SelfCheckPlan", "SelfCheckSession", "StorageAsset", "StorageCheck",
    "Supervision", "SupervisionProgress", "Workshop",
]  # fmt: skip
