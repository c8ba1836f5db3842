"""Inspections (检查): visits, checklists, on-site problem lists."""
