"""Settings and roots; imports all, imported by none."""
