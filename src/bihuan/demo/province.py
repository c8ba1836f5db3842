"""The province for load work: 117 counties, 30 000 firms, 2 000 000 hazards with their histories, deterministic by seed.

    bihuan demo --scale province [--hazards N] [--firms N]

Histories are cast from moulds (`demo.moulds`) and streamed into the tables; chains hold (`bihuan verify`). Days are those
of the demonstration: the campaign's tenth Friday is the latest one. Not made here: weekly returns, photos, messages.
"""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from bihuan import campaigns
from bihuan.campaigns.models import Campaign, CampaignUnit
from bihuan.campaigns.services import setup
from bihuan.demo import weeks
from bihuan.demo.bulk import loading, settle
from bihuan.demo.province_rows import Rows
from bihuan.demo.province_stories import Teller
from bihuan.demo.province_world import Province, Tell, build_world, start_paired_help
from bihuan.demo.world import BUILDER
from bihuan.foundation.lib.events import announce
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.tenancy.models import Organisation
from bihuan.reference.models import CriterionVersion

HAZARDS, FIRMS = 2_000_000, 30_000
BEFORE = timedelta(days=150)
PACK = Path(campaigns.__file__).parent / "packs" / "winter_2024.yaml"


def build_province(*, seed: int, at: datetime, hazards: int = HAZARDS, firms: int = FIRMS, tell: Tell = lambda line: None) -> None:
    """Build it all into an empty database; parts are committed as they come, so a broken run has to be reset."""
    if not CriterionVersion.objects.exists():
        raise Problem("demo.no_packs", "还没有载入参考数据，请先运行 bihuan load-packs。")
    if Organisation.objects.exists():
        raise Problem("demo.not_empty", "数据库中已有组织机构，演示数据只能装入空库；要重建请使用 --reset。")
    if hazards < 1 or firms < 1:
        raise Problem("demo.too_small", "企业数和隐患数都须大于 0。")
    began = time.monotonic()
    at = at.replace(microsecond=0)
    shift = weeks.shift_for(weeks.latest_friday_before(local_date(at)))
    read = setup.read_pack(PACK)
    starts = datetime.combine(date.fromisoformat(str(read["starts"])) + shift, datetime.min.time(), at.tzinfo)

    def say(line: str) -> None:
        tell(f"[{time.monotonic() - began:6.1f} 秒] {line}")

    with transaction.atomic():
        world = build_world(seed=seed, firms=firms, since=starts - BEFORE - timedelta(days=10), tell=say)
        _open_campaign(world, read, shift)
        start_paired_help(world, starts=starts)
    rows = Rows()
    with loading(*rows.models):
        Teller(world, rows, starts=starts, now=at, before=BEFORE).tell(hazards, say)
        rows.flush()
        say(f"隐患 {hazards} 条、审计记录 {rows.entries.written} 条已写入，正在建索引")
    for model in rows.models:
        announce("records.loaded", model=model)
    settle()
    say("完成")


def _open_campaign(world: Province, read: dict[str, object], shift: timedelta) -> None:
    """One campaign hosted by the province, every county a unit."""
    units = list(Organisation.objects.filter(kind="county").order_by("code"))
    at = world.since + timedelta(days=1)
    campaign: Campaign = setup.set_up_campaign(
        BUILDER, host=world.node, pack=read, units=units, at=at, shift=shift, key=f"demo-province-{world.since.date()}"
    )
    for unit in CampaignUnit.objects.filter(campaign=campaign):
        setup.organise_unit(BUILDER, unit, leader=world.rng.choice(["王建国", "张永胜", "赵志强"]), leader_post="局长", contact="吕晓玲", at=at)
    for unit in units:
        for kind, title, days in (("plan", "实施方案", 3.0), ("mobilisation", "动员部署会", 4.0), ("circular", "隐患排查情况通报", 20.0)):
            held = campaign.starts_at + timedelta(days=days * (0.3 + world.rng.random()))
            setup.record_mechanism(BUILDER, campaign=campaign, unit=unit, kind=kind, title=f"{unit.short_name}{title}", held_at=held, at=held)
