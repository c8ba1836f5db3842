"""What can happen here; higher apps subscribe to these names."""

CONFIRMED = "hazards.confirmed"
FIX_REPORTED = "hazards.hazard.report_fix"
OPENED = "hazards.hazard.opened"
CLOSED = "hazards.closed"
MERGED = "hazards.merged"
LISTED = "hazards.listed"
