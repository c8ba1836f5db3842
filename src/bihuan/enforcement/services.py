"""Every write to penalties and orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from bihuan.enforcement.choices import OrderKind, PenaltyTarget
from bihuan.enforcement.models import FirmAct, Order, PenaltyDecision
from bihuan.enforcement.rules import fault_of_amount
from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require, require_at
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.events import announce
from bihuan.foundation.lib.problems import Invalid, Problem
from bihuan.foundation.lib.times import local_date, shanghai
from bihuan.foundation.tenancy.models import Organisation
from bihuan.hazards.models import Hazard
from bihuan.hazards.services import penalty_barred
from bihuan.reference.models import PenaltyBand

LATE_ENTRY = timedelta(days=7)
CLOCK_SLACK = timedelta(minutes=5)
A = TypeVar("A", bound=FirmAct)


def _fault_of_time(moment: datetime, at: datetime) -> str | None:
    if moment > at + CLOCK_SLACK:
        return "时间不能晚于现在"
    if at - moment > LATE_ENTRY:
        return "超过 7 天不能补录，以免改动已上报的周累计数；请在周报中登记“更正”并说明原因"
    return None


@dataclass(frozen=True)
class Basis:
    """What a penalty rests on, as it is stored with the decision."""

    text: str
    verified: bool
    within_band: bool | None
    doubts: tuple[str, ...]


def basis_of(*, code: str, text: str, target: str, amount_fen: int, decided_at: datetime) -> Basis:
    """Look the basis up on the day of the decision. Raises Invalid for an unknown or superseded one.

    A band that nobody has compared with the law's text, or a basis outside the table, is a doubt; so is an amount
    outside every range of the band. Doubts need words from the person who registers.
    """
    if not code:
        if not text.strip():
            raise Invalid({"basis_code": ["请选择处罚依据，或填写其他依据的法律名称和条款"]})
        return Basis(text.strip(), False, None, ("所填依据不在处罚幅度表内，待核对原文",))
    rows = PenaltyBand.objects.filter(code=code)
    band = rows.effective_on(local_date(decided_at)).order_by("-effective_from").first()
    if band is None:
        known = rows.exists()
        raise Invalid({"basis_code": [f"{code} 在决定之日尚未生效或已失效，请另选" if known else f"处罚幅度表中没有 {code}，请另选"]})
    if band.superseded_by:
        raise Invalid({"basis_code": [f"{code} 已被上位法取代，请改用 {band.superseded_by}"]})
    fault = fault_of_amount(amount_fen, {"who": band.who, "first": band.first, "aggravated": band.aggravated}, target)
    doubts = (() if band.verified else (f"{code} 尚未与法律原文核对，待核对",)) + ((fault,) if fault else ())
    return Basis(f"{band.citation} {band.violation}"[:200], band.verified, fault is None, doubts)


def record_penalty(
    actor: Actor, *, enterprise: Enterprise, target: str, violation: str, basis_code: str, amount_fen: int, decided_at: datetime,
    body: Organisation, at: datetime, person: str = "", document_number: str = "", hazard: Hazard | None = None,
    basis_text: str = "", basis_note: str = "", linked: PenaltyDecision | None = None,
) -> PenaltyDecision:  # fmt: skip
    """Register a penalty decision; refused on a hazard under safe harbour (自查上报并按期整改的不予处罚).

    Raises Invalid by field, Problem `enforcement.safe_harbour`. `linked`: the other decision of the same case (一案双罚).
    """
    require_at(actor, "enforcement.record", enterprise.organisation_id)
    errors = _faults_of_penalty(enterprise, target, person, violation, amount_fen, hazard, linked)
    late = _fault_of_time(decided_at, at)
    if late:
        errors["decided_at"] = [late]
    if errors:
        raise Invalid(errors, code="enforcement.penalty_invalid")
    _refuse_safe_harbour(hazard, decided_at)
    basis = basis_of(code=basis_code, text=basis_text, target=target, amount_fen=amount_fen, decided_at=decided_at)
    if basis.doubts and len(basis_note.strip()) < 4:
        words = "；".join(basis.doubts)
        raise Invalid({"basis_note": [f"{words}。请核对；确需登记的，在此写明理由（至少 4 个字）"]}, code="enforcement.basis_doubtful")
    decision = PenaltyDecision(
        target=target, person=person.strip(), violation=violation.strip(), basis_code=basis_code, basis_text=basis.text,
        basis_verified=basis.verified, within_band=basis.within_band, basis_note=basis_note.strip(), amount_fen=amount_fen,
        decided_at=decided_at, document_number=document_number.strip(), linked=linked,
    )  # fmt: skip
    return _save(actor, decision, "penalty", enterprise=enterprise, body=body, hazard=hazard, at=at)


def _faults_of_penalty(
    enterprise: Enterprise, target: str, person: str, violation: str, amount_fen: int, hazard: Hazard | None, linked: PenaltyDecision | None
) -> dict[str, list[str]]:
    errors = _faults_of_hazard(enterprise, hazard)
    if target not in PenaltyTarget.values:
        errors["target"] = [f"处罚对象只能是：{'、'.join(PenaltyTarget.labels)}"]
    if amount_fen <= 0:
        errors["amount_fen"] = ["罚款金额须大于 0；不罚款的请登记指令"]
    if target == PenaltyTarget.PRINCIPAL and not person.strip():
        errors["person"] = ["处罚主要负责人须填写姓名"]
    if not violation.strip():
        errors["violation"] = ["请填写违法事实"]
    if linked is not None and (linked.enterprise_id != enterprise.pk or linked.target == target or linked.void_at):
        errors["linked"] = ["同案处罚须是同一企业、另一类对象且未撤销的处罚决定"]
    return errors


def _faults_of_hazard(enterprise: Enterprise, hazard: Hazard | None) -> dict[str, list[str]]:
    wrong = hazard is not None and hazard.enterprise_id != enterprise.pk
    return {"hazard": ["所选隐患不是该企业的，请重新选择"]} if wrong else {}


def _refuse_safe_harbour(hazard: Hazard | None, decided_at: datetime) -> None:
    if hazard is None:
        return
    harbour = penalty_barred(hazard, at=decided_at)
    if not harbour:
        return
    judged = hazard.duplicate_of or hazard
    sealed = f"企业自报封存时间 {shanghai(judged.sealed_at):%Y-%m-%d %H:%M}（{judged.number}）。" if judged.sealed_at else ""
    raise Problem("enforcement.safe_harbour", f"{harbour.reason}{sealed}（{harbour.source}）", status=409, field="hazard")


def issue_order(
    actor: Actor, *, enterprise: Enterprise, kind: str, content: str, issued_at: datetime, body: Organisation, at: datetime,
    due_at: datetime | None = None, document_number: str = "", hazard: Hazard | None = None,
) -> Order:  # fmt: skip
    """Register an order; a time limit is required for rectification."""
    require_at(actor, "enforcement.record", enterprise.organisation_id)
    errors = _faults_of_hazard(enterprise, hazard)
    late = _fault_of_time(issued_at, at)
    if late:
        errors["issued_at"] = [late]
    if kind not in OrderKind.values:
        errors["kind"] = ["请选择指令种类"]
    if not content.strip():
        errors["content"] = ["请填写指令内容"]
    if kind == OrderKind.RECTIFY and due_at is None:
        errors["due_at"] = ["限期整改须填写整改期限"]
    if due_at is not None and due_at <= issued_at:
        errors["due_at"] = ["整改期限须晚于下达时间"]
    if errors:
        raise Invalid(errors, code="enforcement.order_invalid")
    order = Order(kind=kind, content=content.strip(), issued_at=issued_at, due_at=due_at, document_number=document_number.strip())
    return _save(actor, order, "order", enterprise=enterprise, body=body, hazard=hazard, at=at)


def _save(actor: Actor, act: A, name: str, *, enterprise: Enterprise, body: Organisation, hazard: Hazard | None, at: datetime) -> A:
    act.organisation, act.enterprise, act.unit = enterprise.organisation, enterprise, enterprise.reporting_unit
    act.body, act.recorded_at, act.recorded_by_id = body, at, actor.user_id
    act.hazard_id = hazard.pk if hazard else None
    with transaction.atomic():
        act.save(force_insert=True)
        facts = {f.attname: f.value_from_object(act) for f in act._meta.concrete_fields if f.attname != "id"}
        record(actor, f"enforcement.{name}", act, at=at, after={k: v for k, v in facts.items() if v not in (None, "")}, detail={"title": "登记"})
        announce(f"enforcement.{name}_recorded", actor=actor, record=act, at=at)
    return act


def lift_order(actor: Actor, order: Order, *, lifted_at: datetime, note: str, at: datetime) -> Order:
    """Lift an order after the firm has met it (解除); a closure is not lifted."""
    require(actor, "enforcement.record", order)
    if order.kind == OrderKind.CLOSE:
        raise Problem("enforcement.closure_stands", "取缔关闭不能解除；登记有误的请撤销。", status=409)
    errors: dict[str, list[str]] = {}
    if lifted_at > at + CLOCK_SLACK or lifted_at < order.issued_at:
        errors["lifted_at"] = ["解除时间应在下达之后、不晚于现在"]
    if not note.strip():
        errors["note"] = ["请填写复查意见"]
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        mine = Order.objects.filter(pk=order.pk, lifted_at__isnull=True, void_at__isnull=True)
        if not mine.update(lifted_at=lifted_at, lift_note=note.strip()):
            raise Problem("enforcement.not_standing", "该指令已解除或已撤销。", status=409)
        record(actor, "enforcement.lift", order, at=at, after={"lifted_at": lifted_at}, note=note.strip(), detail={"title": "解除"})
    order.refresh_from_db()
    return order


def void_act(actor: Actor, act: FirmAct, *, at: datetime, reason: str) -> None:
    """Withdraw a decision or order with a reason; it stays in the history and counts nowhere."""
    require(actor, "enforcement.record", act)
    if not reason.strip():
        raise Invalid({"reason": ["请写明撤销原因"]})
    with transaction.atomic():
        changed = type(act).objects.filter(pk=act.pk, void_at__isnull=True).update(void_at=at, void_reason=reason)
        if not changed:
            raise Problem("enforcement.already_void", "该记录已经撤销。", status=409)
        record(actor, "enforcement.void", act, at=at, after={"void_at": at}, note=reason, detail={"title": "撤销"})
    act.refresh_from_db()
