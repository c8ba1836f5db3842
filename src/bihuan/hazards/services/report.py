"""Reporting a hazard, re-opening a closed one as a recurrence, linking duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.files.base import File
from django.db import models, transaction

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.attachments.services import attach
from bihuan.foundation.audit.models import Ref, reference
from bihuan.foundation.lib.problems import Invalid, Problem
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.engine import open_loop, perform
from bihuan.hazards.choices import Channel, Level, Origin
from bihuan.hazards.models import Hazard, HazardTag
from bihuan.hazards.parameters import parameter
from bihuan.hazards.parameters import tags as known_tags
from bihuan.hazards.rules.reporting import checking_level, default_channel, earlier_finding, found_at_fault
from bihuan.hazards.services.numbers import next_number
from bihuan.reference.models import CriterionVersion


def attach_photos(actor: Actor, hazard: Hazard, photos: Sequence[File[bytes]], *, purpose: str, at: datetime) -> None:
    """Hang photos on the hazard with the device's time of capture where it came along."""
    for photo in photos:
        attach(actor, hazard, photo, purpose=purpose, at=at, captured_at=getattr(photo, "captured_at", None))


def place_key(place: str) -> str:
    """The place as compared: without spaces, in one case and width."""
    return "".join(place.split()).casefold()[:120]


def report_hazard(
    actor: Actor, *, enterprise: Enterprise, origin: str, level: str, title: str, description: str, found_at: datetime,
    at: datetime, channel: str | None = None, checking_body: Organisation | None = None,
    criterion: CriterionVersion | None = None, basis: str = "", place: str = "", evidence: str = "", category: str = "",
    tags: Sequence[str] = (), source: models.Model | Ref | None = None, captured_at: datetime | None = None,
    recurrence_of: Hazard | None = None, assignee: str = "", note: str = "", photos: Sequence[File[bytes]] = (),
    client_id: UUID | None = None,
) -> Hazard:  # fmt: skip
    """Enter a finding; `level` is proposed until it is confirmed. Raises Invalid by field.

    A firm's own finding needs hazards.self_report at the firm and is sealed at `at` (server time): what an inspection
    finds later is not before it. A regulator may enter it for the firm (hazards.report_for); then nothing is sealed.
    """
    if client_id is not None:
        known: Hazard | None = Hazard.objects.filter(client_id=client_id, created_by_id=actor.user_id).first()
        if known is not None:
            return known  # a phone that sends it again gets the first one back
    own = origin == Origin.SELF and actor.holds("hazards.self_report", enterprise.organisation_id)
    capability = "hazards.self_report" if own else "hazards.report_for" if origin == Origin.SELF else "hazards.report"
    body = enterprise.organisation if origin == Origin.SELF else checking_body or actor.home_organisation
    _check(origin=origin, level=level, title=title, description=description, found_at=found_at, at=at, channel=channel,
           criterion=criterion, basis=basis, tags=tags, captured_at=captured_at)  # fmt: skip
    hazard = Hazard(
        organisation_id=enterprise.organisation_id, enterprise=enterprise, unit_id=enterprise.reporting_unit_id, origin=origin,
        channel=channel or default_channel(origin, enterprise.pairing_role), checking_level=_level_of(origin, body),
        checking_body=body, level=level, criterion=criterion, title=title.strip(), description=description.strip(),
        evidence=evidence.strip(), basis=basis.strip() or (criterion.citation if criterion else ""), category=category,
        place=place.strip(), place_key=place_key(place), found_at=found_at, reported_at=at, captured_at=captured_at,
        recurrence_of=recurrence_of, assignee=assignee, client_id=client_id, sealed_at=at if own and actor.kind != "system" else None,
    )  # fmt: skip
    if source is not None:
        ref = reference(source)
        hazard.source_kind, hazard.source_id = ref.kind, ref.id
    with transaction.atomic():
        hazard.number = next_number("YH", enterprise.division_code, local_date(at).year)
        open_loop(actor, hazard, at=at, capability=capability, captured_at=captured_at, note=note or ("代企业登记" if capability == "hazards.report_for" else ""))
        attach_photos(actor, hazard, photos, purpose="before", at=at)
        catalogue = known_tags()
        HazardTag.objects.bulk_create(HazardTag(hazard=hazard, kind=catalogue[code].kind, code=code) for code in dict.fromkeys(tags))
    return hazard


