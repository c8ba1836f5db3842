"""Append-only history (审计日志): who did what to which record, hash-chained per record with SM3, anchored nightly."""
