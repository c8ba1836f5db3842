"""Setting a campaign up from its pack, and organising it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from bihuan.campaigns.choices import Mechanism
from bihuan.campaigns.models import Campaign, CampaignUnit, MechanismRecord, Milestone, MilestoneReport
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require, require_at
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.problems import Conflict, Invalid
from bihuan.foundation.lib.times import end_of_day, start_of_day
from bihuan.foundation.tenancy.models import Organisation


def read_pack(file: Path) -> dict[str, Any]:
    """A campaign pack: title, document, window, milestones."""
    data: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return data


def set_up_campaign(
    actor: Actor, *, host: Organisation, pack: dict[str, Any], units: Iterable[Organisation], at: datetime, shift: timedelta = timedelta(0),
    key: str | None = None,
) -> Campaign:  # fmt: skip
    """Open a campaign with its units and one-off reports; `shift` moves all dates by whole weeks (for a demonstration today)."""
    require_at(actor, "campaigns.manage", host.pk)
    if shift % timedelta(days=7):
        raise ValueError("shift by whole weeks, so that Fridays stay Fridays")
    moved = {name: _day(pack[name]) + shift for name in ("starts", "ends")}
    with transaction.atomic():
        campaign: Campaign = Campaign.objects.create(
            organisation=host, key=key or pack["key"], title=pack["title"], form_title=pack["form_title"],
            document_number=pack["document_number"], document_title=pack["document_title"],
            starts_at=start_of_day(moved["starts"]), ends_at=end_of_day(moved["ends"]), settings_pack=_plain(pack),
        )  # fmt: skip
        CampaignUnit.objects.create(campaign=campaign, unit=host, kind="city", order=0, since=at)
        for order, unit in enumerate(units, 1):
            kind = "firm" if unit.kind == "enterprise" else "county"
            CampaignUnit.objects.create(campaign=campaign, unit=unit, kind=kind, order=order, since=at)
        for item in pack["milestones"]:
            Milestone.objects.create(
                campaign=campaign, key=item["key"], title=item["title"], due_words=item["due_words"],
                due_at=end_of_day(_day(item["due"]) + shift),
            )  # fmt: skip
        record(actor, "campaigns.set_up", campaign, at=at, after={"title": campaign.title, "document": campaign.document_number})
    return campaign


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _plain(pack: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in pack.items() if isinstance(v, str | int | list) and k != "milestones"}


def organise_unit(
    actor: Actor, unit: CampaignUnit, *, leader: str, contact: str, at: datetime, leader_post: str = "", contact_phone: str = "",
    members: list[str] | None = None,
) -> CampaignUnit:  # fmt: skip
    """Name the unit's leader and office contact (X24-001)."""
    require(actor, "campaigns.organise", unit)
    if not leader.strip() or not contact.strip():
        raise Invalid({"leader": ["领导组组长和办公室联系人都要填写"]})
    before = {"leader": unit.leader, "contact": unit.contact}
    with transaction.atomic():
        unit.leader, unit.leader_post, unit.contact, unit.contact_phone = leader.strip(), leader_post, contact.strip(), contact_phone
        unit.members = members if members is not None else unit.members
        unit.save()
        record(actor, "campaigns.organise", unit, at=at, before=before, after={"leader": unit.leader, "contact": unit.contact})
    return unit


def record_mechanism(
    actor: Actor, *, campaign: Campaign, unit: Organisation, kind: str, title: str, held_at: datetime, at: datetime, summary: str = ""
) -> MechanismRecord:
    """Register a deployment act or the use of a working mechanism."""
    require_at(actor, "campaigns.organise", unit.pk)
    if kind not in Mechanism.values:
        raise Invalid({"kind": ["请选择类别"]})
    if not title.strip():
        raise Invalid({"title": ["请填写标题"]})
    if held_at > at + timedelta(minutes=5):
        raise Invalid({"held_at": ["时间不能晚于现在"]})
    with transaction.atomic():
        row: MechanismRecord = MechanismRecord.objects.create(
            campaign=campaign, unit=unit, kind=kind, title=title.strip(), summary=summary, held_at=held_at, recorded_at=at,
            recorded_by_id=actor.user_id,
        )  # fmt: skip
        record(actor, "campaigns.mechanism", row, at=at, after={"kind": kind, "title": title, "unit": unit.pk})
    return row


def submit_milestone(actor: Actor, *, milestone: Milestone, unit: Organisation, text: str, at: datetime) -> MilestoneReport:
    """Hand in a one-off report; once per unit (same material is reported at most once)."""
    require_at(actor, "campaigns.submit_return", unit.pk)
    if not text.strip():
        raise Invalid({"text": ["请填写报送情况或上传材料"]})
    if MilestoneReport.objects.filter(milestone=milestone, unit=unit).exists():
        raise Conflict("campaigns.milestone_known", f"{unit} 已报送“{milestone.title}”，同一材料不重复报送。")
    with transaction.atomic():
        row: MilestoneReport = MilestoneReport.objects.create(milestone=milestone, unit=unit, text=text, submitted_at=at, submitted_by_id=actor.user_id)
        record(actor, "campaigns.milestone", row, at=at, after={"milestone": milestone.key, "unit": unit.pk})
    return row


def start_cross_round(actor: Actor, campaign: Campaign, *, at: datetime) -> None:
    """Open the cross-inspection round; until then row 4 of Annex 1 is empty, not zero (X24-063)."""
    require(actor, "campaigns.manage", campaign)
    if campaign.cross_started_at is not None:
        raise Conflict("campaigns.cross_started", "交叉检查已经启动。")
    with transaction.atomic():
        campaign.cross_started_at = at
        campaign.save(update_fields=["cross_started_at"])
        record(actor, "campaigns.cross_started", campaign, at=at, after={"cross_started_at": at})
