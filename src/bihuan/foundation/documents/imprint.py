"""The line at the foot of an official form: edition, state, check code, time of printing (期次、状态、校验码)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bihuan.foundation.lib.canonical import canonical_json
from bihuan.foundation.lib.sm3 import sm3_hex


def check_code(content: Mapping[str, Any]) -> str:
    """Return the short code over the facts of a document (not its file), as `7F3C-A21E`: SM3, first 8 digits.

    Whoever holds the paper can compare it with the record on the page; the full hash of the file is on the IssuedCopy.
    """
    digits = sm3_hex(canonical_json(content))[:8].upper()
    return f"{digits[:4]}-{digits[4:]}"


def imprint(
    content: Mapping[str, Any], *, at: datetime, edition: str = "", state: str = ""
) -> dict[str, Any]:
    """Return the context entry `imprint`; `edition` like 第13期, `state` like 草稿 or 已锁定."""
    return {"edition": edition, "state": state, "check_code": check_code(content), "printed_at": at}
