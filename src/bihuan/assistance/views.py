"""Pages of benchmark firms (标杆企业), pairings (结对帮扶) and service visits (专家服务)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from bihuan.assistance.forms import BenchmarkForm, EndBenchmarkForm, EndPairingForm, PairingForm, ServiceForm
from bihuan.assistance.models import Benchmark, Pairing, ServiceVisit
from bihuan.assistance.services import choose_benchmark, end_benchmark, end_pairing, pair, record_service
from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.middleware import actor_of
from bihuan.foundation.access.pages import ActionPage, Button, DetailPage, FormPage, ListPage
from bihuan.foundation.access.scoping import organisations_visible_to
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.lib.times import shanghai
from bihuan.foundation.web.tables import Column, Filter, Tab

TITLES = {
    "assistance.benchmark": "确定标杆企业", "assistance.benchmark_end": "取消标杆企业", "assistance.pair": "结对", "assistance.end": "结束结对",
    "assistance.service": "登记",
}  # fmt: skip
BUREAUS = ("province", "city", "county", "zone")


def _units(request: HttpRequest) -> list[tuple[Any, str]]:
    units = organisations_visible_to(actor_of(request), "assistance.view").filter(kind__in=BUREAUS)
    return [(unit.pk, str(unit)) for unit in units]


def _beneath(rows: Any, pk: str) -> Any:
    return rows.beneath(int(pk))


UNIT = Filter("unit", "属地", kind="unit", choices=_units, apply=_beneath)
RUNNING = (
    Tab("open", "进行中", when=Q(ended_at__isnull=True)), Tab("ended", "已结束", when=Q(ended_at__isnull=False)), Tab("all", "全部"),
)  # fmt: skip


def _moment(value: Any) -> str:
    return f"{shanghai(value):%Y-%m-%d %H:%M}" if value else ""


class AssistanceList(ListPage):
    """What the three lists share."""

    abstract = True
    capability = "assistance.view"

    def get_queryset(self) -> QuerySet[Any]:
        """With names."""
        return super().get_queryset().select_related("enterprise", "unit")

    def get_buttons(self) -> Sequence[Button]:
        """To the other two lists, and a new record."""
        others = (("标杆企业", "benchmarks", "star"), ("结对帮扶", "pairings", "heart-handshake"), ("专家服务", "service-visits", "school"))
        found = [Button(title, reverse(f"assistance:{name}"), icon=icon) for title, name, icon in others if title != self.heading]
        return (*found, self.new_button())

    def new_button(self) -> Button:
        """A new record."""
        raise NotImplementedError


class BenchmarkList(AssistanceList):
    """标杆企业: every one in sight."""

    heading = "标杆企业"
    model = Benchmark
    columns = (
        Column("firm", "标杆企业", "enterprise.name", url="assistance:benchmark", sort="enterprise__name", phone="title"),
        Column("sector", "监管行业", "enterprise.sector", phone="text"),
        Column("unit", "报送单位"),
        Column("started_at", "确定时间", kind="date", sort="started_at", phone="due"),
        Column("ended_at", "结束时间", kind="date", sort="ended_at"),
        Column("note", "说明", clamp=True),
        Column("status", "状态", "tag", kind="status", phone="state"),
    )
    filters = (Filter("q", "企业名称", kind="search", fields=("enterprise__name",)), UNIT, Filter("started", "确定日期", kind="dates", field="started_at"))
    tabs = RUNNING
    default_order = ("-started_at", "-id")
    empty_text = "还没有确定标杆企业"

    def new_button(self) -> Button:
        """Choosing one."""
        return Button("确定标杆企业", reverse("assistance:benchmark-new"), icon="plus", primary=True, capability="assistance.manage")


class PairingList(AssistanceList):
    """结对帮扶: every pairing in sight."""

    heading = "结对帮扶"
    model = Pairing
    columns = (
        Column("firm", "被帮扶企业", "enterprise.name", url="assistance:pairing", sort="enterprise__name", phone="title"),
        Column("helper", "帮扶企业", "helper.name", sort="helper__name", phone="text"),
        Column("unit", "报送单位"),
        Column("plan", "帮扶计划", clamp=True),
        Column("started_at", "结对时间", kind="date", sort="started_at", phone="due"),
        Column("ended_at", "结束时间", kind="date", sort="ended_at"),
        Column("outcome", "帮扶成效", clamp=True, hidden=True),
        Column("status", "状态", "tag", kind="status", phone="state"),
    )
    filters = (
        Filter("q", "企业名称", kind="search", fields=("enterprise__name", "helper__name")), UNIT,
        Filter("started", "结对日期", kind="dates", field="started_at"),
    )  # fmt: skip
    tabs = RUNNING
    default_order = ("-started_at", "-id")
    empty_text = "还没有结对帮扶"

    def get_queryset(self) -> QuerySet[Any]:
        """With the helper."""
        return super().get_queryset().select_related("helper")

    def new_button(self) -> Button:
        """A new pairing."""
        return Button("登记结对", reverse("assistance:pairing-new"), icon="plus", primary=True, capability="assistance.manage")


class ServiceVisitList(AssistanceList):
    """专家服务: every visit of experts in sight."""

    heading = "专家服务"
    intro = "专家服务是指导帮扶，不是执法检查；发现的问题不自动转为隐患或处罚。"
    model = ServiceVisit
    columns = (
        Column("firm", "企业", "enterprise.name", url="assistance:service-visit", sort="enterprise__name", phone="title"),
        Column("subject", "服务内容", clamp=True, phone="text"),
        Column("experts", "专家"),
        Column("visited_at", "服务时间", kind="datetime", sort="visited_at", phone="due"),
        Column("unit", "报送单位"),
        Column("found", "发现的问题", clamp=True, hidden=True),
        Column("advice", "指导意见", clamp=True, hidden=True),
    )
    filters = (
        Filter("q", "企业、专家、内容", kind="search", fields=("enterprise__name", "experts", "subject")), UNIT,
        Filter("visited", "服务日期", kind="dates", field="visited_at"),
    )  # fmt: skip
    default_order = ("-visited_at", "-id")
    empty_text = "还没有专家服务记录"

    def new_button(self) -> Button:
        """A new visit."""
        return Button("登记专家服务", reverse("assistance:service-visit-new"), icon="plus", primary=True, capability="assistance.serve")


class AssistancePage(DetailPage):
    """One record with its facts and history."""

    abstract = True
    capability = "assistance.view"
    template_name = "assistance/record.html"
    list_name = ""
    list_title = ""

    def get_queryset(self) -> QuerySet[Any]:
        """With names."""
        return super().get_queryset().select_related("enterprise", "unit")

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """The way back."""
        return ((self.list_title, reverse(f"assistance:{self.list_name}")), (str(self.object.enterprise), ""))

    def get_tags(self) -> Sequence[tuple[str, str]]:
        """Whether it runs."""
        return [self.object.tag] if hasattr(self.object, "tag") else ()

    def end_button(self, title: str, name: str) -> Sequence[Button]:
        """Ending, for those who may while it runs."""
        if self.object.ended_at or not self.actor.holds("assistance.manage", self.object.organisation_id):
            return ()
        return (Button(title, reverse(f"assistance:{name}", args=[self.object.pk]), danger=True),)

    def get_pairs(self) -> list[tuple[str, Any]]:
        """The facts."""
        raise NotImplementedError

    def get_context(self) -> dict[str, Any]:
        """Facts and history."""
        history = [
            {"title": TITLES.get(e.action, e.action), "at": e.at, "who": e.actor_name, "note": e.note, "state": "done"}
            for e in Entry.objects.of(self.object)
        ]
        return super().get_context() | {"pairs": self.get_pairs(), "history": history}


class BenchmarkPage(AssistancePage):
    """One benchmark firm with those it helps."""

    model = Benchmark
    list_name, list_title = "benchmarks", "标杆企业"

    def get_buttons(self) -> Sequence[Button]:
        """Taking it off."""
        return self.end_button("取消标杆", "benchmark-end")

    def get_pairs(self) -> list[tuple[str, Any]]:
        """The facts."""
        row = self.object
        helped = Pairing.objects.visible_to(self.actor).running().filter(helper=row.enterprise).select_related("enterprise")
        return [
            ("企业", row.enterprise), ("报送单位", row.unit), ("确定时间", _moment(row.started_at)), ("结束时间", _moment(row.ended_at)),
            ("说明", row.note), ("正在帮扶", "、".join(str(each.enterprise) for each in helped)),
        ]  # fmt: skip


class PairingPage(AssistancePage):
    """One pairing."""

    model = Pairing
    list_name, list_title = "pairings", "结对帮扶"

    def get_queryset(self) -> QuerySet[Any]:
        """With the helper."""
        return super().get_queryset().select_related("helper")

    def get_buttons(self) -> Sequence[Button]:
        """Ending it."""
        return self.end_button("结束结对", "pairing-end")

    def get_pairs(self) -> list[tuple[str, Any]]:
        """The facts."""
        row = self.object
        return [
            ("帮扶企业", row.helper), ("被帮扶企业", row.enterprise), ("报送单位", row.unit), ("帮扶计划", row.plan),
            ("结对时间", _moment(row.started_at)), ("结束时间", _moment(row.ended_at)), ("帮扶成效", row.outcome),
        ]  # fmt: skip


class ServiceVisitPage(AssistancePage):
    """One visit of experts."""

    model = ServiceVisit
    list_name, list_title = "service-visits", "专家服务"

    def get_pairs(self) -> list[tuple[str, Any]]:
        """The facts."""
        row = self.object
        return [
            ("企业", row.enterprise), ("服务时间", _moment(row.visited_at)), ("专家", row.experts), ("服务内容", row.subject),
            ("发现的问题", row.found), ("指导意见", row.advice), ("报送单位", row.unit),
        ]  # fmt: skip


class NewRecord(FormPage):
    """Registering one."""

    abstract = True
    capability = "assistance.manage"
    submit_title = "登记"
    success_message = "已登记"
    list_name = ""
    list_title = ""

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """The way back."""
        return ((self.list_title, reverse(f"assistance:{self.list_name}")), (self.heading, ""))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Firms in sight; the service checks the right at the firm."""
        return super().get_form_kwargs() | {"firms": Enterprise.objects.visible_to(self.actor)}

    def get_initial(self) -> dict[str, Any]:
        """The firm that led here."""
        firm = self.request.GET.get("enterprise", "")
        return {"enterprise": firm, "helped": firm, "visited_at": f"{shanghai(self.at):%Y-%m-%d %H:%M}"}


