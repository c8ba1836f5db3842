"""Compiling a return: every number from the records as of the cut-off, and everything that must hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.campaigns import rules
from bihuan.campaigns.layout import annex1
from bihuan.campaigns.ledger import ledger_rows, majors_facts, self_closed
from bihuan.campaigns.models import Campaign, CampaignUnit, Return, Snapshot
from bihuan.foundation.figures.evaluate import Scope, Table, evaluate, records
from bihuan.foundation.figures.registry import Figure, get


@dataclass(frozen=True)
class Compiled:
    """A return's content as of a cut-off, not yet signed."""

    cutoff: datetime
    values: dict[str, int | None]
    by_unit: dict[str, dict[str, int | None]]
    ledger: list[dict[str, Any]]


def reporting_units(campaign: Campaign) -> list[CampaignUnit]:
    """Units in official order; the city's own node is among them for firms that it reports itself."""
    return list(CampaignUnit.objects.filter(campaign=campaign).select_related("unit").order_by("order", "id"))


def scope_of(weekly: Return, *, cutoff: datetime) -> Scope:
    """The records that count for this return: its unit (the city: all units), inside the campaign's window."""
    campaign = weekly.campaign
    if weekly.kind == "city":
        units: Iterable[int] = CampaignUnit.objects.filter(campaign=campaign).values_list("unit_id", flat=True)
    else:
        units = [weekly.organisation_id]
    return Scope.of(cutoff=cutoff, since=campaign.starts_at, until=campaign.ends_at, units=units)


def cross_open(campaign: Campaign, cutoff: datetime) -> bool:
    """Whether the cross-inspection round had started by then."""
    return campaign.cross_started_at is not None and campaign.cross_started_at <= cutoff


def _hidden(campaign: Campaign, cutoff: datetime) -> set[str]:
    if cross_open(campaign, cutoff):
        return set()
    return {s.figure for s in annex1().slots if s.null_until_cross}


def _values(table: Table, figures: list[Figure], hidden: set[str], unit: int | None) -> dict[str, int | None]:
    return {
        f.key: None if f.key in hidden else (table.total(f) if unit is None else table.value(f, unit)) for f in figures
    }  # fmt: skip


def figures_at(weekly: Return, *, cutoff: datetime) -> tuple[dict[str, int | None], dict[str, dict[str, int | None]]]:
    """All figures of the return, and for the city also by unit, as of a moment."""
    layout = annex1()
    scope = scope_of(weekly, cutoff=cutoff)
    figures = layout.figures()
    table = evaluate(figures, scope)
    hidden = _hidden(weekly.campaign, cutoff)
    by_unit: dict[str, dict[str, int | None]] = {}
    if weekly.kind == "city":
        by_unit = {str(unit): _values(table, figures, hidden, unit) for unit in sorted(scope.units or ())}
    return _values(table, figures, hidden, None), by_unit


def compile_return(weekly: Return, *, at: datetime) -> Compiled:
    """The return as it stands: at the cut-off, or now while that has not passed."""
    cutoff = min(at, weekly.cutoff)
    values, by_unit = figures_at(weekly, cutoff=cutoff)
    return Compiled(cutoff, values, by_unit, ledger_rows(scope_of(weekly, cutoff=cutoff)))


def previous(weekly: Return) -> Snapshot | None:
    """The last signed snapshot of the same unit before this week."""
    found: Snapshot | None = (
        Snapshot.objects.filter(
            weekly_return__campaign=weekly.campaign, weekly_return__organisation=weekly.organisation_id, weekly_return__friday__lt=weekly.friday
        )
        .select_related("weekly_return", "weekly_return__campaign").order_by("-weekly_return__friday", "-revision").first()
    )  # fmt: skip
    return found


def shapes() -> list[rules.Shape]:
    """What the rules need to know of Annex 1's figures."""
    return [rules.Shape(f.key, f.title, f.not_above, f.part_of) for f in annex1().figures()]


@dataclass(frozen=True)
class Difference:
    """One figure of a past week, as submitted and as known now, with the records that make the difference."""

    figure: Figure
    submitted: int | None
    now: int | None
    late: int


def differences(snapshot: Snapshot) -> list[Difference]:
    """Re-run a past week at its cut-off and compare it with what was signed (invariant 8)."""
    weekly = snapshot.weekly_return
    now, _ = figures_at(weekly, cutoff=snapshot.cutoff)
    scope = scope_of(weekly, cutoff=snapshot.cutoff)
    out = []
    for key, stored in snapshot.figures.items():
        if now.get(key) == stored:
            continue
        item = get(key)
        rows = records(item, scope)
        late = rows.filter(**{f"{item.base.recorded}__gt": snapshot.signed_at}).count() if item.base.recorded else 0
        out.append(Difference(item, stored, now.get(key), late))
    return out


def check(weekly: Return, compiled: Compiled) -> list[rules.Finding]:
    """Everything that must hold, most serious first; warns while writing, blocks when submitting."""
    known, layout = shapes(), annex1()
    last = previous(weekly)
    corrected = set(weekly.corrections.values_list("figure", flat=True))
    found = rules.fixed_not_above_found(compiled.values, known) + rules.parts_within_whole(compiled.values, known)
    if last is not None:
        found += rules.never_falls(compiled.values, last.figures, known, corrected)
        found += _past(last)
    if weekly.kind == "city":
        additive = {f.key for f in layout.figures() if f.measure.kind != "distinct" or f.measure.column in ("enterprise_id", "unit_id")}
        found += rules.city_is_sum(compiled.values, compiled.by_unit, additive, known)
    found += rules.ledger_reconciles(compiled.values, len(compiled.ledger), layout.ledger_majors, layout.reconciling)
    scope = scope_of(weekly, cutoff=compiled.cutoff)
    found += rules.majors_complete(majors_facts(scope)) + rules.closed_by_another(self_closed(scope))
    order = {"block": 0, "warn": 1, "info": 2}
    return sorted(found, key=lambda f: order[f.severity])


def _past(last: Snapshot) -> list[rules.Finding]:
    changed = differences(last)
    stored = {d.figure.key: d.submitted for d in changed}
    now = {d.figure.key: d.now for d in changed}
    return rules.past_reproduces(stored, now, {d.figure.key: d.figure.title for d in changed}, all(d.late > 0 for d in changed))
