"""Pages of inspections (检查执法)."""
