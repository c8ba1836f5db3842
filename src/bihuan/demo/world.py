"""The region's organisations, people and firms: real divisions, invented names; the same seed makes the same region."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password

from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.services import register_enterprise
from bihuan.enterprises.services.bulk import NewFirm, register_many
from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.lib.credit_code import with_check_character
from bihuan.foundation.tenancy.models import Membership, Organisation
from bihuan.foundation.tenancy.services import create_organisation

BUILDER = system_actor("演示区域")
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PASSWORD = "Bihuan-demo-2026"


@cache
def pack() -> dict[str, Any]:
    """The region's data."""
    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "packs" / "region.yaml").read_text(encoding="utf-8"))
    return data


@dataclass
class Firm:
    """A firm with its people and its habits."""

    enterprise: Enterprise
    trade: str
    honest: float
    people: dict[str, Actor] = field(default_factory=dict)


@dataclass
class County:
    """A county bureau with its people and firms."""

    code: str
    name: str
    node: Organisation
    people: dict[str, Actor] = field(default_factory=dict)
    firms: list[Firm] = field(default_factory=list)


@dataclass
class World:
    """Everything of the region."""

    rng: Random
    since: datetime
    province: Organisation
    city: Organisation
    counties: list[County] = field(default_factory=list)
    state_firms: list[Firm] = field(default_factory=list)
    people: dict[str, Actor] = field(default_factory=dict)

    def firms(self) -> list[Firm]:
        """All firms."""
        return [f for c in self.counties for f in c.firms] + self.state_firms


def person_name(rng: Random) -> str:
    """An invented name."""
    surname: str = rng.choice(pack()["surnames"])
    given: str = rng.choice(pack()["given"])
    return surname + given


def invented_code(rng: Random, division: str) -> str:
    """A credit code with the right check character; its registration number is invented."""
    body = "91" + division + "MA" + "".join(rng.choice(ALPHABET) for _ in range(7))
    return with_check_character(body)


class People:
    """Makes accounts; the demonstration password is hashed once."""

    def __init__(self, rng: Random, since: datetime) -> None:
        self.rng, self.since = rng, since
        self.password = make_password(PASSWORD)

    def add(self, username: str, node: Organisation, role: str, name: str = "") -> Actor:
        """One person with one role."""
        return self.add_many([(username, node, role, name)])[0]

    def add_many(self, rows: list[tuple[str, Organisation, str, str]]) -> list[Actor]:
        """Many people at once."""
        users = User.objects.bulk_create(
            User(username=u, name=name or person_name(self.rng), password=self.password, is_active=True) for u, _, _, name in rows
        )
        Membership.objects.bulk_create(
            Membership(user=user, organisation=node, role=role, valid_from=self.since) for user, (_, node, role, _) in zip(users, rows, strict=True)
        )
        return [
            Actor(kind="user", user_id=user.pk, name=user.name, home=node.pk) for user, (_, node, _, _) in zip(users, rows, strict=True)
        ]


def full(actor: Actor, *, at: datetime) -> Actor:
    """The actor with its rights, for going through the services."""
    if actor.user_id is None:
        raise ValueError(f"{actor.name} is nobody in particular")
    return Actor.of(User.objects.get(pk=actor.user_id), at=at)


def build_world(*, seed: int, since: datetime, share: float = 1.0) -> World:
    """Organisations, offices, firms and their people."""
    rng = Random(seed)
    data = pack()
    province = Organisation.objects.filter(parent__isnull=True).first() or create_organisation(
        BUILDER, kind="province", name="山西省应急管理厅", short_name="山西省", code="140000", parent=None, at=since
    )
    city = create_organisation(
        BUILDER, kind="city", name=f"{data['city']['name']}应急管理局", short_name=data["city"]["name"], code=data["city"]["code"], parent=province, at=since
    )
    world = World(rng, since, province, city)
    people = People(rng, since)
    for username, node, role, name in (
        ("province", province, "provincial_officer", "郑卫东"), ("city", city, "city_officer", "李岩"), ("office", city, "campaign_office", "张敏"),
        ("citylaw", city, "enforcement_officer", "高立军"), ("expert", city, "expert", "傅学文"), ("auditor", city, "auditor", "程广平"),
        ("legal", city, "legal_reviewer", "沈丽娟"), ("itops", city, "it_operator", "罗新民"),
    ):  # fmt: skip
        world.people[username] = people.add(username, node, role, name)
    for order, item in enumerate(data["counties"], 1):
        world.counties.append(_county(world, people, item, order, share))
    for number, item in enumerate(data["state_firms"]):
        world.state_firms.append(_state_firm(world, people, item, number))
    return world


