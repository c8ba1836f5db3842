"""Half-years, what an attestation covers, and what changed since the last one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bihuan.foundation.lib.canonical import canonical_json, plain_json
from bihuan.foundation.lib.sm3 import sm3_hex

ATTESTED = (
    "name", "credit_code", "division_code", "address", "ownership", "scale", "above_scale", "industry_code", "sector", "processes", "headcount",
    "dust_workers", "principal_name", "principal_phone", "safety_contact", "safety_phone", "status", "standardisation_level",
)  # fmt: skip
"""The fields of the file that are attested."""


def half_year_of(day: date) -> str:
    """2025-03-07 → 2025H1."""
    return f"{day.year}H{1 if day.month <= 6 else 2}"


def last_day_of(half_year: str) -> date:
    """The day by which a half-year's round should be complete."""
    year, half = int(half_year[:4]), half_year[-1]
    return date(year, 6, 30) if half == "1" else date(year, 12, 31)


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Fields whose value differs: (before, now); nothing for a firm that was never attested."""
    if not before:
        return {}
    return {key: (before.get(key), now[key]) for key in now if plain_json(before.get(key)) != plain_json(now[key])}


def digest_of(content: Mapping[str, Any]) -> str:
    """SM3 over the attested content; what a signature stands for."""
    return sm3_hex(canonical_json(dict(content)))
