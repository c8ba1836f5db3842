"""THE ONE PLACE that decides who sees what and who may do what (权限)."""