def _county(world: World, people: People, item: dict[str, Any], order: int, share: float) -> County:
    code = item["code"]
    node = create_organisation(
        BUILDER, kind="county", name=f"{item['name']}应急管理局", short_name=item["name"], code=code, parent=world.city, at=world.since, order=order
    )
    county = County(code, item["name"], node)
    offices = [("county", "county_officer"), ("deputy", "county_officer"), ("law", "enforcement_officer"), ("reporter", "reporter")]
    made = people.add_many([(f"{office}{code}", node, role, "") for office, role in offices])
    county.people = {office: actor for (office, _), actor in zip(offices, made, strict=True)}
    trades = [item["trades"][number % len(item["trades"])] for number in range(max(4, round(item["firms"] * share)))]
    drafts = [
        NewFirm(name, invented_code(world.rng, code), node.pk, code, pack()["trades"][trade]["sector"], fields)
        for number, trade in enumerate(trades)
        for name, fields in [_profile(world, trade, number=number, place=item["name"])]
    ]
    made_firms = register_many(BUILDER, drafts, at=world.since, note="演示数据")
    county.firms = _staffed(world, people, list(zip(made_firms, trades, strict=True)))
    return county


def _profile(world: World, trade: str, *, number: int, place: str, name: str = "", short: str = "", ownership: str = "private") -> tuple[str, dict[str, Any]]:
    """An invented firm's name and fields."""
    rng, kind = world.rng, pack()["trades"][trade]
    if not name:
        brands = pack()["brands"]
        brand = brands[number % len(brands)] + (brands[(number * 7 + 3) % len(brands)][0] if number >= len(brands) else "")
        short = f"{brand}{rng.choice(kind['words'])}"
        name = f"{place}{short}有限公司"
    low, high = kind["headcount"]
    headcount = int(low + (high - low) * rng.random() ** 2.2)
    return name, {
        "short_name": short, "industry_code": kind["industry"], "ownership": ownership,
        "scale": "large" if headcount > 600 else "medium" if headcount > 150 else "small" if headcount > 20 else "micro",
        "above_scale": headcount > 60, "headcount": headcount, "dust_workers": int(kind["dust"] * (0.5 + rng.random())),
        "principal_name": person_name(rng), "principal_phone": f"139{rng.randrange(10**8):08d}", "safety_contact": person_name(rng),
        "address": f"{place or '忻州市'}经济开发区{rng.randrange(1, 200)}号", "standardisation_level": rng.choice([None, None, 3, 3, 3, 2]),
    }  # fmt: skip


def _state_firm(world: World, people: People, item: dict[str, Any], number: int) -> Firm:
    """A key firm that reports beside the counties."""
    name, fields = _profile(world, item["trade"], number=number, place="", name=item["name"], short=item["short"], ownership=item["ownership"])
    enterprise = register_enterprise(
        BUILDER, name=name, code=invented_code(world.rng, item["county"]), supervisor=world.city, division_code=item["county"],
        sector=pack()["trades"][item["trade"]]["sector"], at=world.since, direct_reporting=True, **fields,
    )  # fmt: skip
    firm = _staffed(world, people, [(enterprise, item["trade"])])[0]
    firm.people["reporter"] = people.add(f"soe{number + 1}", enterprise.organisation, "reporter")
    return firm


def _staffed(world: World, people: People, firms: list[tuple[Enterprise, str]]) -> list[Firm]:
    """The firms with principal, safety director and safety manager."""
    roles = (("principal", "principal"), ("director", "safety_director"), ("manager", "safety_manager"))
    rows = [
        (f"{short}{enterprise.pk}", enterprise.organisation, role, enterprise.principal_name if role == "principal" else "")
        for enterprise, _ in firms for short, role in roles
    ]  # fmt: skip
    actors = people.add_many(rows)
    return [
        Firm(enterprise, trade, honest=world.rng.betavariate(6, 2), people={short: actors[3 * n + k] for k, (short, _) in enumerate(roles)})
        for n, (enterprise, trade) in enumerate(firms)
    ]
