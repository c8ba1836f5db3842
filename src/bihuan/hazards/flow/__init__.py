"""The loops of this app, each as one table."""

from bihuan.hazards.flow.hazard import HAZARD_FLOW

__all__ = ["HAZARD_FLOW"]
