"""On the shop floor: daily checks of workshops, observation of behaviour, checks of silos and tanks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, models, transaction

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require, require_at
from bihuan.foundation.accounts.models import User
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.problems import Invalid
from bihuan.foundation.lib.times import local_date
from bihuan.hazards.choices import CoachingOutcome, StorageKind, ViolationKind
from bihuan.hazards.models import (
    BehaviourObservation,
    DailyCheck,
    Hazard,
    StorageAsset,
    StorageCheck,
    Workshop,
)
from bihuan.hazards.parameters import parameter, storage_checklist
from bihuan.hazards.rules.reporting import found_at_fault


def open_workshop(actor: Actor, *, enterprise: Enterprise, name: str, head: User, at: datetime) -> Workshop:
    """Name a workshop and its head; daily checks are expected from this day on."""
    require_at(actor, "hazards.self_check", enterprise.organisation_id)
    if not name.strip():
        raise Invalid({"name": ["请填写车间名称"]})
    with transaction.atomic():
        workshop = Workshop.objects.create(organisation_id=enterprise.organisation_id, enterprise=enterprise, name=name.strip(), head=head, since=local_date(at))
        record(actor, "hazards.workshop.open", workshop, at=at, after={"name": workshop.name, "head": head.pk})
    return workshop


def check_today(
    actor: Actor, workshop: Workshop, *, ok: bool, captured_at: datetime, client_id: UUID, at: datetime, note: str = "", hazard: Hazard | None = None
) -> DailyCheck:
    """Enter a day's check; a phone that sends it twice gets the first one back. A problem needs words or a hazard."""
    require(actor, "hazards.daily_check", workshop)
    known: DailyCheck | None = DailyCheck.objects.filter(client_id=client_id).first()
    if known is not None:
        return known
    fault = found_at_fault(captured_at, at, parameter("late_entry_hours"))
    errors = {"captured_at": [fault]} if fault else {}
    if not ok and hazard is None and not note.strip():
        errors["note"] = ["发现问题的，请写明情况或登记隐患"]
    if errors:
        raise Invalid(errors)
    try:
        with transaction.atomic():
            check = DailyCheck.objects.create(
                workshop=workshop, day=local_date(captured_at), ok=ok, note=note.strip(), hazard=hazard, done_by_id=actor.user_id,
                captured_at=captured_at, received_at=at, client_id=client_id,
            )  # fmt: skip
            record(actor, "hazards.daily_check", check, at=at, captured_at=captured_at, after={"ok": ok, "note": check.note})
    except IntegrityError:
        check = DailyCheck.objects.get(client_id=client_id)
    return check


def missed_days(actor: Actor, *, since: date, until: date) -> dict[Workshop, list[date]]:
    """Days without a check, in the workshops that this person heads; nobody else is told."""
    workshops = list(Workshop.objects.visible_to(actor).of_head(actor).order_by("pk"))
    done = set(DailyCheck.objects.filter(workshop__in=workshops, day__range=(since, until)).values_list("workshop_id", "day"))
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    return {w: [day for day in days if day >= w.since and (w.pk, day) not in done] for w in workshops}


def observe_behaviour(
    actor: Actor, *, enterprise: Enterprise, kind: str, what: str, coaching: str, outcome: str, seen_at: datetime, at: datetime, place: str = ""
) -> BehaviourObservation:
    """Record one of the three violations; coaching comes first, its outcome is part of the record."""
    require_at(actor, "hazards.self_observe", enterprise.organisation_id)
    errors = {name: [f"请填写{word}"] for name, word, text in (("what", "行为", what), ("coaching", "现场教育内容", coaching)) if not text.strip()}
    if kind not in ViolationKind.values:
        errors["kind"] = [f"类别只能是：{'、'.join(ViolationKind.labels)}"]
    if outcome not in CoachingOutcome.values:
        errors["outcome"] = [f"结果只能是：{'、'.join(CoachingOutcome.labels)}"]
    fault = found_at_fault(seen_at, at, parameter("late_entry_hours"))
    if fault:
        errors["seen_at"] = [fault]
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        row = BehaviourObservation.objects.create(
            organisation_id=enterprise.organisation_id, enterprise=enterprise, unit_id=enterprise.reporting_unit_id, created_by_id=actor.user_id,
            created_at=at, kind=kind, what=what.strip(), coaching=coaching.strip(), outcome=outcome, seen_at=seen_at, place=place.strip(),
        )  # fmt: skip
        record(actor, "hazards.observation", row, at=at, after={"kind": kind, "outcome": outcome})
    return row


def register_asset(
    actor: Actor, *, enterprise: Enterprise, kind: str, name: str, at: datetime, place: str = "", capacity_m3: int | None = None
) -> StorageAsset:
    """Enter a silo, bin or tank; by the firm or by a regulator for it."""
    own = actor.holds("hazards.self_check", enterprise.organisation_id)
    require_at(actor, "hazards.self_check" if own else "hazards.report_for", enterprise.organisation_id)
    if kind not in StorageKind.values or not name.strip():
        raise Invalid({"kind": [f"类型只能是：{'、'.join(StorageKind.labels)}"]} if kind not in StorageKind.values else {"name": ["请填写名称"]})
    with transaction.atomic():
        asset = StorageAsset.objects.create(
            organisation_id=enterprise.organisation_id, enterprise=enterprise, unit_id=enterprise.reporting_unit_id, created_by_id=actor.user_id,
            created_at=at, kind=kind, name=name.strip(), place=place.strip(), capacity_m3=capacity_m3,
        )  # fmt: skip
        record(actor, "hazards.asset", asset, at=at, after={"kind": kind, "name": asset.name})
    return asset


def check_asset(actor: Actor, asset: StorageAsset, *, answers: Mapping[str, str], checked_at: datetime, at: datetime) -> StorageCheck:
    """Check a facility against the list of its type: every point is answered ok, no or na."""
    own = actor.holds("hazards.self_check", asset.organisation_id)
    require(actor, "hazards.self_check" if own else "hazards.report", asset)
    points = storage_checklist(asset.kind)
    open_points = [point for point in points if answers.get(point) not in ("ok", "no", "na")]
    fault = found_at_fault(checked_at, at, parameter("late_entry_hours"))
    if open_points or fault:
        raise Invalid({"answers": [f"请逐项作答：{'、'.join(open_points)}"]} if open_points else {"checked_at": [fault or ""]})
    with transaction.atomic():
        check = StorageCheck.objects.create(
            asset=asset, checked_at=checked_at, checked_by_id=actor.user_id, recorded_at=at, answers={point: answers[point] for point in points}
        )
        record(actor, "hazards.asset.check", asset, at=at, after={"faults": check.faults}, detail={"title": "检查"})
    return check


def storage_coverage(assets: models.QuerySet[StorageAsset], *, kind: str, since: datetime, until: datetime) -> tuple[int, list[StorageAsset]]:
    """(how many facilities of the type there are, those not checked in the period)."""
    of_kind = assets.filter(kind=kind)
    unchecked = of_kind.exclude(pk__in=StorageCheck.objects.filter(checked_at__range=(since, until)).values("asset_id"))
    return of_kind.count(), list(unchecked)
