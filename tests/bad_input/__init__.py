"""Input that nobody should send, and interruptions that nobody wants; what a browser must show is in tests/journeys."""
