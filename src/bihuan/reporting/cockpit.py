"""What the cockpit shows: figures and lists of the apps below, put together; reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.urls import reverse

from bihuan.campaigns.models import Campaign, Return
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import organisations_visible_to
from bihuan.foundation.figures.evaluate import Scope, Table
from bihuan.foundation.figures.registry import Figure, get
from bihuan.foundation.figures.summaries import evaluate_from_summary
from bihuan.foundation.lib.times import SHANGHAI, local_date, week_of
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.web.charts import Chart, Series, Tile, TileMap
from bihuan.hazards.models import Hazard
from bihuan.hazards.summaries.boards import ZeroRow, zero_board

FIGURES = ("hazards.all.general.found", "hazards.all.general.fixed", "hazards.all.major.found", "hazards.all.major.fixed")


@cache
def tile_places() -> dict[str, dict[str, tuple[int, int]]]:
    """Where each county's tile stands, by city code."""
    data = yaml.safe_load((Path(__file__).parent / "packs" / "tiles.yaml").read_text(encoding="utf-8"))
    return {city: {code: (c, r) for code, (c, r) in places.items()} for city, places in data["cities"].items()}


@dataclass(frozen=True)
class UnitRow:
    """One unit's line in the progress table."""

    unit: Organisation
    open: int
    overdue: int
    found: int
    fixed: int
    weekly: Return | None


def campaign_for(actor: Actor, at: datetime) -> Campaign | None:
    """The running campaign in one's sight, the newest first."""
    row: Campaign | None = Campaign.objects.all().visible_to(actor).filter(starts_at__lte=at).order_by("-starts_at").first()
    return row


def table_of(campaign: Campaign, units: Iterable[int], at: datetime) -> Table:
    """The cockpit's figures for the units."""
    figures: list[Figure] = [get(key) for key in FIGURES]
    return evaluate_from_summary(figures, Scope.of(cutoff=at, since=campaign.starts_at, until=campaign.ends_at, units=units))


def returns_of(campaign: Campaign, actor: Actor, at: datetime) -> dict[int, Return]:
    """The returns of the latest opened week, by unit."""
    seen: Any = Return.objects.filter(campaign=campaign).visible_to(actor)
    latest = seen.filter(friday__lte=week_of(local_date(at)).friday).order_by("-friday").values_list("friday", flat=True).first()
    return {r.organisation_id: r for r in seen.filter(friday=latest)} if latest else {}


def unit_rows(campaign: Campaign, actor: Actor, at: datetime) -> tuple[list[UnitRow], list[ZeroRow], Table]:
    """Progress by unit, worst first."""
    units = [u.unit for u in campaign.units.select_related("unit").all() if u.kind != "city"]
    seen = set(organisations_visible_to(actor, "hazards.view").filter(pk__in=[u.pk for u in units]).values_list("pk", flat=True))
    units = [u for u in units if u.pk in seen]
    zero = zero_board(Hazard.objects.all().visible_to(actor), units, at)
    table = table_of(campaign, [u.pk for u in units], at)
    weekly = returns_of(campaign, actor, at)
    found, fixed = get("hazards.all.major.found"), get("hazards.all.major.fixed")
    rows = [
        UnitRow(z.unit, z.open, z.overdue, table.value(found, z.unit.pk), table.value(fixed, z.unit.pk), weekly.get(z.unit.pk))
        for z in zero if z.unit.pk in seen
    ]  # fmt: skip
    return rows, zero, table


def tile_map(city_code: str, rows: list[UnitRow]) -> TileMap | None:
    """Open major hazards by county as a 格网图; None where no grid is drawn for this city."""
    places = tile_places().get(city_code)
    if not places:
        return None
    tiles = [
        Tile(row.unit.short_name or row.unit.name, *places[row.unit.code], row.open, reverse("hazards:list") + f"?unit={row.unit.pk}", row.overdue)
        for row in rows if row.unit.code in places
    ]  # fmt: skip
    return TileMap("重大事故隐患未销号", tiles, "条")


def weekly_chart(actor: Actor, campaign: Campaign, at: datetime) -> Chart:
    """Found and closed major hazards by week of the campaign."""
    seen: Any = Hazard.objects.counted().visible_to(actor).filter(level="major", confirmed_at__isnull=False, found_at__gte=campaign.starts_at)
    fridays = [f for f in campaign.fridays() if f <= week_of(local_date(at)).friday]
    return Chart(
        "每周新发现与销号的重大事故隐患", [str(n) for n in range(1, len(fridays) + 1)],
        [Series("新发现", _by_week(seen, "found_at", fridays)), Series("销号", _by_week(seen.filter(status="closed"), "closed_at", fridays))], unit="条",
    )  # fmt: skip


def _by_week(rows: Any, field: str, fridays: list[Any]) -> list[int]:
    counted = rows.filter(**{f"{field}__isnull": False}).annotate(day=TruncDate(field, tzinfo=SHANGHAI)).order_by().values("day").annotate(n=Count("pk"))
    by_day = {row["day"]: row["n"] for row in counted}
    return [sum(n for day, n in by_day.items() if friday - timedelta(days=7) < day <= friday) for friday in fridays]


def overdue_majors(actor: Actor, at: datetime, limit: int = 6) -> list[Hazard]:
    """The most overdue major hazards."""
    seen: Any = Hazard.objects.counted().major().confirmed().overdue(at).visible_to(actor)
    return list(seen.select_related("enterprise").order_by("due_at")[:limit])
