"""Which risk features a firm gets: automatic ones from the catalogues, typical ones of its industry as a hint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bihuan.reference.rules.sectors import IndustryRow, industry_chain


@dataclass(frozen=True)
class CatalogueRow:
    """One line of a catalogue (目录): an industry (with everything beneath it) or a process, and what it means."""

    code: str
    industry: str
    process: str
    feature: str
    citation: str
    verified: bool


@dataclass(frozen=True)
class FeatureTag:
    """A feature with its reason. `automatic` ones are set by a catalogue; the others are typical and must be confirmed."""

    feature: str
    automatic: bool
    citation: str
    verified: bool


def features_for(
    industry_code: str,
    processes: Iterable[str],
    catalogue: Iterable[CatalogueRow],
    table: Mapping[str, IndustryRow],
) -> list[FeatureTag]:
    """Return the features of a firm, each once, automatic ones first.

    A catalogue line speaks when the firm's industry code is its code or beneath it, or when one of the firm's
    processes (工艺) bears its name; of several lines for one feature the most exact verified one is cited. Where
    no catalogue speaks, the features typical of the finest described industry follow as unconfirmed hints.
    """
    chain = industry_chain(industry_code)
    carried_out = {process.strip() for process in processes}
    tags: dict[str, FeatureTag] = {}
    speaking = [
        row for row in catalogue if row.industry in chain or (row.process and row.process in carried_out)
    ]
    for row in sorted(speaking, key=lambda row: (not row.verified, -len(row.industry), row.code)):
        tags.setdefault(row.feature, FeatureTag(row.feature, True, row.citation, row.verified))
    described = next((table[code] for code in chain if code in table and table[code].typical_features), None)
    for feature in described.typical_features if described else ():
        reason = f"{described.name}（{described.code}）的常见风险特征" if described else ""
        tags.setdefault(feature, FeatureTag(feature, False, reason, False))
    return list(tags.values())
