"""Every write to penalties and orders."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from bihuan.enforcement.choices import OrderKind, PenaltyTarget
from bihuan.enforcement.models import FirmAct, Order, PenaltyDecision
from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require, require_at
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.events import announce
from bihuan.foundation.lib.problems import Invalid, Problem
from bihuan.foundation.tenancy.models import Organisation
from bihuan.hazards.models import Hazard
from bihuan.hazards.services import penalty_barred

LATE_ENTRY = timedelta(days=7)
A = TypeVar("A", bound=FirmAct)


def _check_time(name: str, moment: datetime, at: datetime) -> None:
    if moment > at + timedelta(minutes=5):
        raise Invalid({name: ["时间不能晚于现在"]})
    if at - moment > LATE_ENTRY:
        raise Invalid({name: ["超过 7 天的决定请通过“更正”登记，以免改动已上报的周累计数"]})


def record_penalty(
    actor: Actor, *, enterprise: Enterprise, target: str, violation: str, basis_code: str, amount_fen: int, decided_at: datetime,
    body: Organisation, at: datetime, person: str = "", document_number: str = "", hazard: Hazard | None = None,
) -> PenaltyDecision:  # fmt: skip
    """Register a penalty decision; refused on a hazard under safe harbour (自查上报并按期整改的不予处罚)."""
    require_at(actor, "enforcement.record", enterprise.organisation_id)
    _check_time("decided_at", decided_at, at)
    if amount_fen <= 0:
        raise Invalid({"amount_fen": ["罚款金额须大于 0；不罚款的请登记指令"]})
    if target == PenaltyTarget.PRINCIPAL and not person.strip():
        raise Invalid({"person": ["处罚主要负责人须填写姓名"]})
    if hazard is not None:
        harbour = penalty_barred(hazard, at=decided_at)
        if harbour:
            raise Problem("enforcement.safe_harbour", f"{harbour.reason}（{harbour.source}）", status=409)
    decision = PenaltyDecision(
        target=target, person=person.strip(), violation=violation, basis_code=basis_code, amount_fen=amount_fen,
        decided_at=decided_at, document_number=document_number,
    )  # fmt: skip
    return _save(actor, decision, "penalty", enterprise=enterprise, body=body, hazard=hazard, at=at)


def issue_order(
    actor: Actor, *, enterprise: Enterprise, kind: str, content: str, issued_at: datetime, body: Organisation, at: datetime,
    due_at: datetime | None = None, document_number: str = "", hazard: Hazard | None = None,
) -> Order:  # fmt: skip
    """Register an order; a time limit is required for rectification."""
    require_at(actor, "enforcement.record", enterprise.organisation_id)
    _check_time("issued_at", issued_at, at)
    if kind not in OrderKind.values:
        raise Invalid({"kind": ["请选择指令种类"]})
    if kind == OrderKind.RECTIFY and due_at is None:
        raise Invalid({"due_at": ["限期整改须填写整改期限"]})
    if due_at is not None and due_at <= issued_at:
        raise Invalid({"due_at": ["整改期限须晚于下达时间"]})
    order = Order(kind=kind, content=content, issued_at=issued_at, due_at=due_at, document_number=document_number)
    return _save(actor, order, "order", enterprise=enterprise, body=body, hazard=hazard, at=at)


def _save(actor: Actor, act: A, name: str, *, enterprise: Enterprise, body: Organisation, hazard: Hazard | None, at: datetime) -> A:
    act.organisation, act.enterprise, act.unit = enterprise.organisation, enterprise, enterprise.reporting_unit
    act.body, act.recorded_at, act.recorded_by_id = body, at, actor.user_id
    act.hazard_id = hazard.pk if hazard else None
    with transaction.atomic():
        act.save(force_insert=True)
        record(actor, f"enforcement.{name}", act, at=at, after={"enterprise": enterprise.pk, "body": body.pk, "text": str(act)})
        announce(f"enforcement.{name}_recorded", actor=actor, record=act, at=at)
    return act


def void_act(actor: Actor, act: FirmAct, *, at: datetime, reason: str) -> None:
    """Withdraw a decision or order with a reason; it stays in the history and counts nowhere."""
    require(actor, "enforcement.record", act)
    if not reason.strip():
        raise Invalid({"reason": ["请写明撤销原因"]})
    with transaction.atomic():
        changed = type(act).objects.filter(pk=act.pk, void_at__isnull=True).update(void_at=at, void_reason=reason)
        if not changed:
            raise Problem("enforcement.already_void", "该记录已经撤销。", status=409)
        record(actor, "enforcement.void", act, at=at, after={"void_at": at}, note=reason)
