"""The loops of this app, each as one table."""

from bihuan.hazards.flow.follow_up import DIFFICULTY_FLOW, INVESTIGATION_FLOW
from bihuan.hazards.flow.hazard import HAZARD_FLOW
from bihuan.hazards.flow.quarterly import QUARTER_FLOW
from bihuan.hazards.flow.supervision import PROPOSAL_FLOW, SUPERVISION_FLOW

FLOWS = (HAZARD_FLOW, SUPERVISION_FLOW, PROPOSAL_FLOW, DIFFICULTY_FLOW, INVESTIGATION_FLOW, QUARTER_FLOW)

__all__ = ["DIFFICULTY_FLOW", "FLOWS", "HAZARD_FLOW", "INVESTIGATION_FLOW", "PROPOSAL_FLOW", "QUARTER_FLOW", "SUPERVISION_FLOW"]
