"""Visits for programs: the same scope, rules and services as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Schema, Status

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.api import ScopedRouter, actor_from
from bihuan.foundation.lib.problems import NotFound, Problem
from bihuan.foundation.lib.times import local_date, utc_now
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.engine import available
from bihuan.inspections.choices import VisitKind
from bihuan.inspections.models import ProblemList, ProblemListSignature, Visit
from bihuan.inspections.querysets import inspecting_bodies
from bihuan.inspections.services import (
    conclude_visit,
    make_problem_list,
    record_finding,
    rows_of_findings,
    sign_problem_list,
    start_visit,
    verify_problem_list,
    void_visit,
)
from bihuan.reference.models import CriterionVersion

router = ScopedRouter(tags=["检查"])


class VisitOut(Schema):
    """One visit."""

    id: int
    enterprise_id: int
    enterprise_name: str
    unit_id: int
    kind: str
    level: str
    body_id: int
    host_body_id: int | None
    campaign: str
    basis: str
    inspectors: list[str]
    started_at: datetime
    ended_at: datetime | None
    status: str
    version: int


class VisitPage(Schema):
    """A page of visits."""

    count: int
    items: list[VisitOut]


class VisitActionOut(Schema):
    """What may be done next; `refusal` says why not now."""

    name: str
    title: str
    refusal: str | None


class SignatureOut(Schema):
    """A signature, or a refusal."""

    role: str
    name: str
    refused: bool
    reason: str
    witness: str
    digest: str
    signed_at: datetime


class ListOut(Schema):
    """One revision of the problem list; `sound` is false when content, digest, history or signatures disagree."""

    id: int
    revision: int
    digest: str
    made_at: datetime
    rows: list[dict[str, Any]]
    signatures: list[SignatureOut]
    sound: bool
    verdict: str


class VisitDetail(VisitOut):
    """A visit with findings, list and next steps."""

    findings: list[int]
    problem_list: ListOut | None
    unsigned: str | None
    actions: list[VisitActionOut]


class Wanted(Schema):
    """Which visits, and which part of the list."""

    enterprise: int | None = None
    kind: str = ""
    level: str = ""
    status: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0)


class StartIn(Schema):
    """A new visit; the host of a cross visit is the firm's lead supervising body."""

    enterprise: int
    kind: str
    level: str
    body: int
    inspectors: list[str]
    started_at: datetime
    captured_at: datetime | None = None
    campaign: str = Field("", max_length=120)
    basis: str = Field("", max_length=200)


class FindingIn(Schema):
    """One finding; `criterion` is the code of a situation of Order 10 (MEM10-11-3)."""

    level: str
    title: str = Field(max_length=120)
    description: str
    criterion: str = ""
    basis: str = Field("", max_length=300)
    place: str = Field("", max_length=120)
    evidence: str = ""
    captured_at: datetime | None = None


class RowIn(Schema):
    """A row of the list."""

    description: str
    evidence: str = ""
    basis: str = ""
    type: str = ""
    note: str = ""


class ListIn(Schema):
    """The rows; without them the visit's findings are taken."""

    rows: list[RowIn] | None = None


class SignIn(Schema):
    """A signature on the revision with this digest, or a refusal."""

    digest: str
    role: str
    name: str
    refused: bool = False
    reason: str = ""
    witness: str = ""


class ConcludeIn(Schema):
    """The end of the visit; `version` is the one that was read."""

    ended_at: datetime
    version: int


class VoidVisitIn(Schema):
    """Why the visit does not count."""

    reason: str = Field(min_length=4)
    version: int


def _visit(request: HttpRequest, pk: int) -> Visit:
    visit: Visit | None = Visit.objects.visible_to(actor_from(request)).with_names().filter(pk=pk).first()
    if visit is None:
        raise NotFound("access.not_found", "没有找到该检查记录，或它不在您的管辖范围内。")
    return visit


def _firm(actor: Actor, pk: int) -> Enterprise:
    firm: Enterprise | None = Enterprise.objects.visible_to(actor).filter(pk=pk).first()
    if firm is None:
        raise NotFound("access.not_found", "没有找到该企业，或它不在您的管辖范围内。", field="enterprise")
    return firm


def _body(actor: Actor, pk: int) -> Organisation:
    body = inspecting_bodies(actor).filter(pk=pk).first()
    if body is None:
        raise NotFound("access.not_found", "没有找到该检查单位，或它不在本地区。", field="body")
    return body


def _list_out(made: ProblemList) -> dict[str, Any]:
    verdict = verify_problem_list(made)
    return {
        "id": made.pk, "revision": made.revision, "digest": made.digest, "made_at": made.made_at, "rows": made.content["rows"],
        "signatures": list(made.signatures.all()), "sound": verdict.sound, "verdict": verdict.message,
    }  # fmt: skip


