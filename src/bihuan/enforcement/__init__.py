"""Enforcement (行政处罚): penalty decisions and orders that follow inspections."""
