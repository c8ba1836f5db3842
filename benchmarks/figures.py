"""All Annex 1 figures for 117 counties: live, from stored points, and by one hand-written SQL statement; same numbers.

    BIHUAN_DATABASE_URL=… python benchmarks/figures.py [--rounds 5]

Runs on the database it is given (script/bench returns builds one). The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from bihuan.campaigns.layout import annex1  # noqa: E402
from bihuan.campaigns.models import Campaign, CampaignUnit  # noqa: E402
from bihuan.foundation.figures import summaries  # noqa: E402
from bihuan.foundation.figures.evaluate import Scope, Table, evaluate  # noqa: E402
from bihuan.foundation.lib.times import utc_now  # noqa: E402

CELLS = {
    "hazards.self": "origin = 'self'", "hazards.self.helped": "origin = 'self' AND channel = 'paired_help'",
    "hazards.inspection.city": "origin = 'inspection' AND checking_level = 'city'",
    "hazards.inspection.county": "origin = 'inspection' AND checking_level = 'county'", "hazards.cross": "origin = 'cross'",
    "hazards.city_supervision": "origin = 'city_supervision'", "hazards.tipoff": "origin = 'tipoff'",
}  # fmt: skip
OTHERS = (
    ("hazards_selfcheckplan", "made_at", "void_at", {"hazards.self_check.plans": "count(DISTINCT enterprise_id)"}),
    ("assistance_benchmark", "started_at", "", {"assistance.benchmark.firms": "count(DISTINCT enterprise_id)"}),
    ("assistance_pairing", "started_at", "", {"assistance.helped.firms": "count(DISTINCT enterprise_id)"}),
    ("inspections_visit", "started_at", "void_at", {
        "inspections.city.firms": "count(DISTINCT CASE WHEN kind IN ('joint','routine') AND level = 'city' THEN enterprise_id END)",
        "inspections.county.firms": "count(DISTINCT CASE WHEN kind IN ('joint','routine') AND level = 'county' THEN enterprise_id END)",
        "inspections.cross.firms": "count(DISTINCT CASE WHEN kind = 'cross' THEN enterprise_id END)",
        "inspections.cross.counties": "count(DISTINCT CASE WHEN kind = 'cross' THEN unit_id END)"}),
    ("enforcement_penaltydecision", "decided_at", "void_at", {
        "enforcement.firms": "count(DISTINCT CASE WHEN target = 'firm' THEN enterprise_id END)",
        "enforcement.firms.amount": "sum(CASE WHEN target = 'firm' THEN amount_fen ELSE 0 END)",
        "enforcement.principals": "count(DISTINCT CASE WHEN target = 'principal' THEN enterprise_id END)",
        "enforcement.principals.amount": "sum(CASE WHEN target = 'principal' THEN amount_fen ELSE 0 END)"}),
    ("enforcement_order", "issued_at", "void_at", {
        f"enforcement.order.{kind}": f"count(DISTINCT CASE WHEN kind = '{kind}' THEN enterprise_id END)" for kind in ("rectify", "stop", "close")}),
    ("campaigns_mechanismrecord", "held_at", "", {"campaigns.plans": "count(DISTINCT CASE WHEN kind = 'plan' THEN unit_id END)"}),
)  # fmt: skip


def hand_written(keys: set[str]) -> tuple[str, list[str]]:
    """One statement a person would write for the form: a grouped scan of each table, joined by unit."""
    cells = {}
    for cell, when in CELLS.items():
        for level in ("general", "major"):
            for name, at in (("found", "confirmed_at"), ("fixed", "closed_at")):
                cells[f"{cell}.{level}.{name}"] = f"count(CASE WHEN {when} AND level = '{level}' AND {at} <= %(cutoff)s THEN 1 END)"
    tables = [("hazards_hazard", "found_at", "withdrawn_at", cells), *OTHERS]
    parts, names, columns = [], [], []
    for number, (table, window, end, wanted) in enumerate(tables):
        chosen = {key: text for key, text in wanted.items() if key in keys}
        fields = ", ".join(f"{text} AS v{len(names) + i}" for i, text in enumerate(chosen.values()))
        columns += [f"coalesce(v{len(names) + i}, 0)" for i in range(len(chosen))]
        names += chosen
        ended = f" AND ({end} IS NULL OR {end} > %(cutoff)s)" if end else ""
        parts.append(
            f"LEFT JOIN (SELECT unit_id, {fields} FROM {table} WHERE {window} >= %(since)s AND {window} <= %(cutoff)s{ended} GROUP BY unit_id) t{number}"
            f" ON t{number}.unit_id = o.id"
        )
    # Units are few: the join of the grouped scans costs nothing beside them.
    return f"SELECT o.id, {', '.join(columns)} FROM tenancy_organisation o {' '.join(parts)} WHERE o.kind = 'county'", names


def best(rounds: int, *calls: Callable[[], Any]) -> list[float]:
    """Best clock seconds of each call; the calls take turns, so that a busy machine is equally busy for all."""
    seconds = [float("inf")] * len(calls)
    for _ in range(rounds):
        for place, call in enumerate(calls):
            began = time.perf_counter()
            call()
            seconds[place] = min(seconds[place], time.perf_counter() - began)
    return seconds


def compare(table: Table, other: dict[tuple[str, int], int], units: list[int], keys: list[str]) -> int:
    """Number of cells that differ."""
    return sum(table.value(key, unit) != other.get((key, unit), 0) for key in keys for unit in units)


def measure(scope: Scope, units: list[int], rounds: int) -> dict[str, Any]:
    """One cut-off: seconds, ratios, and how many cells differ."""
    figures = annex1().figures()
    statement, names = hand_written({item.key for item in figures})
    given = {"cutoff": _column(scope.cutoff), "since": _column(scope.since)}

    def by_hand() -> dict[tuple[str, int], int]:
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
            return {(name, row[0]): int(value) for row in cursor.fetchall() for name, value in zip(names, row[1:], strict=True)}

    live, stored, hand = evaluate(figures, scope), summaries.evaluate_from_summary(figures, scope), by_hand()
    keys = [item.key for item in figures]
    same_totals = all(live.total(key) == stored.total(key) for key in keys)
    stored_cells = {(key, unit): stored.value(key, unit) for key in keys for unit in units}
    seconds = best(
        rounds, lambda: evaluate(figures, scope), by_hand, lambda: summaries.evaluate_from_summary(figures, scope)
    )
    return {
        "figures": len(keys), "by_hand_covers": len(names), "units": len(units), "found": live.total("hazards.self.general.found"),
        "live_s": round(seconds[0], 4), "hand_s": round(seconds[1], 4), "stored_s": round(seconds[2], 4),
        "live_to_hand": round(seconds[0] / seconds[1], 3), "stored_to_live": round(seconds[2] / seconds[0], 4),
        "cells_differing_hand": compare(live, hand, units, names), "cells_differing_stored": compare(live, stored_cells, units, keys) + (not same_totals),
    }  # fmt: skip


def _column(moment: datetime | None) -> Any:
    """A time as a raw statement needs it."""
    return connection.ops.adapt_datetimefield_value(moment)


def main() -> None:
    """Refresh the points as the worker does, then measure now and the last Friday."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    campaign = Campaign.objects.get()
    units = list(CampaignUnit.objects.filter(campaign=campaign, kind="county").values_list("unit_id", flat=True))
    at = utc_now()
    began = time.perf_counter()
    made = summaries.refresh(at)
    refreshed = time.perf_counter() - began
    began = time.perf_counter()
    summaries.refresh(at + timedelta(minutes=5))
    again = time.perf_counter() - began
    friday = max(campaign.cutoff_of(day) for day in campaign.fridays() if campaign.cutoff_of(day) <= at)
    result: dict[str, Any] = {"vendor": connection.vendor, "points_built": made, "points_s": round(refreshed, 2), "refresh_again_s": round(again, 2)}
    for name, cutoff in (("now", at), ("last_friday", friday)):
        scope = Scope.of(cutoff=cutoff, since=campaign.starts_at, until=campaign.ends_at, units=units)
        result[name] = measure(scope, units, options.rounds)
        sys.stdout.write(f"{name}: {result[name]}\n")
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
