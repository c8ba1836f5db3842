"""Journeys of real people through a served demonstration region, in a real browser."""
