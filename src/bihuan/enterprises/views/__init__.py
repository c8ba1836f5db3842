"""Pages of the enterprise file (一企一档)."""
