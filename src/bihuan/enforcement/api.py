"""Penalties and orders for programs: the same scope, rules and services as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Field, Query, Schema, Status

from bihuan.enforcement.models import FirmAct, Order, PenaltyDecision
from bihuan.enforcement.services import issue_order, lift_order, record_penalty, void_act
from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.api import ScopedRouter, actor_from
from bihuan.foundation.lib.problems import NotFound
from bihuan.foundation.lib.times import utc_now
from bihuan.hazards.models import Hazard
from bihuan.inspections.querysets import inspecting_bodies

router = ScopedRouter(tags=["行政处罚"])
A = TypeVar("A", bound=FirmAct)


class ActOut(Schema):
    """What penalties and orders share. Void ones stay readable and count nowhere."""

    id: int
    enterprise_id: int
    enterprise_name: str
    unit_id: int
    body_id: int
    document_number: str
    hazard_id: int | None
    recorded_at: datetime
    void_at: datetime | None
    void_reason: str


class PenaltyOut(ActOut):
    """A penalty decision; amounts in fen."""

    target: str
    person: str
    violation: str
    basis_code: str
    basis_text: str
    basis_verified: bool
    within_band: bool | None
    basis_note: str
    amount_fen: int
    decided_at: datetime
    linked_id: int | None


class OrderOut(ActOut):
    """An order."""

    kind: str
    content: str
    issued_at: datetime
    due_at: datetime | None
    lifted_at: datetime | None
    lift_note: str


class PenaltyPage(Schema):
    """A page of penalty decisions."""

    count: int
    items: list[PenaltyOut]


class OrderPage(Schema):
    """A page of orders."""

    count: int
    items: list[OrderOut]


class Wanted(Schema):
    """Which ones, and which part of the list; void ones only when asked for."""

    enterprise: int | None = None
    hazard: int | None = None
    void: bool = False
    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0)


class ActIn(Schema):
    """What is common to registering either."""

    enterprise: int
    body: int
    hazard: int | None = None
    document_number: str = Field("", max_length=60)


class PenaltyIn(ActIn):
    """A penalty decision. Without `basis_code` give `basis_text`; a doubtful basis or amount needs `basis_note`."""

    target: str
    person: str = Field("", max_length=40)
    violation: str = Field(max_length=300)
    basis_code: str = ""
    basis_text: str = Field("", max_length=200)
    basis_note: str = Field("", max_length=200)
    amount_fen: int
    decided_at: datetime
    linked: int | None = None


class OrderIn(ActIn):
    """An order."""

    kind: str
    content: str = Field(max_length=300)
    issued_at: datetime
    due_at: datetime | None = None


class LiftIn(Schema):
    """Lifting an order."""

    lifted_at: datetime
    note: str = Field(min_length=4, max_length=200)


class VoidActIn(Schema):
    """Why it is withdrawn."""

    reason: str = Field(min_length=4, max_length=200)


def _act(request: HttpRequest, model: type[A], pk: int) -> A:
    act: A | None = model.objects.visible_to(actor_from(request)).with_names().filter(pk=pk).first()
    if act is None:
        raise NotFound("access.not_found", "没有找到该记录，或它不在您的管辖范围内。")
    return act


def _resolved(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Ids to records, each within the actor's sight."""
    firm = Enterprise.objects.visible_to(actor).filter(pk=data["enterprise"]).first()
    if firm is None:
        raise NotFound("access.not_found", "没有找到该企业，或它不在您的管辖范围内。", field="enterprise")
    body = inspecting_bodies(actor, "enforcement.record").filter(pk=data["body"]).first()
    if body is None:
        raise NotFound("access.not_found", "没有找到该单位，或它不在本地区。", field="body")
    hazard = Hazard.objects.visible_to(actor).filter(pk=data["hazard"]).first() if data["hazard"] is not None else None
    if data["hazard"] is not None and hazard is None:
        raise NotFound("access.not_found", "没有找到该隐患，或它不在您的管辖范围内。", field="hazard")
    return data | {"enterprise": firm, "body": body, "hazard": hazard}


def _page(request: HttpRequest, model: type[FirmAct], wanted: Wanted, order: str) -> dict[str, Any]:
    rows = model.objects.visible_to(actor_from(request))
    rows = rows.filter(void_at__isnull=not wanted.void)
    if wanted.enterprise is not None:
        rows = rows.filter(enterprise_id=wanted.enterprise)
    if wanted.hazard is not None:
        rows = rows.of_hazard(wanted.hazard)
    items = rows.with_names().order_by(order, "-id")[wanted.offset : wanted.offset + wanted.limit]
    return {"count": rows.count(), "items": list(items)}


@router.get("/penalties", capability="enforcement.view", response=PenaltyPage, summary="行政处罚清单")
def list_penalties(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """Penalty decisions in sight, latest first."""
    return _page(request, PenaltyDecision, wanted, "-decided_at")


@router.get("/penalties/{pk}", capability="enforcement.view", response=PenaltyOut, summary="行政处罚决定")
def get_penalty(request: HttpRequest, pk: int) -> PenaltyDecision:
    """One decision."""
    return _act(request, PenaltyDecision, pk)


@router.post("/penalties", capability="enforcement.record", response={201: PenaltyOut}, summary="登记处罚决定")
def create_penalty(request: HttpRequest, body: PenaltyIn) -> Status[PenaltyDecision]:
    """Register a decision; refused under safe harbour with the sealed time."""
    actor, data = actor_from(request), body.dict()
    linked = data.pop("linked")
    other = _act(request, PenaltyDecision, linked) if linked is not None else None
    return Status(201, record_penalty(actor, at=utc_now(), linked=other, **_resolved(actor, data)))


@router.post("/penalties/{pk}/void", capability="enforcement.record", response=PenaltyOut, summary="撤销处罚决定")
def void_penalty(request: HttpRequest, pk: int, body: VoidActIn) -> PenaltyDecision:
    """Withdraw a decision; it stays in the history."""
    act = _act(request, PenaltyDecision, pk)
    void_act(actor_from(request), act, at=utc_now(), reason=body.reason)
    return act


@router.get("/orders", capability="enforcement.view", response=OrderPage, summary="责令指令清单")
def list_orders(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """Orders in sight, latest first."""
    return _page(request, Order, wanted, "-issued_at")


@router.get("/orders/{pk}", capability="enforcement.view", response=OrderOut, summary="责令指令")
def get_order(request: HttpRequest, pk: int) -> Order:
    """One order."""
    return _act(request, Order, pk)


@router.post("/orders", capability="enforcement.record", response={201: OrderOut}, summary="登记责令指令")
def create_order(request: HttpRequest, body: OrderIn) -> Status[Order]:
    """Register an order."""
    actor = actor_from(request)
    return Status(201, issue_order(actor, at=utc_now(), **_resolved(actor, body.dict())))


@router.post("/orders/{pk}/lift", capability="enforcement.record", response=OrderOut, summary="解除责令指令")
def lift(request: HttpRequest, pk: int, body: LiftIn) -> Order:
    """Lift an order the firm has met."""
    return lift_order(actor_from(request), _act(request, Order, pk), lifted_at=body.lifted_at, note=body.note, at=utc_now())


@router.post("/orders/{pk}/void", capability="enforcement.record", response=OrderOut, summary="撤销责令指令")
def void_order(request: HttpRequest, pk: int, body: VoidActIn) -> Order:
    """Withdraw an order; it stays in the history."""
    act = _act(request, Order, pk)
    void_act(actor_from(request), act, at=utc_now(), reason=body.reason)
    return act
