"""The province: 11 cities, 117 counties and their firms, with the people who act in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bihuan.assistance.services import choose_benchmark, pair
from bihuan.demo.world import BUILDER, People, invented_code, pack, person_name
from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.services.bulk import NewFirm, register_many
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.tenancy.services import NewNode, create_organisation, create_organisations
from bihuan.reference.models import Division

Tell = Callable[[str], None]
PART = 2_000
FIRM_ROLES = (("principal", "principal"), ("director", "safety_director"), ("manager", "safety_manager"))


@dataclass
class Body:
    """A bureau of a city or county."""

    code: str
    name: str
    node: int
    city: Body | None = None
    people: dict[str, Actor] = field(default_factory=dict)
    firms: list[Firm] = field(default_factory=list)


@dataclass
class Firm:
    """A firm; `values` are the marks that all its stories share."""

    enterprise: Enterprise
    county: Body
    fitting: list[dict[str, Any]]
    honest: float
    weight: float
    people: dict[str, Actor] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    helped_since: int | None = None


@dataclass
class Province:
    """Everybody and everything."""

    rng: Random
    node: Organisation
    since: datetime
    cities: list[Body] = field(default_factory=list)
    counties: list[Body] = field(default_factory=list)
    firms: list[Firm] = field(default_factory=list)
    people: dict[str, Actor] = field(default_factory=dict)


def person_values(role: str, actor: Actor) -> dict[str, Any]:
    """The marks of one person."""
    return {f"{role}.id": actor.user_id, f"{role}.name": actor.name, f"{role}.home": actor.home}


def build_world(*, seed: int, firms: int, since: datetime, tell: Tell) -> Province:
    """Organisations, offices, firms and their people, in bulk through the services."""
    rng = Random(seed)
    root = create_organisation(BUILDER, kind="province", name="山西省应急管理厅", short_name="山西省", code="140000", parent=None, at=since)
    world, people = Province(rng, root, since), People(rng, since)
    _bureaus(world, people)
    tell(f"{len(world.cities)} 个市、{len(world.counties)} 个县（市、区）")
    _firms(world, people, firms, tell)
    return world


def _bureaus(world: Province, people: People) -> None:
    divisions = Division.objects.filter(code__startswith="14").order_by("code")
    bodies: dict[str, Body] = {}
    for level, parents in (("city", {"140000": world.node.pk}), ("county", bodies)):
        rows = [d for d in divisions if d.level == level]
        above = [parents[d.parent_id or ""] for d in rows]
        nodes = create_organisations(
            BUILDER, [NewNode(level, f"{d.name}应急管理局", d.code, p.node if isinstance(p, Body) else p, d.name) for d, p in zip(rows, above, strict=True)],
            at=world.since,
        )  # fmt: skip
        made = [Body(d.code, d.name, node.pk, p if isinstance(p, Body) else None) for d, node, p in zip(rows, nodes, above, strict=True)]
        offices = (
            (("officer", "city", "city_officer"), ("law", "citylaw", "enforcement_officer")) if level == "city" else
            (("officer", "county", "county_officer"), ("law", "law", "enforcement_officer"), ("reporter", "reporter", "reporter"))
        )  # fmt: skip
        accounts = [(f"{login}{body.code}", node, role, "") for body, node in zip(made, nodes, strict=True) for _, login, role in offices]
        actors = iter(people.add_many(accounts))
        for body in made:
            body.people = {key: next(actors) for key, _, _ in offices}
            bodies[body.code] = body
        (world.cities if level == "city" else world.counties).extend(made)
    for login, role in (("province", "provincial_officer"), ("office", "campaign_office")):
        world.people[login] = people.add(login, world.node, role)


def _firms(world: Province, people: People, count: int, tell: Tell) -> None:
    rng, trades, hazards = world.rng, pack()["trades"], pack()["general_hazards"]
    weights = [rng.uniform(0.4, 2.0) for _ in world.counties]
    homes = sorted(range(len(world.counties)), key=lambda i: world.counties[i].code)
    places = [world.counties[i] for i in sorted(rng.choices(homes, weights, k=count))]
    names = sorted(trades)
    fitting = {t["sector"]: [h for h in hazards if not h["sectors"] or t["sector"] in h["sectors"]] for t in trades.values()}
    codes: set[str] = set()
    for start in range(0, count, PART):
        wanted = []
        for number, county in enumerate(places[start : start + PART], start):
            trade = rng.choice(names)
            while (code := invented_code(rng, county.code)) in codes:
                pass
            codes.add(code)
            wanted.append(_new_firm(rng, county, trades[trade], code, number))
        made = register_many(BUILDER, wanted, at=world.since, note="省级演示")
        nodes = [e.organisation for e in made]
        accounts = [
            (f"{short}{e.pk}", node, role, e.principal_name if short == "principal" else "")
            for e, node in zip(made, nodes, strict=True) for short, role in FIRM_ROLES
        ]  # fmt: skip
        actors = iter(people.add_many(accounts))
        for e, county in zip(made, places[start : start + PART], strict=True):
            firm = Firm(e, county, fitting[e.sector], rng.betavariate(6, 2), 0.3 + rng.random() + e.headcount / 400)
            firm.people = {short: next(actors) for short, _ in FIRM_ROLES}
            firm.values = _values(firm)
            county.firms.append(firm)
            world.firms.append(firm)
        tell(f"  企业 {len(world.firms)}/{count}")


def _new_firm(rng: Random, county: Body, trade: dict[str, Any], code: str, number: int) -> NewFirm:
    brands = pack()["brands"]
    short = f"{rng.choice(brands)}{rng.choice(brands)[0]}{rng.choice(trade['words'])}"
    low, high = trade["headcount"]
    headcount = int(low + (high - low) * rng.random() ** 2.2)
    return NewFirm(
        name=f"{county.name}{short}{number + 1}号有限公司", code=code, supervisor_id=county.node, division_code=county.code, sector=trade["sector"],
        fields={
            "short_name": short, "industry_code": trade["industry"], "scale": "medium" if headcount > 150 else "small" if headcount > 20 else "micro",
            "above_scale": headcount > 60, "headcount": headcount, "dust_workers": int(trade["dust"] * (0.5 + rng.random())),
            "principal_name": person_name(rng), "principal_phone": f"139{rng.randrange(10**8):08d}", "safety_contact": person_name(rng),
            "address": f"{county.name}经济开发区{rng.randrange(1, 200)}号",
        },
    )  # fmt: skip


def _values(firm: Firm) -> dict[str, Any]:
    e, county = firm.enterprise, firm.county
    values = {"organisation": e.organisation_id, "enterprise": e.pk, "unit": e.reporting_unit_id, "assignee": e.safety_contact}
    for role in ("principal", "director", "manager"):
        values |= person_values(role, firm.people[role])
    for role, body in (("county", county), ("city", county.city)):
        if body is not None:
            values |= person_values(f"{role}_officer", body.people["officer"]) | person_values(f"{role}_law", body.people["law"])
    return values


def start_paired_help(world: Province, *, starts: datetime) -> None:
    """A benchmark firm in every county that has enough, each helping a few."""
    for county in world.counties:
        if len(county.firms) < 6:
            continue
        by_size = sorted(county.firms, key=lambda f: -f.enterprise.headcount)
        at = starts + timedelta(days=world.rng.randrange(3, 9))
        chosen = [(helper, world.rng.sample(by_size[len(by_size) // 2 :], 2)) for helper in by_size[: 1 + len(by_size) // 150]]
        for helper, helped in chosen:
            choose_benchmark(BUILDER, enterprise=helper.enterprise, at=at)
            helper.helped_since = int(at.timestamp())
            for firm in helped:
                if not firm.enterprise.pairing_role:
                    pair(BUILDER, helper=helper.enterprise, helped=firm.enterprise, plan="每月入企帮扶两次，共同排查涉爆粉尘与有限空间风险。", at=at)
                    firm.helped_since = int(at.timestamp())
