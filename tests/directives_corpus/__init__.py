"""Own-written notices with gold, and where the shared development notices lie."""
