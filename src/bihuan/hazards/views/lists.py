"""The ledger of major hazards, the list of general ones, and what pickers ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.pages import ListPage, PartPage
from bihuan.foundation.access.scoping import organisations_visible_to
from bihuan.foundation.lib.times import local_date, utc_now
from bihuan.foundation.web.buttons import Button
from bihuan.foundation.web.formats import Due
from bihuan.foundation.web.tables import Column, Filter, Tab
from bihuan.hazards.choices import Channel, CheckingLevel, Origin
from bihuan.hazards.flow.hazard import HAZARD_FLOW, OPEN
from bihuan.hazards.models import Hazard, Proposal, Supervision
from bihuan.hazards.parameters import tags
from bihuan.reference.choices import Sector
from bihuan.reference.models import CriterionVersion

SHOWN = 20


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def units_in_sight(request: HttpRequest) -> Sequence[tuple[int, str]]:
    """Bureaus beneath which the actor sees hazards."""
    units = organisations_visible_to(actor_of(request), "hazards.view").filter(kind__in=("city", "county", "zone"))
    return [(unit.pk, str(unit)) for unit in units]


def beneath(queryset: QuerySet[Any], organisation: str) -> QuerySet[Any]:
    """Hazards of firms under the chosen unit."""
    narrowed: QuerySet[Any] = queryset.beneath(int(organisation))  # type: ignore[attr-defined]
    return narrowed


def due_of(hazard: Hazard) -> Due:
    """The deadline; no countdown once reported fixed or while paused."""
    stopped = hazard.status in ("recheck", "closed", "withdrawn") or hazard.paused_at is not None
    return Due(local_date(hazard.due_at) if hazard.due_at else None, done=stopped, words="已中止计时" if hazard.paused_at else "")


def overdue(request: HttpRequest) -> Q:
    """The tab of overdue ones."""
    return Q(status__in=("planning", "rectifying", "stopped", "rejected", "extension"), due_at__lt=utc_now(), paused_at__isnull=True)


TABS = (
    Tab("open", "未销号", when=Q(status__in=OPEN)), Tab("late", "逾期", when=overdue, hot=True),
    Tab("found", "待判定", when=Q(status="found")), Tab("recheck", "待复查", when=Q(status="recheck")),
    Tab("plan", "待核准方案", when=Q(status="planning")), Tab("closed", "已销号", when=Q(status="closed")), Tab("all", "全部"),
)  # fmt: skip
FILTERS = (
    Filter("unit", "属地", kind="unit", choices=units_in_sight, apply=beneath),
    Filter("sector", "行业类别", field="enterprise__sector", choices=Sector.choices),
    Filter("origin", "检查环节", choices=Origin.choices),
    Filter("checking_level", "检查层级", choices=CheckingLevel.choices),
    Filter("channel", "渠道", choices=Channel.choices),
    Filter("status", "状态", choices=HAZARD_FLOW.choices()),
    Filter("tag", "领域场所作业", field="tag_links__code", choices=lambda request: [(t.code, t.title) for t in tags().values()]),
    Filter("found", "发现日期", kind="dates", field="found_at"),
    Filter("q", "企业名称、编号、隐患描述", kind="search", fields=("number", "enterprise__name", "title", "description")),
)  # fmt: skip
STATE = Column("status", "状态", value="state", kind="status", phone="state", sort="status")
DUE = Column("due", "整改期限", value=due_of, kind="due", sort="due_at", phone="due")
FIRM = Column("firm", "企业名称 / 编号", value="enterprise.name", url="hazards:detail", sub="number", sort="enterprise__name", phone="title")


class HazardTable(ListPage):
    """What both lists share; drafts merged into others are not shown."""

    abstract = True
    capability = "hazards.view"
    model = Hazard
    tabs = TABS
    filters = FILTERS
    default_order = ("due_at", "-pk")
    buttons = (
        Button("登记隐患", "/hazards/report/", icon="plus", primary=True, capability="hazards.report"),
        Button("登记自查隐患", "/hazards/report/", icon="plus", primary=True, capability="hazards.self_report"),
    )

    def get_buttons(self) -> Sequence[Button]:
        """One of the two entries, by what the person is."""
        entry = Button("导入", reverse("hazards:import"), icon="file-import")
        importing = [entry] if self.actor.can("hazards.import") or self.actor.can("hazards.plan") else []
        return importing + [b for b in self.buttons if b.capability != "hazards.self_report" or not self.actor.can("hazards.report")]


class Ledger(HazardTable):
    """重大事故隐患台账: the columns of 附件2, with what the bureau needs beside them."""

    heading = "重大事故隐患台账"
    intro = "附件 2 口径；多渠道发现的同一隐患只计最早一条"
    empty_text = "没有未销号的重大隐患"
    empty_good = True
    columns = (
        FIRM,
        Column("unit", "所在县", value="unit", sort="unit__name"),
        Column("sector", "行业", value="enterprise.sector", sort="enterprise__sector"),
        Column("title", "重大隐患明细", value="title", sub="description", clamp=True, phone="text"),
        Column("basis", "判定依据", value="basis_text"),
        Column("origin", "检查环节 / 单位", value="origin", sub="checking_body", sort="origin"),
        Column("listed", "挂牌督办", value=lambda h: h.supervision.level_title if hasattr(h, "supervision") else None,
               sub=lambda h: h.supervision.plate_number if hasattr(h, "supervision") else None),
        Column("found_at", "发现时间", kind="datetime", sort="found_at", hidden=True),
        Column("measures", "整改措施", value="plan_measures", clamp=True, hidden=True),
        Column("body", "督办单位", value=lambda h: h.supervision.body if hasattr(h, "supervision") else None, hidden=True),
        Column("closed_at", "销号时间", value=lambda h: h.closed_at if h.status == "closed" else None, kind="datetime", hidden=True),
        DUE, STATE,
    )  # fmt: skip

    def get_queryset(self) -> QuerySet[Any]:
        """Major ones, each counted once."""
        rows: QuerySet[Any] = super().get_queryset().counted().major().with_people().select_related("supervision", "supervision__body")  # type: ignore[attr-defined]
        return rows

    def get_buttons(self) -> Sequence[Button]:
        """Adds the official form."""
        return (Button("动态清零", reverse("hazards:zero"), icon="target"), Button("导出附件 2", reverse("hazards:annex2"), icon="download"), *super().get_buttons())


class GeneralList(HazardTable):
    """一般问题隐患."""

    heading = "一般问题隐患"
    empty_text = "没有未销号的一般隐患"
    empty_good = True
    columns = (
        FIRM,
        Column("unit", "所在县", value="unit", sort="unit__name"),
        Column("sector", "行业", value="enterprise.sector", sort="enterprise__sector", hidden=True),
        Column("title", "隐患明细", value="title", sub="description", clamp=True, phone="text"),
        Column("basis", "依据", value="basis_text", clamp=True),
        Column("origin", "检查环节 / 单位", value="origin", sub="checking_body", sort="origin"),
        Column("assignee", "整改责任人", value="assignee"),
        Column("found_at", "发现时间", kind="datetime", sort="found_at"),
        DUE, STATE,
    )  # fmt: skip

    def get_queryset(self) -> QuerySet[Any]:
        """General ones, each counted once."""
        rows: QuerySet[Any] = super().get_queryset().counted().general().with_people()  # type: ignore[attr-defined]
        return rows


class SupervisionList(ListPage):
    """挂牌督办."""

    capability = "hazards.view"
    heading = "挂牌督办"
    model = Supervision
    default_order = ("-opened_at",)
    tabs = (Tab("running", "督办中", when=Q(status__in=("listed", "clearing"))), Tab("removed", "已摘牌", when=Q(status="removed")), Tab("all", "全部"))
    filters = (Filter("q", "挂牌号、企业", kind="search", fields=("plate_number", "hazard__enterprise__name", "hazard__title")),)
    columns = (
        Column("plate", "挂牌号", value="plate_number", url=lambda s: s.get_absolute_url(), sort="plate_number", phone="title"),
        Column("firm", "企业", value="hazard.enterprise.name", sub="hazard.title", phone="text"),
        Column("body", "督办单位", value="body", sub="level_title"),
        Column("opened_at", "挂牌时间", kind="date", sort="opened_at"),
        Column("last", "最近进展", value=lambda s: next((f"{p.week} {p.text}" for p in s.progress.all()), None), clamp=True),
        Column("due", "整改期限", value=lambda s: due_of(s.hazard), kind="due", sort="hazard__due_at", phone="due"),
        Column("status", "状态", value="state", kind="status", phone="state"),
    )  # fmt: skip
    empty_text = "没有挂牌督办的重大隐患"
    empty_good = True

    def get_queryset(self) -> QuerySet[Any]:
        """With what a row shows."""
        return super().get_queryset().select_related("hazard", "hazard__enterprise", "body").prefetch_related("progress")


class ProposalList(ListPage):
    """督办升级建议."""

    capability = "hazards.escalate"
    heading = "督办升级建议"
    intro = "系统按逾期天数提出，由有权人员决定；系统不自动处罚"
    model = Proposal
    default_order = ("-opened_at",)
    tabs = (Tab("proposed", "待决定", when=Q(status="proposed")), Tab("all", "全部"))
    columns = (
        Column("rung", "建议措施", value="rung_title", url=lambda p: p.get_absolute_url(), phone="title"),
        Column("firm", "企业", value="hazard.enterprise.name", sub="hazard.title", phone="text"),
        Column("days", "逾期天数", value="days_overdue", kind="number", sort="days_overdue", phone="due"),
        Column("opened_at", "提出时间", kind="datetime", sort="opened_at"),
        Column("status", "状态", value="state", kind="status", phone="state"),
    )  # fmt: skip
    empty_text = "没有待决定的建议"
    empty_good = True

    def get_queryset(self) -> QuerySet[Any]:
        """With what a row shows."""
        return super().get_queryset().select_related("hazard", "hazard__enterprise")


def firms_for(actor: Actor) -> QuerySet[Enterprise]:
    """Firms at which the actor may report."""
    rows = Enterprise.objects.all()
    seen = rows.visible_to(actor, "hazards.report") | rows.visible_to(actor, "hazards.self_report")
    firms: QuerySet[Enterprise] = seen.supervised().distinct()
    return firms


def criteria_on(at: datetime) -> QuerySet[CriterionVersion]:
    """Criteria in force that day."""
    return CriterionVersion.objects.effective_on(local_date(at)).select_related("criterion")


class FindFirm(PartPage):
    """Answers the firm picker."""

    capability = "hazards.self_report"
    template_name = "components/combo_options.html"
    model = Enterprise

    def check_door(self) -> Any:
        """Either right opens it."""
        if self.actor.is_signed_in and self.actor.can("hazards.report"):
            return None
        return super().check_door()

    def get_context(self) -> dict[str, Any]:
        """Firms by name or code."""
        typed = self.request.GET.get("q") or self.request.GET.get("enterprise_text", "")
        rows = list(firms_for(self.actor).search(typed)[: SHOWN + 1]) if len(typed.strip()) >= 2 else []  # type: ignore[attr-defined]
        return {"options": [(r.pk, r.name, r.credit_code) for r in rows[:SHOWN]], "more": max(0, len(rows) - SHOWN)}


class FindCriterion(PartPage):
    """Answers the criterion picker."""

    capability = "hazards.self_report"
    template_name = "components/combo_options.html"
    model = CriterionVersion

    def check_door(self) -> Any:
        """Either right opens it."""
        if self.actor.is_signed_in and self.actor.can("hazards.report"):
            return None
        return super().check_door()

    def get_context(self) -> dict[str, Any]:
        """Criteria by words, code or article."""
        typed = (self.request.GET.get("q") or self.request.GET.get("criterion_text", "")).strip()
        rows = criteria_on(self.at).filter(Q(title__icontains=typed) | Q(criterion__code__icontains=typed) | Q(search_text__icontains=typed))
        return {"options": [(r.pk, r.title, r.citation) for r in rows[:SHOWN]], "more": max(0, rows.count() - SHOWN)}
