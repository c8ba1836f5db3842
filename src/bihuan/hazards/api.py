"""Hazards for programs and phones: the same scope, rules and services as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Query, Schema, Status
from ninja.files import UploadedFile

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.api import ScopedRouter, actor_from
from bihuan.foundation.attachments.services import attach
from bihuan.foundation.lib.problems import Forbidden, Invalid, NotFound
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.workflow.engine import history_of
from bihuan.hazards import services
from bihuan.hazards.models import Hazard, Workshop
from bihuan.reference.models import CriterionVersion

router = ScopedRouter(tags=["隐患"])


class ActionOut(Schema):
    """A step that the caller may take now; `refusal` says why it cannot be taken at this moment."""

    step: str
    title: str
    needs: list[str]
    refusal: str | None


class HazardOut(Schema):
    """One hazard. Amounts in fen; times in UTC; `version` is what a step should name."""

    id: int
    number: str
    enterprise_id: int
    unit_id: int
    origin: str
    channel: str
    checking_level: str
    checking_body_id: int
    level: str
    criterion_id: int | None
    title: str
    description: str
    basis: str
    place: str
    status: str
    state: str
    found_at: datetime
    reported_at: datetime
    sealed_at: datetime | None
    confirmed_at: datetime | None
    due_at: datetime | None
    fixed_at: datetime | None
    closed_at: datetime | None
    duplicate_of_id: int | None
    recurrence_of_id: int | None
    plan_amount_fen: int | None
    version: int

    @staticmethod
    def resolve_state(hazard: Hazard) -> str:
        """The state's Chinese word."""
        return hazard.state.title


class HarbourOut(Schema):
    """Whether a penalty is barred, with the reason and its source."""

    barred: bool
    reason: str
    source: str


class HazardDetailOut(HazardOut):
    """One hazard with the steps the caller may take."""

    actions: list[ActionOut]
    safe_harbour: HarbourOut
    next_deed: str


class HazardPage(Schema):
    """A page of hazards."""

    count: int
    items: list[HazardOut]


class LineOut(Schema):
    """One line of the history."""

    at: datetime
    who: str
    action: str
    title: str
    note: str
    hash: str


class Wanted(Schema):
    """Which hazards, and which part of the list."""

    q: str = ""
    level: str = ""
    status: str = ""
    origin: str = ""
    enterprise: int | None = None
    unit: int | None = None
    overdue: bool = False
    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0)


class HazardIn(Schema):
    """A finding. `client_id` makes a second sending of the same one harmless."""

    enterprise: int
    origin: str
    level: str
    title: str
    description: str
    found_at: datetime
    channel: str | None = None
    criterion: int | None = None
    basis: str = ""
    place: str = ""
    evidence: str = ""
    category: str = ""
    tags: list[str] = []
    captured_at: datetime | None = None
    client_id: UUID | None = None


class StepIn(Schema):
    """Inputs of a step; each step takes its own (see `actions[].needs`). `version` is the one that was read."""

    version: int | None = None
    level: str | None = None
    criterion: int | None = None
    due_on: date | None = None
    new_due_on: date | None = None
    found_at: datetime | None = None
    assignee: str = ""
    needs_plan: bool = False
    note: str = ""
    reason: str = ""
    person: str = ""
    measures: str = ""
    amount_fen: int | None = None
    contingency: str = ""
    owners: dict[str, str] = {}
    stop_production: bool = False
    summary: str = ""
    no_photo_reason: str = ""
    opinion: str = ""
    description: str = ""
    primary: int | None = None
    text: str = ""
    question: str = ""
    percent: int | None = None


class PhotoOut(Schema):
    """A stored photo."""

    id: int
    sm3: str
    purpose: str


class DailyCheckIn(Schema):
    """A workshop's check of one day, as a phone sends it; `client_id` makes a second sending harmless."""

    ok: bool
    note: str = ""
    captured_at: datetime
    client_id: UUID


class DailyCheckOut(Schema):
    """What was stored."""

    id: int
    day: date
    ok: bool


def _hazard(actor: Actor, pk: int) -> Hazard:
    found: Hazard | None = Hazard.objects.visible_to(actor).with_people().filter(pk=pk).first()
    if found is None:
        raise NotFound("access.not_found", "没有找到该隐患，或它不在您的管辖范围内。")
    return found


def _criterion(pk: int | None) -> CriterionVersion | None:
    if pk is None:
        return None
    found: CriterionVersion | None = CriterionVersion.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("hazards.no_criterion", "没有这条判定标准条款。", field="criterion")
    return found


def _detail(actor: Actor, hazard: Hazard, at: datetime) -> Hazard:
    """The hazard with what the detail schema asks for beside its fields."""
    offers = services.offers(actor, hazard, at=at)
    hazard.actions = [  # type: ignore[attr-defined]
        {"step": o.transition.name.removeprefix("self_"), "title": o.transition.title, "refusal": o.refusal,
         "needs": [i.name for i in o.transition.inputs if i.required]}
        for o in offers
    ]  # fmt: skip
    hazard.safe_harbour = services.penalty_barred(hazard, at)  # type: ignore[attr-defined]
    hazard.next_deed = hazard.state.todo_title  # type: ignore[attr-defined]
    return hazard


