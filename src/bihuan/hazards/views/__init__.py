"""Pages of hazard treatment."""
