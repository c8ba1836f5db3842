"""Working-day calendar, clocks with pause and extension, overdue sweep (时限)."""
