"""Pages of enforcement (行政处罚)."""
