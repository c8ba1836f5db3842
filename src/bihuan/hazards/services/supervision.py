"""Listed supervision: opened by the event of confirmation, fed weekly, removed after closure."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.events import announce
from bihuan.foundation.lib.problems import Invalid, Problem
from bihuan.foundation.lib.times import local_date, week_of
from bihuan.foundation.messages.services import notify
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.engine import open_loop, perform
from bihuan.hazards.events import LISTED
from bihuan.hazards.models import Hazard, Supervision, SupervisionProgress
from bihuan.hazards.rules.supervision import supervised_at_city, weeks_without_entry
from bihuan.hazards.services.numbers import next_number

SYSTEM = system_actor("挂牌督办")


def list_hazard(hazard: Hazard, *, at: datetime) -> Supervision:
    """Hang the plate (挂牌) for a confirmed major hazard; a second call returns the one that hangs."""
    known: Supervision | None = Supervision.objects.filter(hazard=hazard).first()
    if known is not None:
        return known
    body = hazard.checking_body if supervised_at_city(hazard.checking_level) else hazard.enterprise.supervisor
    with transaction.atomic():
        supervision = Supervision(
            organisation_id=hazard.organisation_id, hazard=hazard, body=body,
            plate_number=next_number("ZD", hazard.enterprise.division_code, local_date(at).year),
        )  # fmt: skip
        open_loop(SYSTEM, supervision, at=at, capability="hazards.list", note=f"{hazard.number} 判定为重大事故隐患，自动挂牌督办")
        announce(LISTED, supervision=supervision, at=at)
        notify(
            SYSTEM, key=f"hazards.listed:{supervision.pk}", title=f"挂牌督办：{hazard.title}", at=at, to_capability="hazards.plan",
            organisation_id=hazard.organisation_id, link=hazard.get_absolute_url(),
            body=f"挂牌号 {supervision.plate_number}，督办单位 {body}。请报送五落实整改方案。",
        )  # fmt: skip
    return supervision


def add_progress(
    actor: Actor, supervision: Supervision, *, text: str, at: datetime, percent: int | None = None
) -> SupervisionProgress:
    """Write this week's progress; by the firm (hazards.fix) or the supervising body (hazards.supervise)."""
    firm = actor.holds("hazards.fix", supervision.organisation_id)
    require(actor, "hazards.fix" if firm else "hazards.supervise", supervision)
    if not supervision.is_open:
        raise Problem("hazards.not_listed", "该隐患已摘牌，不再填报进展。", status=409)
    errors = {} if text.strip() else {"text": ["请填写本周进展"]}
    if percent is not None and not 0 <= percent <= 100:
        errors["percent"] = ["完成比例在 0 到 100 之间"]
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        entry = SupervisionProgress.objects.create(
            supervision=supervision, week=week_of(local_date(at)).label, text=text.strip(), percent=percent, at=at,
            by_id=actor.user_id, by_name=actor.name,
        )  # fmt: skip
        record(actor, "hazards.supervision.progress", supervision, at=at, after={"week": entry.week, "text": entry.text, "percent": percent},
               detail={"title": "填报进展"})  # fmt: skip
    return entry


def progress_gaps(supervision: Supervision, at: datetime) -> list[str]:
    """Labels of the weeks under supervision without an entry."""
    last = local_date(supervision.closed_at or at)
    return weeks_without_entry(local_date(supervision.opened_at), last, {entry.week for entry in supervision.progress.all()})


def raise_supervision(actor: Actor, supervision: Supervision, *, body: Organisation, reason: str, at: datetime) -> Supervision:
    """Hand the supervision to a higher body (提级督办)."""
    return perform(actor, supervision, "raise_level", at=at, note=reason, body=body)


def remove_plate(actor: Actor, supervision: Supervision, *, at: datetime, publicity: str = "", expect: int | None = None) -> Supervision:
    """Take the plate down (摘牌) and publish; only after the hazard is closed."""
    return perform(actor, supervision, "remove", at=at, expect=expect, publicity=publicity)
