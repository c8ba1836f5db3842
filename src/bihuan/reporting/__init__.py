"""Dashboards and statistics (驾驶舱); reads only."""
