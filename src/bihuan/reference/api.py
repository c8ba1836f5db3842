"""The code tables for programs: criteria, divisions, industries. Public to whoever may call the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Schema

from bihuan.foundation.access.api import ScopedRouter, actor_from
from bihuan.foundation.lib.problems import NotFound
from bihuan.foundation.lib.times import local_date, utc_now
from bihuan.reference.models import CriterionVersion, Division, Industry

router = ScopedRouter(tags=["参考数据"])


class CriterionOut(Schema):
    """One version of a criterion; `id` is what a finding stores."""

    id: int
    code: str
    version: int
    standard: str
    article: int
    item: int | None
    citation: str
    scope: str
    title: str
    tags: list[str]
    control_type: str
    monitor_refs: list[str]
    verified: bool
    effective_from: date
    effective_to: date | None

    @staticmethod
    def resolve_code(row: CriterionVersion) -> str:
        """The stable id."""
        return row.criterion.code

    @staticmethod
    def resolve_version(row: CriterionVersion) -> int:
        """The number of the version."""
        return row.number


class DivisionOut(Schema):
    """A division; `official` False marks a statistical zone outside GB/T 2260."""

    code: str
    name: str
    full_name: str
    level: str
    parent: str | None
    official: bool

    @staticmethod
    def resolve_parent(row: Division) -> str | None:
        """Code of the level above."""
        return row.parent_id

    @staticmethod
    def resolve_official(row: Division) -> bool:
        """Whether it counts in the legal levels."""
        return not row.is_statistical_zone


class IndustryOut(Schema):
    """An industry with the sector that supervises it; `verified` False is 待核对."""

    code: str
    name: str
    level: str
    sector: str
    verified: bool


class CriteriaPage(Schema):
    """A page of criteria."""

    count: int
    items: list[CriterionOut]


class DivisionPage(Schema):
    """A page of divisions."""

    count: int
    items: list[DivisionOut]


class IndustryPage(Schema):
    """A page of industries."""

    count: int
    items: list[IndustryOut]


class Paging(Schema):
    """Which part of the list."""

    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0)


@router.get("/reference/criteria", capability="reference.view", response=CriteriaPage, summary="判定标准")
def list_criteria(
    request: HttpRequest, paging: Query[Paging], on: date | None = None, sector: str = "", q: str = ""
) -> dict[str, Any]:
    """Criteria in force on a day (today), for firms of a sector, holding every word of `q`."""
    rows = CriterionVersion.objects.visible_to(actor_from(request)).effective_on(on or local_date(utc_now()))
    if sector:
        rows = rows.for_sector(sector)
    return _page(rows.search(q).in_order().select_related("criterion"), paging)


@router.get(
    "/reference/criteria/{code}",
    capability="reference.view",
    response=list[CriterionOut],
    summary="判定情形的各版本",
)
def criterion_versions(request: HttpRequest, code: str) -> list[CriterionVersion]:
    """All versions of one criterion, the latest first."""
    rows = CriterionVersion.objects.visible_to(actor_from(request)).filter(criterion__code=code)
    versions = list(rows.select_related("criterion").order_by("-effective_from"))
    if not versions:
        raise NotFound("reference.criterion_unknown", f"没有编号为“{code}”的判定情形。")
    return versions


@router.get("/reference/divisions", capability="reference.view", response=DivisionPage, summary="行政区划")
def list_divisions(
    request: HttpRequest, paging: Query[Paging], q: str = "", level: str = "", beneath: str = ""
) -> dict[str, Any]:
    """Divisions in use, found by name, code, pinyin or initials."""
    rows = Division.objects.visible_to(actor_from(request)).current().search(q)
    if level:
        rows = rows.filter(level=level)
    return _page(rows.beneath(beneath) if beneath else rows, paging)


@router.get(
    "/reference/industries",
    capability="reference.view",
    response=IndustryPage,
    summary="国民经济行业与监管行业",
)
def list_industries(request: HttpRequest, paging: Query[Paging], sector: str = "") -> dict[str, Any]:
    """Industries in use with their supervised sector."""
    rows = Industry.objects.visible_to(actor_from(request)).current()
    return _page(rows.filter(sector=sector) if sector else rows, paging)


def _page(rows: QuerySet[Any], paging: Paging) -> dict[str, Any]:
    return {"count": rows.count(), "items": list(rows[paging.offset : paging.offset + paging.limit])}
