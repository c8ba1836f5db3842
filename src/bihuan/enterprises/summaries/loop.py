"""Completeness of the five-link loop: which links a firm's record graph reaches from the firm itself (P24-032)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from bihuan.enterprises.loops import STAGES, stage_of
from bihuan.enterprises.models import Enterprise, RecordLink

BATCH = 500


@dataclass(frozen=True)
class LoopScore:
    """Links reached and not reached; the score is the share of the five in per cent."""

    reached: frozenset[str]

    @property
    def percent(self) -> int:
        """The score."""
        return 100 * len(self.reached) // len(STAGES)

    @property
    def missing(self) -> list[str]:
        """Words for the links that nothing leads to."""
        return [title for key, title in STAGES if key not in self.reached]


def loop_scores(firm_ids: Sequence[int]) -> dict[int, LoopScore]:
    """Scores by firm: a record counts only when a chain of links leads to it from the firm (no orphan counts)."""
    reached: dict[int, set[str]] = {pk: {"base"} for pk in firm_ids}
    for start in range(0, len(firm_ids), BATCH):
        for firm_id, kind in _reach(firm_ids[start : start + BATCH]):
            stage = stage_of(kind)
            if stage:
                reached[firm_id].add(stage)
    return {pk: LoopScore(frozenset(stages)) for pk, stages in reached.items()}


def _reach(firm_ids: Sequence[int]) -> Iterable[tuple[int, str]]:
    """(firm, kind) pairs of all records that the graph reaches; one recursive query, the same on both databases."""
    if not firm_ids:
        return []
    firms, links = (connection.ops.quote_name(model._meta.db_table) for model in (Enterprise, RecordLink))
    places = ", ".join(["%s"] * len(firm_ids))
    query = f"""
        WITH RECURSIVE reach(firm, kind, record) AS (
            SELECT id, 'enterprises.enterprise', id FROM {firms} WHERE id IN ({places})
            UNION
            SELECT l.enterprise_id, CAST(l.target_kind AS TEXT), l.target_id FROM {links} l
            JOIN reach r ON l.enterprise_id = r.firm AND l.source_kind = r.kind AND l.source_id = r.record
        )
        SELECT DISTINCT firm, kind FROM reach
    """
    with connection.cursor() as cursor:
        cursor.execute(query, list(firm_ids))
        return list(cursor.fetchall())


def loop_scores_by_supervisor(firms: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Mean score in per cent by supervising body, from (firm, supervisor) pairs; rounded down."""
    pairs = list(firms)
    scores = loop_scores([firm for firm, _ in pairs])
    by_unit: dict[int, list[int]] = defaultdict(list)
    for firm, unit in pairs:
        by_unit[unit].append(scores[firm].percent)
    return {unit: sum(values) // len(values) for unit, values in by_unit.items()}
