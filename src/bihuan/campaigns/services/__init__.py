"""Every write to campaigns and returns."""
