"""Builds the demonstration region (演示区域): deterministic by seed, relative to the day it is built."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from bihuan.campaigns.models import Campaign
from bihuan.demo import story, weeks
from bihuan.demo.world import PASSWORD, build_world
from bihuan.foundation.audit.services import anchor
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.tenancy.models import Membership, Organisation
from bihuan.foundation.tenancy.roles import role
from bihuan.reference.models import CriterionVersion

Tell = Callable[[str], None]


def is_built() -> bool:
    """Whether the region is there."""
    built: bool = Campaign.objects.filter(key__startswith="demo-").exists()
    return built


def build_demo(*, seed: int, at: datetime, total: int = 5900, share: float = 1.0, tell: Tell = lambda line: None) -> None:
    """Build everything in one transaction: all of it or nothing. Refused on a database that holds other people's records."""
    if not CriterionVersion.objects.exists():
        raise Problem("demo.no_packs", "还没有载入参考数据，请先运行 bihuan load-packs。")
    if Organisation.objects.exists():
        raise Problem("demo.not_empty", "数据库中已有组织机构，演示数据只能装入空库；要重建请使用 --reset。")
    friday = weeks.latest_friday_before(local_date(at))
    with transaction.atomic():
        tell("组织机构、人员与企业")
        first = datetime.combine(friday, datetime.min.time(), at.tzinfo) - timedelta(days=120)
        world = build_world(seed=seed, since=first, share=share)
        campaign = weeks.open_campaign(world, latest_friday=friday)
        plot = story.Plot(world, campaign.starts_at, at, total)
        tell("隐患、检查、处罚与结对帮扶")
        story.tell(plot)
        tell("部署推进与周调度")
        weeks.deploy(plot, campaign)
        weeks.hold_fridays(plot, campaign, latest_friday=friday)
        anchor(at=at)


def accounts() -> list[tuple[str, str, str, str]]:
    """The demonstration accounts worth trying: (login, role, person, organisation)."""
    rows = []
    wanted = Membership.objects.select_related("user", "organisation").order_by("pk")
    seen: set[str] = set()
    for membership in wanted:
        if membership.role not in seen:
            seen.add(membership.role)
            rows.append((membership.user.username, role(membership.role).title, membership.user.name, membership.organisation.name))
    return rows


def password() -> str:
    """The password of all demonstration accounts."""
    return PASSWORD