def _detail(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    shown = VisitOut.from_orm(visit).dict()
    made = visit.latest_list()
    unsigned = visit.unsigned_reason() if visit.is_open else None
    actions = [
        {"name": offer.transition.name, "title": offer.transition.title,
         "refusal": offer.refusal or (unsigned if offer.transition.name == "conclude" else None)}
        for offer in available(actor_from(request), visit, at=utc_now())
    ]  # fmt: skip
    return shown | {
        "findings": list(visit.findings().values_list("pk", flat=True)), "problem_list": _list_out(made) if made else None,
        "unsigned": unsigned, "actions": actions,
    }  # fmt: skip


@router.get("/visits", capability="inspections.view", response=VisitPage, summary="检查记录清单")
def list_visits(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """Visits in sight, latest first."""
    rows = Visit.objects.visible_to(actor_from(request))
    rows = rows.filter(**{key: value for key in ("kind", "level", "status") if (value := getattr(wanted, key))})
    if wanted.enterprise is not None:
        rows = rows.filter(enterprise_id=wanted.enterprise)
    if wanted.since is not None:
        rows = rows.filter(started_at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(started_at__lt=wanted.until)
    page = rows.with_names().order_by("-started_at", "-id")[wanted.offset : wanted.offset + wanted.limit]
    return {"count": rows.count(), "items": list(page)}


@router.get("/visits/{pk}", capability="inspections.view", response=VisitDetail, summary="检查记录")
def get_visit(request: HttpRequest, pk: int) -> dict[str, Any]:
    """One visit with its list and what may be done next."""
    return _detail(request, _visit(request, pk))


@router.post("/visits", capability="inspections.visit", response={201: VisitDetail}, summary="开始检查")
def create_visit(request: HttpRequest, body: StartIn) -> Status[Any]:
    """Open a visit."""
    actor = actor_from(request)
    data = body.dict()
    firm = _firm(actor, data.pop("enterprise"))
    host = firm.supervisor if body.kind == VisitKind.CROSS else None
    visit = start_visit(actor, enterprise=firm, body=_body(actor, data.pop("body")), host_body=host, at=utc_now(), **data)
    return Status(201, _detail(request, visit))


@router.post("/visits/{pk}/findings", capability="inspections.visit", response={201: VisitDetail}, summary="登记现场问题")
def create_finding(request: HttpRequest, pk: int, body: FindingIn) -> Status[Any]:
    """Enter a finding as a hazard of this visit; photos go to /files as attachments of the hazard."""
    visit, data = _visit(request, pk), body.dict()
    code = data.pop("criterion")
    criterion = CriterionVersion.objects.effective_on(local_date(visit.started_at)).filter(criterion__code=code).first() if code else None
    if code and criterion is None:
        raise Problem("inspections.unknown_criterion", f"没有编号为 {code} 且在检查当日有效的判定标准条款。", field="criterion")
    record_finding(actor_from(request), visit, criterion=criterion, at=utc_now(), **data)
    return Status(201, _detail(request, visit))


@router.post("/visits/{pk}/list", capability="inspections.sign", response={201: VisitDetail}, summary="生成问题隐患清单")
def create_list(request: HttpRequest, pk: int, body: ListIn) -> Status[Any]:
    """Freeze a revision of the list; a row without basis is refused, former signatures no longer count."""
    visit = _visit(request, pk)
    rows = rows_of_findings(visit) if body.rows is None else [row.dict() for row in body.rows]
    make_problem_list(actor_from(request), visit, rows=rows, at=utc_now())
    return Status(201, _detail(request, visit))


@router.post("/visits/{pk}/signatures", capability="inspections.sign", response={201: SignatureOut}, summary="清单签字")
def create_signature(request: HttpRequest, pk: int, body: SignIn) -> Status[ProblemListSignature]:
    """Sign the revision in force; `digest` proves what was read."""
    visit, data = _visit(request, pk), body.dict()
    made = visit.latest_list()
    if made is None or made.digest != data.pop("digest"):
        raise Problem("inspections.superseded", "清单内容已变化或尚未生成，请重新读取后再签字。", status=409, field="digest")
    return Status(201, sign_problem_list(actor_from(request), made, at=utc_now(), **data))


@router.post("/visits/{pk}/conclude", capability="inspections.sign", response=VisitDetail, summary="签字办结")
def conclude(request: HttpRequest, pk: int, body: ConcludeIn) -> dict[str, Any]:
    """Close the visit once the list in force carries the signatures."""
    visit = _visit(request, pk)
    return _detail(request, conclude_visit(actor_from(request), visit, ended_at=body.ended_at, at=utc_now(), expect=body.version))


@router.post("/visits/{pk}/void", capability="inspections.sign", response=VisitDetail, summary="作废检查记录")
def void(request: HttpRequest, pk: int, body: VoidVisitIn) -> dict[str, Any]:
    """Take a visit entered by mistake out of every figure."""
    visit = _visit(request, pk)
    return _detail(request, void_visit(actor_from(request), visit, reason=body.reason, at=utc_now(), expect=body.version))
