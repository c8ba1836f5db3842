"""From an industry code (GB/T 4754) to the supervised sector, by 应急厅〔2019〕17号: finest level first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class IndustryRow:
    """What the rule needs of one row of the table. `sector` "" leaves the decision to the level above."""

    code: str
    name: str
    sector: str
    verified: bool
    exclude_children: tuple[str, ...] = ()
    typical_features: tuple[str, ...] = ()


@dataclass(frozen=True)
class SectorMatch:
    """The sector with the row that decided it; `verified` False is shown as 待核对."""

    sector: str
    industry_code: str
    industry_name: str
    verified: bool


def industry_chain(code: str) -> tuple[str, ...]:
    """Return the codes that may decide, finest first: C3110 → 3110, 311, 31. Empty when it is no such code."""
    match = re.fullmatch(r"[A-T]?(\d{2,4})", code.strip().upper())
    if match is None:
        return ()
    digits = match.group(1)
    return tuple(digits[:length] for length in range(len(digits), 1, -1))


def sector_of(code: str, table: Mapping[str, IndustryRow]) -> SectorMatch | None:
    """Return the sector of `code`, or None when no row decides (a person must then choose).

    The finest row with a sector wins (小类, then 中类, then 大类). A division that excludes one of the finer codes
    does not speak for it: without a row of its own such a code stays undecided.
    """
    chain = industry_chain(code)
    for candidate in chain:
        row = table.get(candidate)
        if row is None or not row.sector:
            continue
        if set(row.exclude_children) & set(chain):
            return None
        return SectorMatch(row.sector, row.code, row.name, row.verified)
    return None
