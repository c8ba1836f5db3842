"""The list of firms and the pickers (下拉选择) that other apps use too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from bihuan.enterprises.choices import OperatingStatus, PairingRole, RiskGrade, Scale
from bihuan.enterprises.models import Enterprise, KeyListing
from bihuan.enterprises.querysets import EnterpriseQuerySet
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.middleware import actor_of
from bihuan.foundation.access.pages import BlankPage, Button, ListPage
from bihuan.foundation.access.scoping import organisations_visible_to
from bihuan.foundation.lib.times import local_date, utc_now
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.web.tables import Column, Filter, Tab
from bihuan.reference.choices import Sector
from bihuan.reference.models import Division, RiskFeature

GRADE_TONES = {"red": "red", "orange": "orange", "yellow": "yellow", "blue": "blue"}
STATUS_TONES = {"in_operation": "green", "stopped": "orange", "building": "blue", "closed": "gray"}
OFFERED = 12


def bureaus_for(actor: Actor, capability: str) -> QuerySet[Organisation]:
    """The supervising bodies in which the actor holds a capability."""
    return organisations_visible_to(actor, capability).filter(kind__in=["province", "city", "county", "zone"])


def grade_tag(firm: Enterprise) -> tuple[str, str]:
    """The grade's word with its colour; 未分级 where there is none."""
    return (firm.get_grade_display(), GRADE_TONES[firm.grade]) if firm.grade else ("未分级", "gray")


def status_tag(firm: Enterprise) -> tuple[str, str]:
    """The operating status with its colour."""
    return firm.get_status_display(), STATUS_TONES[firm.status]


def _rows(queryset: QuerySet[Any]) -> EnterpriseQuerySet:
    assert isinstance(queryset, EnterpriseQuerySet)
    return queryset


def _key_lists(request: HttpRequest) -> list[tuple[str, str]]:
    rows = KeyListing.objects.visible_to(actor_of(request)).filter(until__isnull=True).order_by("list_name")
    return [(name, name) for name in rows.values_list("list_name", flat=True).distinct()[:50]]


def _features(request: HttpRequest) -> list[tuple[str, str]]:
    return list(RiskFeature.objects.current().values_list("code", "name"))


def _units(request: HttpRequest) -> list[tuple[Any, str]]:
    return [(unit.pk, str(unit)) for unit in bureaus_for(actor_of(request), "enterprises.view")]


def _today() -> date:
    return local_date(utc_now())


class EnterpriseList(ListPage):
    """一企一档: every firm in sight."""

    capability = "enterprises.view"
    heading = "一企一档"
    model = Enterprise
    columns = (
        Column("name", "企业名称", url="enterprises:detail", sort="name", phone="title", sub="credit_code"),
        Column("supervisor", "牵头监管单位", phone="text"),
        Column("sector", "监管行业", sort="sector"),
        Column("grade", "风险等级", grade_tag, kind="status", sort="grade", phone="state"),
        Column("tags", "风险特征", lambda firm: "、".join(firm.tag_names), clamp=True),
        Column("scale", "规模"),
        Column("headcount", "从业人数", kind="number", sort="headcount"),
        Column("standardisation_level", "标准化", lambda f: f"{'一二三'[f.standardisation_level - 1]}级" if f.standardisation_level else None),
        Column("pairing_role", "结对帮扶", hidden=True),
        Column("status", "状态", status_tag, kind="status"),
        Column("ownership", "所有制", hidden=True),
        Column("address", "地址", hidden=True, clamp=True),
        Column("reporting_unit", "报送单位", hidden=True),
        Column("updated_at", "更新时间", kind="datetime", sort="updated_at", hidden=True),
    )
    filters = (
        Filter("q", "企业名称、代码、拼音首字母", kind="search", apply=lambda rows, text: _rows(rows).search(text)),
        Filter("unit", "监管单位", kind="unit", choices=_units, apply=lambda rows, pk: _rows(rows).supervised_beneath(int(pk))),
        Filter("sector", "监管行业", choices=Sector.choices),
        Filter("tag", "风险特征", choices=_features, apply=lambda rows, code: _rows(rows).with_tag(code)),
        Filter("grade", "风险等级", choices=RiskGrade.choices),
        Filter("scale", "规模", choices=Scale.choices),
        Filter("list", "重点名单", choices=_key_lists, apply=lambda rows, name: _rows(rows).on_key_list(name, _today())),
        Filter("status", "生产状态", choices=OperatingStatus.choices),
        Filter("pairing", "结对帮扶", field="pairing_role", choices=[c for c in PairingRole.choices if c[0]]),
    )
    tabs = (Tab("open", "在册", when=~Q(status="closed")), Tab("closed", "已关闭", when=Q(status="closed")))
    default_order = ("name", "id")
    empty_text = "还没有企业档案"

    def get_buttons(self) -> Sequence[Button]:
        """Import and register."""
        return (
            Button("批量导入", reverse("enterprises:imports"), icon="file-import", capability="enterprises.import"),
            Button("登记企业", reverse("enterprises:new"), icon="plus", primary=True, capability="enterprises.edit"),
        )

    def get_queryset(self) -> QuerySet[Any]:
        """With what the columns show."""
        return _rows(super().get_queryset()).for_lists()


