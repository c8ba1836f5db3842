"""Benchmark firms, pairings and service visits for programs: the same scope, rules and services as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model
from django.http import HttpRequest
from ninja import Field, Query, Schema, Status

from bihuan.assistance.models import Benchmark, Pairing, ServiceVisit
from bihuan.assistance.services import choose_benchmark, end_benchmark, end_pairing, pair, record_service
from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.api import ScopedRouter, actor_from
from bihuan.foundation.lib.problems import NotFound
from bihuan.foundation.lib.times import utc_now

router = ScopedRouter(tags=["结对帮扶"])
M = TypeVar("M", bound=Model)


class BenchmarkOut(Schema):
    """A benchmark firm."""

    id: int
    enterprise_id: int
    enterprise_name: str
    unit_id: int
    started_at: datetime
    ended_at: datetime | None
    note: str


class PairingOut(Schema):
    """A pairing; `enterprise` is the one that is helped."""

    id: int
    helper_id: int
    enterprise_id: int
    enterprise_name: str
    unit_id: int
    plan: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str


class ServiceVisitOut(Schema):
    """A visit of experts."""

    id: int
    enterprise_id: int
    enterprise_name: str
    unit_id: int
    visited_at: datetime
    experts: str
    subject: str
    found: str
    advice: str
    recorded_at: datetime


class BenchmarkPage(Schema):
    """A page of benchmark firms."""

    count: int
    items: list[BenchmarkOut]


class PairingPage(Schema):
    """A page of pairings."""

    count: int
    items: list[PairingOut]


class ServiceVisitPage(Schema):
    """A page of service visits."""

    count: int
    items: list[ServiceVisitOut]


class Wanted(Schema):
    """Which part of the list; `running` leaves out what has ended."""

    enterprise: int | None = None
    running: bool = False
    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0)


class BenchmarkIn(Schema):
    """A firm to choose."""

    enterprise: int
    note: str = Field("", max_length=200)


class BenchmarkEndIn(Schema):
    """Why it is none any more."""

    reason: str = Field(min_length=4, max_length=200)


class PairingIn(Schema):
    """A pairing."""

    helper: int
    helped: int
    plan: str


class PairingEndIn(Schema):
    """What came of it."""

    outcome: str


class ServiceVisitIn(Schema):
    """A visit of experts."""

    enterprise: int
    visited_at: datetime
    experts: str = Field(max_length=200)
    subject: str = Field(max_length=200)
    found: str = ""
    advice: str


def _firm(request: HttpRequest, pk: int, field: str) -> Enterprise:
    firm: Enterprise | None = Enterprise.objects.visible_to(actor_from(request)).filter(pk=pk).first()
    if firm is None:
        raise NotFound("access.not_found", "没有找到该企业，或它不在您的管辖范围内。", field=field)
    return firm


def _one(request: HttpRequest, model: type[M], pk: int) -> M:
    rows: Any = model._default_manager.all()
    found: M | None = rows.visible_to(actor_from(request)).select_related("enterprise").filter(pk=pk).first()
    if found is None:
        raise NotFound("access.not_found", "没有找到该记录，或它不在您的管辖范围内。")
    return found


def _page(request: HttpRequest, model: type[Model], wanted: Wanted) -> dict[str, Any]:
    manager: Any = model._default_manager
    rows = manager.all().visible_to(actor_from(request))
    if wanted.enterprise is not None:
        rows = rows.filter(enterprise_id=wanted.enterprise)
    if wanted.running and model is not ServiceVisit:
        rows = rows.running()
    items = rows.select_related("enterprise")[wanted.offset : wanted.offset + wanted.limit]
    return {"count": rows.count(), "items": list(items)}


@router.get("/benchmarks", capability="assistance.view", response=BenchmarkPage, summary="标杆企业清单")
def list_benchmarks(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """Benchmark firms in sight, latest first."""
    return _page(request, Benchmark, wanted)


@router.get("/benchmarks/{pk}", capability="assistance.view", response=BenchmarkOut, summary="标杆企业")
def get_benchmark(request: HttpRequest, pk: int) -> Benchmark:
    """One benchmark firm."""
    return _one(request, Benchmark, pk)


@router.post("/benchmarks", capability="assistance.manage", response={201: BenchmarkOut}, summary="确定标杆企业")
def create_benchmark(request: HttpRequest, body: BenchmarkIn) -> Status[Benchmark]:
    """Choose a benchmark firm."""
    firm = _firm(request, body.enterprise, "enterprise")
    return Status(201, choose_benchmark(actor_from(request), enterprise=firm, note=body.note, at=utc_now()))


@router.post("/benchmarks/{pk}/end", capability="assistance.manage", response=BenchmarkOut, summary="取消标杆企业")
def finish_benchmark(request: HttpRequest, pk: int, body: BenchmarkEndIn) -> Benchmark:
    """Take a firm off the benchmarks."""
    row = _one(request, Benchmark, pk)
    end_benchmark(actor_from(request), row, reason=body.reason, at=utc_now())
    return row


@router.get("/pairings", capability="assistance.view", response=PairingPage, summary="结对帮扶清单")
def list_pairings(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """Pairings in sight, latest first."""
    return _page(request, Pairing, wanted)


@router.get("/pairings/{pk}", capability="assistance.view", response=PairingOut, summary="结对帮扶")
def get_pairing(request: HttpRequest, pk: int) -> Pairing:
    """One pairing."""
    return _one(request, Pairing, pk)


@router.post("/pairings", capability="assistance.manage", response={201: PairingOut}, summary="登记结对帮扶")
def create_pairing(request: HttpRequest, body: PairingIn) -> Status[Pairing]:
    """Pair a benchmark firm with one that needs help."""
    helper, helped = _firm(request, body.helper, "helper"), _firm(request, body.helped, "helped")
    return Status(201, pair(actor_from(request), helper=helper, helped=helped, plan=body.plan, at=utc_now()))


@router.post("/pairings/{pk}/end", capability="assistance.manage", response=PairingOut, summary="结束结对")
def finish_pairing(request: HttpRequest, pk: int, body: PairingEndIn) -> Pairing:
    """End a pairing with its outcome."""
    row = _one(request, Pairing, pk)
    end_pairing(actor_from(request), row, outcome=body.outcome, at=utc_now())
    row.refresh_from_db()
    return row


@router.get("/service-visits", capability="assistance.view", response=ServiceVisitPage, summary="专家服务清单")
def list_service_visits(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """Visits of experts in sight, latest first."""
    return _page(request, ServiceVisit, wanted)


@router.get("/service-visits/{pk}", capability="assistance.view", response=ServiceVisitOut, summary="专家服务")
def get_service_visit(request: HttpRequest, pk: int) -> ServiceVisit:
    """One visit of experts."""
    return _one(request, ServiceVisit, pk)


@router.post("/service-visits", capability="assistance.serve", response={201: ServiceVisitOut}, summary="登记专家服务")
def create_service_visit(request: HttpRequest, body: ServiceVisitIn) -> Status[ServiceVisit]:
    """Note a visit of experts; no hazard and no penalty follows by itself."""
    data = body.dict()
    firm = _firm(request, data.pop("enterprise"), "enterprise")
    return Status(201, record_service(actor_from(request), enterprise=firm, at=utc_now(), **data))
