"""One byte string for one value, so that hashes can be compared."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"cannot be written canonically: {type(value).__name__}")


def canonical_json(value: Any) -> bytes:
    """Write `value` as UTF-8 JSON with sorted keys and no spaces; times in UTC; raises TypeError on unknown types."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain, allow_nan=False
    ).encode()


def plain_json(value: Any) -> Any:
    """The same value as JSON types only, as it will come back from a database column."""
    return json.loads(canonical_json(value))
