"""Records of hazard treatment (隐患治理)."""

from bihuan.hazards.models.hazard import Hazard, HazardTag, NumberSeries

__all__ = ["Hazard", "HazardTag", "NumberSeries"]
