"""Figures (数字): named, defined, computed from records, drillable."""