@router.get("/hazards", capability="hazards.view", response=HazardPage, summary="隐患清单")
def list_hazards(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """Hazards in sight, newest finding first."""
    rows = Hazard.objects.visible_to(actor_from(request)).search(wanted.q)
    rows = rows.filter(**{key: value for key in ("level", "status", "origin") if (value := getattr(wanted, key))})
    if wanted.enterprise is not None:
        rows = rows.filter(enterprise_id=wanted.enterprise)
    if wanted.unit is not None:
        rows = rows.filter(unit_id=wanted.unit)
    if wanted.overdue:
        rows = rows.overdue(utc_now())
    page = rows.order_by("-found_at", "-pk")[wanted.offset : wanted.offset + wanted.limit]
    return {"count": rows.count(), "items": list(page)}


@router.post("/hazards", capability=None, response={201: HazardOut}, summary="登记隐患")
def report_hazard(request: HttpRequest, body: HazardIn) -> Status[Any]:
    """Enter a finding; needs hazards.report, or hazards.self_report at the firm."""
    actor = actor_from(request)
    if not (actor.can("hazards.report") or actor.can("hazards.self_report")):
        raise Forbidden("access.forbidden", "您没有“登记隐患”的权限。")
    firms = Enterprise.objects.all()
    firm = (firms.visible_to(actor, "hazards.report") | firms.visible_to(actor, "hazards.self_report")).filter(pk=body.enterprise).first()
    if firm is None:
        raise NotFound("access.not_found", "没有找到该企业，或它不在您的管辖范围内。", field="enterprise")
    data = body.model_dump(exclude={"enterprise", "criterion"})
    return Status(201, services.report_hazard(actor, enterprise=firm, criterion=_criterion(body.criterion), at=utc_now(), **data))


@router.get("/hazards/{pk}", capability="hazards.view", response=HazardDetailOut, summary="隐患详情")
def show_hazard(request: HttpRequest, pk: int) -> Hazard:
    """One hazard with the steps the caller may take now."""
    actor = actor_from(request)
    return _detail(actor, _hazard(actor, pk), utc_now())


@router.get("/hazards/{pk}/history", capability="hazards.view", response=list[LineOut], summary="隐患办理过程")
def show_history(request: HttpRequest, pk: int) -> list[Any]:
    """Its timeline, oldest first, with the hash of each entry."""
    return history_of(_hazard(actor_from(request), pk))


@router.post("/hazards/{pk}/steps/{step}", capability="hazards.view", response=HazardDetailOut, summary="办理隐患")
def take_step(request: HttpRequest, pk: int, step: str, body: StepIn) -> Hazard:
    """Take one step; 403 without the right, 409 when somebody was first or the state does not allow it, 422 by field."""
    actor, at = actor_from(request), utc_now()
    hazard = _hazard(actor, pk)
    data = body.model_dump(exclude={"version", "criterion", "primary"})
    data |= {"criterion": _criterion(body.criterion), "primary": _hazard(actor, body.primary) if body.primary else None}
    services.take_step(actor, hazard, step, data, at=at, expect=body.version)
    return _detail(actor, _hazard(actor, pk), at)


@router.post("/hazards/{pk}/photos", capability="attachments.add", response={201: PhotoOut}, summary="上传隐患照片")
def add_photo(request: HttpRequest, pk: int, file: File[UploadedFile | None] = None, purpose: str = "before", captured_at: datetime | None = None) -> Status[Any]:
    """Hang a photo on a hazard: purpose before (整改前), after (整改后) or scene (现场)."""
    actor = actor_from(request)
    hazard = Hazard.objects.visible_to(actor).filter(pk=pk).first() or Hazard.objects.visible_to(actor, "hazards.self_report").filter(pk=pk).first()
    if hazard is None:
        raise NotFound("access.not_found", "没有找到该隐患，或它不在您的管辖范围内。")
    if file is None:
        raise Invalid({"file": ["请选择照片"]})
    return Status(201, attach(actor, hazard, file, purpose=purpose, at=utc_now(), captured_at=captured_at))


@router.post("/workshops/{pk}/daily-checks", capability="hazards.daily_check", response={201: DailyCheckOut}, summary="车间日检")
def daily_check(request: HttpRequest, pk: int, body: DailyCheckIn) -> Status[Any]:
    """Enter a workshop's check of one day; safe to send twice."""
    actor = actor_from(request)
    workshop = Workshop.objects.visible_to(actor).of_head(actor).filter(pk=pk).first()
    if workshop is None:
        raise NotFound("access.not_found", "没有找到该车间，或您不是它的负责人。")
    return Status(201, services.check_today(actor, workshop, at=utc_now(), **body.model_dump()))
