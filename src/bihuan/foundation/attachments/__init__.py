"""Evidence files (证据附件): checked, hashed, served through the owning record."""
