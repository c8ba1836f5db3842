"""Grading firms: facts for many in a few queries, the result kept with its formula, the file's grade renewed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from bihuan.enterprises.grading import formula_on, providers
from bihuan.enterprises.models import (
    Enterprise,
    EnterpriseTag,
    Equipment,
    GasPipeline,
    GradeResult,
    RecordLink,
    SiteParty,
)
from bihuan.enterprises.models.sites import NEEDS_AGREEMENT
from bihuan.enterprises.querysets import EnterpriseQuerySet
from bihuan.enterprises.rules.assets import LEAKS, leak_window
from bihuan.enterprises.rules.grading import Score, score
from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.audit.services import BATCH, Note, record_many
from bihuan.foundation.lib.times import local_date
from bihuan.reference.models import RiskFeature

SYSTEM = system_actor("风险分级")
RISKS = {"severe": "severe_features", "high": "high_features", "medium": "medium_features"}


def facts_of(firms: Sequence[Enterprise], *, at: datetime) -> dict[int, dict[str, int]]:
    """All facts of the formula for many firms; as many queries as there are kinds of facts."""
    ids = [firm.pk for firm in firms]
    facts: dict[int, dict[str, int]] = {
        firm.pk: {
            "headcount": firm.headcount, "dust_workers": firm.dust_workers, "standardisation_level": firm.standardisation_level or 0,
            "stopped": int(firm.status == "stopped"),
        }
        for firm in firms
    }  # fmt: skip
    risk = dict(RiskFeature.objects.values_list("code", "risk"))
    for firm_id, code in EnterpriseTag.objects.filter(enterprise__in=ids, ended_at__isnull=True).values_list("enterprise_id", "code"):
        key = RISKS.get(risk.get(code, "medium"), "medium_features")
        facts[firm_id][key] = facts[firm_id].get(key, 0) + 1
    counted = {**_own_counts(ids, at), **{key: provider(ids, at) for key, provider in providers().items()}}
    for key, values in counted.items():
        for firm_id, value in values.items():
            facts[firm_id][key] = int(value)
    return facts


def _own_counts(ids: Sequence[int], at: datetime) -> dict[str, dict[int, int]]:
    day = local_date(at)
    signed = Q(agreement_signed_on__lte=day) & (Q(agreement_until__isnull=True) | Q(agreement_until__gte=day))
    parties = SiteParty.objects.filter(site__enterprise__in=ids, role__in=NEEDS_AGREEMENT, since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))
    lacking = parties.exclude(signed).values("site__enterprise").annotate(n=Count("id")).values_list("site__enterprise", "n")
    old = Equipment.objects.filter(enterprise__in=ids, removed_on__isnull=True, phase_out_by__lte=day)
    return {
        "tenants_without_agreement": dict(lacking),
        "phased_out_equipment": dict(old.values("enterprise").annotate(n=Count("id")).values_list("enterprise", "n")),
        "flagged_pipelines": _flagged(ids, at),
    }


def _flagged(ids: Sequence[int], at: datetime) -> dict[int, int]:
    day = local_date(at)
    leaks = Count("events", filter=Q(events__kind="leak", events__on__gt=leak_window(day), events__on__lte=day))
    pipes = GasPipeline.objects.filter(enterprise__in=ids, retired_on__isnull=True, replacement_planned_on__isnull=True).annotate(leaks=leaks)
    found: dict[int, int] = defaultdict(int)
    for firm_id in pipes.filter(leaks__gte=LEAKS).values_list("enterprise_id", flat=True):
        found[firm_id] += 1
    return found


def grade_firms(firms: Sequence[Enterprise], *, at: datetime, reason: str, actor: Actor = SYSTEM) -> int:
    """Grade these firms as they stand in the database; a result is kept when it differs from the last. Returns how many do."""
    formula = formula_on(local_date(at))
    given_firms, firms = {firm.pk: firm for firm in firms}, list(Enterprise.objects.filter(pk__in=[firm.pk for firm in firms]))
    facts = facts_of(firms, at=at)
    latest = _latest([firm.pk for firm in firms])
    fresh: list[GradeResult] = []
    for firm in firms:
        given = {f.key: facts[firm.pk].get(f.key, 0) for f in formula.factors}
        result = score(formula, given)
        last = latest.get(firm.pk)
        if last is None or (last.formula, last.version, last.facts) != (formula.key, formula.version, given):
            fresh.append(_row(firm, formula.key, formula.version, given, result, at, reason))
    with transaction.atomic():
        saved = GradeResult.objects.bulk_create(fresh, batch_size=BATCH)
        RecordLink.objects.bulk_create(
            [RecordLink(enterprise_id=r.enterprise_id, source_kind="enterprises.enterprise", source_id=r.enterprise_id,
                        target_kind="enterprises.graderesult", target_id=r.pk, at=at) for r in saved], batch_size=BATCH)  # fmt: skip
        _renew(actor, firms, {r.enterprise_id: r for r in saved}, at, reason)
    for firm in firms:
        given_firms[firm.pk].grade = firm.grade
    return len(fresh)


def _row(firm: Enterprise, key: str, version: str, facts: dict[str, int], result: Score, at: datetime, reason: str) -> GradeResult:
    parts: list[dict[str, Any]] = [vars(part) for part in result.contributions if part.points or part.fact]
    return GradeResult(
        enterprise=firm, at=at, formula=key, version=version, score=result.score, grade=result.grade, facts=facts, contributions=parts,
        inspections=result.inspections, reason=reason[:80],
    )  # fmt: skip


def _latest(ids: Sequence[int]) -> dict[int, GradeResult]:
    """The last result of each firm."""
    newest = GradeResult.objects.filter(enterprise__in=ids).order_by("enterprise", "-id")
    found: dict[int, GradeResult] = {}
    for row in newest.only("enterprise", "formula", "version", "facts"):
        found.setdefault(row.enterprise_id, row)
    return found


def _renew(actor: Actor, firms: Sequence[Enterprise], results: dict[int, GradeResult], at: datetime, reason: str) -> None:
    moved = [(firm, results[firm.pk]) for firm in firms if firm.pk in results and results[firm.pk].grade != firm.grade]
    notes = [
        Note(firm, before={"grade": firm.grade}, after={"grade": r.grade, "score": r.score, "version": r.version}, note=reason) for firm, r in moved
    ]
    for grade in {r.grade for _, r in moved}:
        Enterprise.objects.filter(pk__in=[firm.pk for firm, r in moved if r.grade == grade]).update(grade=grade)
    record_many(actor, "enterprises.grade", notes, at=at)
    for firm, r in moved:
        firm.grade = r.grade


def grade_all(*, at: datetime, report: Callable[[int, int], None] = lambda done, total: None, rows: EnterpriseQuerySet | None = None) -> int:
    """Grade every firm that still exists, a batch at a time; returns how many results changed."""
    wanted = (Enterprise.objects.all() if rows is None else rows).supervised().order_by("pk")
    ids = list(wanted.values_list("pk", flat=True))
    changed = 0
    for start in range(0, len(ids), BATCH):
        part = list(Enterprise.objects.filter(pk__in=ids[start : start + BATCH]))
        changed += grade_firms(part, at=at, reason="夜间复评")
        report(min(start + BATCH, len(ids)), len(ids))
    return changed