class NewBenchmark(NewRecord):
    """Choosing a benchmark firm."""

    heading = "确定标杆企业"
    model = Benchmark
    form_class = BenchmarkForm
    list_name, list_title = "benchmarks", "标杆企业"

    def act(self, form: forms.BaseForm) -> Any:
        """Choose."""
        return choose_benchmark(self.actor, at=self.at, **form.cleaned_data)


class NewPairing(NewRecord):
    """Pairing two firms."""

    heading = "登记结对帮扶"
    model = Pairing
    form_class = PairingForm
    list_name, list_title = "pairings", "结对帮扶"

    def act(self, form: forms.BaseForm) -> Any:
        """Pair."""
        return pair(self.actor, at=self.at, **form.cleaned_data)


class NewServiceVisit(NewRecord):
    """Noting a visit of experts."""

    capability = "assistance.serve"
    heading = "登记专家服务"
    intro = "专家服务是指导帮扶，不是执法检查；发现的问题不自动转为隐患或处罚。"
    model = ServiceVisit
    form_class = ServiceForm
    list_name, list_title = "service-visits", "专家服务"

    def act(self, form: forms.BaseForm) -> Any:
        """Note."""
        return record_service(self.actor, at=self.at, **form.cleaned_data)


class EndBenchmark(ActionPage):
    """Taking a firm off the benchmarks."""

    capability = "assistance.manage"
    heading = "取消标杆企业"
    model = Benchmark
    form_class = EndBenchmarkForm
    success_message = "已取消"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to it."""
        return (("标杆企业", reverse("assistance:benchmarks")), (str(self.object.enterprise), self.object.get_absolute_url()), (self.heading, ""))

    def act(self, form: forms.BaseForm) -> Any:
        """End."""
        end_benchmark(self.actor, self.object, at=self.at, reason=form.cleaned_data["reason"])
        return self.object


class EndPairing(ActionPage):
    """Ending a pairing with its outcome."""

    capability = "assistance.manage"
    heading = "结束结对"
    model = Pairing
    form_class = EndPairingForm
    success_message = "已结束"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to it."""
        return (("结对帮扶", reverse("assistance:pairings")), (str(self.object), self.object.get_absolute_url()), (self.heading, ""))

    def act(self, form: forms.BaseForm) -> Any:
        """End."""
        end_pairing(self.actor, self.object, at=self.at, outcome=form.cleaned_data["outcome"])
        return self.object
