"""Evidence files (证据附件): checked by content, hashed, kept for good, served through the owning record.

A model becomes an owner by `registry.owner(kind, model)` in its app's `ready()`; files hang on records, and who sees
the record sees its files. Nothing is deleted: `services.withdraw` takes a file out of use and keeps it.
"""
