"""Enterprise files for programs: the same scope, rules and services as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Schema, Status

from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.services import register_enterprise, transfer_supervision, update_enterprise
from bihuan.foundation.access.api import ScopedRouter, actor_from
from bihuan.foundation.access.scoping import organisations_visible_to
from bihuan.foundation.lib.problems import NotFound
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.tenancy.models import Organisation

router = ScopedRouter(tags=["企业"])


class EnterpriseOut(Schema):
    """One firm. `tags` are codes of risk features; `version` is what an update must name."""

    id: int
    credit_code: str
    name: str
    short_name: str
    division_code: str
    supervisor_id: int
    reporting_unit_id: int
    direct_reporting: bool
    ownership: str
    scale: str
    above_scale: bool
    industry_code: str
    sector: str
    processes: list[str]
    headcount: int
    dust_workers: int
    address: str
    status: str
    pairing_role: str
    standardisation_level: int | None
    grade: str
    tags: list[str]
    registered_at: datetime
    updated_at: datetime
    version: int


class EnterprisePage(Schema):
    """A page of firms."""

    count: int
    items: list[EnterpriseOut]


class Wanted(Schema):
    """Which firms, and which part of the list."""

    q: str = ""
    sector: str = ""
    grade: str = ""
    status: str = ""
    tag: str = ""
    supervisor: int | None = None
    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0)


class EnterpriseFields(Schema):
    """What may be changed; fields left out stay as they are."""

    name: str | None = Field(None, min_length=1, max_length=120)
    short_name: str | None = Field(None, max_length=40)
    division_code: str | None = Field(None, max_length=12)
    ownership: str | None = None
    scale: str | None = None
    above_scale: bool | None = None
    industry_code: str | None = Field(None, max_length=6)
    sector: str | None = None
    processes: list[str] | None = None
    headcount: int | None = Field(None, ge=0)
    dust_workers: int | None = Field(None, ge=0)
    address: str | None = Field(None, max_length=200)
    principal_name: str | None = Field(None, max_length=40)
    principal_phone: str | None = Field(None, max_length=20)
    safety_contact: str | None = Field(None, max_length=40)
    safety_phone: str | None = Field(None, max_length=20)
    status: str | None = None
    standardisation_level: int | None = Field(None, ge=1, le=3)


class EnterpriseIn(EnterpriseFields):
    """A new firm."""

    credit_code: str
    name: str = Field(min_length=1, max_length=120)
    supervisor: int
    division_code: str = Field(max_length=12)
    sector: str
    direct_reporting: bool = False


class EnterpriseChange(EnterpriseFields):
    """A change; `version` is the one that was read."""

    version: int
    note: str = ""


class TransferIn(Schema):
    """Another lead supervising body."""

    to: int
    reason: str = Field(min_length=4)


def _firm(request: HttpRequest, pk: int) -> Enterprise:
    firm: Enterprise | None = Enterprise.objects.visible_to(actor_from(request)).for_lists().filter(pk=pk).first()
    if firm is None:
        raise NotFound("access.not_found", "没有找到该企业，或它不在您的管辖范围内。")
    return firm


def _bureau(request: HttpRequest, pk: int, capability: str) -> Organisation:
    bureau = organisations_visible_to(actor_from(request), capability).filter(pk=pk).first()
    if bureau is None:
        raise NotFound("access.not_found", "没有找到该监管单位，或它不在您的管辖范围内。", field="supervisor")
    return bureau


@router.get("/enterprises", capability="enterprises.view", response=EnterprisePage, summary="企业清单")
def list_enterprises(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """Firms in sight, by name."""
    rows = Enterprise.objects.visible_to(actor_from(request)).search(wanted.q)
    rows = rows.filter(**{key: value for key in ("sector", "grade", "status") if (value := getattr(wanted, key))})
    if wanted.tag:
        rows = rows.with_tag(wanted.tag)
    if wanted.supervisor is not None:
        rows = rows.supervised_beneath(wanted.supervisor)
    return {"count": rows.count(), "items": list(rows.for_lists().order_by("name", "id")[wanted.offset : wanted.offset + wanted.limit])}


@router.get("/enterprises/{pk}", capability="enterprises.view", response=EnterpriseOut, summary="企业档案")
def get_enterprise(request: HttpRequest, pk: int) -> Enterprise:
    """One firm."""
    return _firm(request, pk)


@router.post("/enterprises", capability="enterprises.edit", response={201: EnterpriseOut}, summary="登记企业")
def create_enterprise(request: HttpRequest, body: EnterpriseIn) -> Status[Any]:
    """Open a firm's file; a faulty or known credit code is refused."""
    data = body.dict(exclude_none=True)
    supervisor = _bureau(request, data.pop("supervisor"), "enterprises.edit")
    firm = register_enterprise(actor_from(request), code=data.pop("credit_code"), supervisor=supervisor, at=utc_now(), **data)
    return Status(201, _firm(request, firm.pk))


@router.patch("/enterprises/{pk}", capability="enterprises.edit", response=EnterpriseOut, summary="更正企业信息")
def change_enterprise(request: HttpRequest, pk: int, body: EnterpriseChange) -> Enterprise:
    """Change fields; refused when the version is no longer the present one."""
    data = body.dict(exclude_unset=True)
    version, note = data.pop("version"), data.pop("note", "")
    nullable = {"standardisation_level"}
    fields = {key: value for key, value in data.items() if value is not None or key in nullable}
    update_enterprise(actor_from(request), _firm(request, pk), at=utc_now(), expect=version, note=note, **fields)
    return _firm(request, pk)


@router.post("/enterprises/{pk}/transfer", capability="enterprises.transfer", response=EnterpriseOut, summary="调整牵头监管单位")
def transfer_enterprise(request: HttpRequest, pk: int, body: TransferIn) -> Enterprise:
    """Give the firm another lead supervising body; answers with the firm as it stands afterwards."""
    to = _bureau(request, body.to, "enterprises.transfer")
    return transfer_supervision(actor_from(request), _firm(request, pk), to=to, at=utc_now(), reason=body.reason)
