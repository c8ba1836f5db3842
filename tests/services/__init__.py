"""The running parts, as real processes."""