def _level_of(origin: str, body: Organisation | None) -> str:
    if body is None:
        raise Invalid({"checking_body": ["请选择检查单位"]})
    parent_kind = body.parent.kind if body.kind == "department" and body.parent else ""
    level = checking_level(origin, body.kind, parent_kind)
    if level is None:
        raise Invalid({"checking_body": [f"“{Origin(origin).label}”的检查单位不能是“{body}”，请核对检查环节或检查单位"]})
    return level


def _check(
    *, origin: str, level: str, title: str, description: str, found_at: datetime, at: datetime, channel: str | None,
    criterion: CriterionVersion | None, basis: str, tags: Sequence[str], captured_at: datetime | None,
) -> None:  # fmt: skip
    errors: dict[str, list[str]] = {}
    if origin not in Origin.values:
        errors["origin"] = [f"检查环节只能是：{'、'.join(Origin.labels)}"]
    if level not in Level.values:
        errors["level"] = [f"隐患等级只能是：{'、'.join(Level.labels)}"]
    if channel and channel not in Channel.values:
        errors["channel"] = [f"渠道只能是：{'、'.join(Channel.labels)}"]
    errors |= {name: [f"请填写{word}"] for name, word, text in (("title", "隐患名称", title), ("description", "情况描述", description)) if not text.strip()}
    if len(title.strip()) > 120:
        errors["title"] = ["隐患名称不超过 120 字，详细内容请写在情况描述中"]
    if level == Level.MAJOR and criterion is None:
        errors["criterion"] = ["重大事故隐患须选择判定标准条款（应急管理部令第10号）"]
    if origin != Origin.SELF and criterion is None and not basis.strip():
        errors["basis"] = ["请填写依据（法规、标准条款或判定标准）"]
    fault = found_at_fault(found_at, at, parameter("late_entry_hours"))
    if fault:
        errors["found_at"] = [fault]
    if captured_at is not None and captured_at > at:
        errors["captured_at"] = ["采集时间不能晚于当前时间，请核对手机时钟"]
    unknown = [code for code in tags if code not in known_tags()]
    if unknown:
        errors["tags"] = [f"没有“{unknown[0]}”这个标签"]
    if errors:
        raise Invalid(errors, code="hazards.report_invalid")


def report_recurrence(
    actor: Actor, closed: Hazard, *, found_at: datetime, description: str, at: datetime, origin: str | None = None,
    checking_body: Organisation | None = None, note: str = "",
) -> Hazard:  # fmt: skip
    """Re-open: the closed record stays, a new one linked to it runs the whole loop again."""
    require(actor, "hazards.view", closed)
    if closed.status != "closed":
        raise Problem("hazards.not_closed", "该隐患尚未销号，请在原记录上继续办理。", status=409)
    return report_hazard(
        actor, enterprise=closed.enterprise, origin=origin or closed.origin, level=closed.level, title=closed.title,
        description=description, found_at=found_at, at=at, channel=closed.channel or None, checking_body=checking_body,
        criterion=closed.criterion, basis=closed.basis, place=closed.place, category=closed.category, recurrence_of=closed,
        tags=list(closed.tag_links.values_list("code", flat=True)), note=note,
    )  # fmt: skip


def counts_first(first: Hazard, second: Hazard) -> bool:
    """Whether `first` is the one that counts: the earlier finding, then the earlier entry."""
    return earlier_finding((first.found_at, first.reported_at, first.pk), (second.found_at, second.reported_at, second.pk))


def link_duplicates(actor: Actor, first: Hazard, second: Hazard, *, at: datetime, note: str) -> tuple[Hazard, Hazard]:
    """Link two findings of the same thing; returns (the one that counts, the merged one).

    Counting rule: the earliest finding counts, whatever its channel; the other leaves every figure and its loop ends.
    """
    primary, duplicate = (first, second) if counts_first(first, second) else (second, first)
    if primary.status == "closed":
        raise Problem("hazards.primary_closed", "较早的一条已销号，请按“复发”登记，不能并案。", status=409)
    require(actor, "hazards.link", primary)
    perform(actor, duplicate, "merge", at=at, note=note, primary=primary)
    return primary, duplicate


def possible_duplicates(hazard: Hazard) -> models.QuerySet[Hazard]:
    """Open findings of other occasions at the same firm that look like the same thing."""
    criterion_id = hazard.criterion.criterion_id if hazard.criterion else None
    rows = Hazard.objects.counted().open().alike(
        enterprise_id=hazard.enterprise_id, criterion_id=criterion_id, place=hazard.place_key, basis=hazard.basis
    )  # fmt: skip
    found: models.QuerySet[Hazard] = rows.exclude(pk=hazard.pk).order_by("found_at")
    return found