class Options(BlankPage):
    """Answers of a picker: at least two characters."""

    abstract = True
    capability = "enterprises.view"
    template_name = "components/combo_options.html"

    @property
    def typed(self) -> str:
        """What was typed so far."""
        query = self.request.GET
        return (query.get("q") or query.get(f"{query.get('for', '')}_text", "")).strip()

    def find(self, text: str) -> tuple[list[tuple[Any, str, str]], int]:
        """Options (id, title, subtitle) and how many were left out."""
        raise NotImplementedError

    def extra(self) -> dict[str, Any]:
        """What else the answer shows."""
        return {}

    def get_context(self) -> dict[str, Any]:
        """The options."""
        text = self.typed
        options, more = self.find(text) if len(text) >= 2 else ([], 0)
        return {"options": options, "more": more, **self.extra()}


class EnterpriseOptions(Options):
    """Firms in sight: name, county and code; a link to register an unknown one."""

    def find(self, text: str) -> tuple[list[tuple[Any, str, str]], int]:
        """By name, code or initials."""
        rows = Enterprise.objects.visible_to(self.actor).supervised().search(text).select_related("supervisor").order_by("name")
        found = list(rows[: OFFERED + 1])
        more = rows.count() - OFFERED if len(found) > OFFERED else 0
        return [(firm.pk, firm.name, f"{firm.supervisor} · {firm.credit_code}") for firm in found[:OFFERED]], more

    def extra(self) -> dict[str, Any]:
        """Registering, for those who may."""
        may = self.actor.can("enterprises.edit")
        return {"none_url": reverse("enterprises:new"), "none_title": "登记新企业"} if may else {}


class SupervisorOptions(Options):
    """Bureaus under which the actor may register or move firms."""

    capability = "enterprises.edit"

    def find(self, text: str) -> tuple[list[tuple[Any, str, str]], int]:
        """By name or code."""
        rows = bureaus_for(self.actor, "enterprises.edit").filter(
            Q(name__contains=text) | Q(short_name__contains=text) | Q(code__startswith=text)
        )
        return [(unit.pk, unit.name, unit.get_kind_display()) for unit in rows[:OFFERED]], max(0, rows.count() - OFFERED)


class DivisionOptions(Options):
    """Administrative divisions, by name, code or initials."""

    def find(self, text: str) -> tuple[list[tuple[Any, str, str]], int]:
        """Counties before larger ones."""
        rows = Division.objects.current().search(text).order_by("-code")
        return [(row.pk, row.full_name, row.code) for row in rows[:OFFERED]], max(0, rows.count() - OFFERED)


def crumbs(*more: tuple[str, str]) -> Sequence[tuple[str, str]]:
    """The way back to the list."""
    return (("一企一档", reverse("enterprises:list")), *more)
