"""On the shop floor: daily checks, observations, silos and tanks; and the report of a self-check."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from bihuan.foundation.access.pages import ActionPage, BlankPage, FormPage, ListPage
from bihuan.foundation.access.pages.records import RecordPage
from bihuan.foundation.documents.xlsx import MIME as XLSX
from bihuan.foundation.lib.times import local_date, shanghai
from bihuan.foundation.web.buttons import Button
from bihuan.foundation.web.tables import Column, Filter
from bihuan.hazards import exports, services
from bihuan.hazards.choices import CoachingOutcome, StorageKind, ViolationKind
from bihuan.hazards.forms import firm as forms
from bihuan.hazards.models import BehaviourObservation, SelfCheckSession, StorageAsset, Workshop
from bihuan.hazards.views.firm import FirmForm, own_firm
from bihuan.hazards.views.papers import download

LOOK_BACK = timedelta(days=13)


class DailyPage(BlankPage):
    """My workshops: today's check and the days missed; for their head alone."""

    capability = "hazards.daily_check"
    heading = "车间日检"
    template_name = "hazards/daily.html"

    def get_context(self) -> dict[str, Any]:
        """Missed days of two weeks, by workshop."""
        today = local_date(self.at)
        missed = services.missed_days(self.actor, since=today - LOOK_BACK, until=today)
        rows = [{"workshop": w, "missed": [d for d in days if d != today], "today_open": today in days} for w, days in missed.items()]
        return super().get_context() | {"rows": rows}


class DailyCheckPage(ActionPage):
    """A minute's form."""

    capability = "hazards.daily_check"
    heading = "今日检查"
    model = Workshop
    form_class = forms.DailyForm
    submit_title = "提交"

    def get_queryset(self) -> QuerySet[Any]:
        """Only the person's own workshops."""
        rows: Any = Workshop.objects.visible_to(self.actor)
        own: QuerySet[Any] = rows.of_head(self.actor)
        return own

    def get_initial(self) -> dict[str, Any]:
        """Nothing found, and a number of its own."""
        return {"ok": "1", "client_id": uuid4()}

    def act(self, form: Any) -> Any:
        """Keep it."""
        data = form.cleaned_data
        services.check_today(self.actor, self.object, ok=data["ok"] == "1", note=data["note"], client_id=data["client_id"], captured_at=self.at, at=self.at)
        return reverse("hazards:daily")


class ObservationList(ListPage):
    """作业行为观察."""

    capability = "hazards.view"
    heading = "作业行为观察（三违）"
    model = BehaviourObservation
    default_order = ("-seen_at",)
    filters = (Filter("kind", "类别", choices=ViolationKind.choices), Filter("outcome", "结果", choices=CoachingOutcome.choices), Filter("seen", "日期", kind="dates", field="seen_at"))
    columns = (
        Column("kind", "类别", phone="title"), Column("what", "行为", clamp=True, phone="text"), Column("place", "地点"), Column("coaching", "现场教育", clamp=True),
        Column("outcome", "结果", phone="state"), Column("seen_at", "时间", kind="datetime", sort="seen_at", phone="due"),
    )  # fmt: skip

    def get_buttons(self) -> list[Button]:
        """Enter one."""
        return [Button("登记观察", reverse("hazards:observation_new"), icon="plus", primary=True, capability="hazards.self_observe")]


class ObservationNew(FirmForm):
    """Record one."""

    capability = "hazards.self_observe"
    heading = "登记作业行为观察"
    model = BehaviourObservation
    form_class = forms.ObservationForm

    def act(self, form: Any) -> Any:
        """Keep it."""
        services.observe_behaviour(self.actor, enterprise=own_firm(self), at=self.at, **form.cleaned_data)
        return reverse("hazards:observations")


class AssetList(ListPage):
    """筒型储存设施, with when each was last checked."""

    capability = "hazards.view"
    heading = "筒型储存设施"
    model = StorageAsset
    default_order = ("enterprise__name", "name")
    filters = (Filter("kind", "类型", choices=StorageKind.choices), Filter("q", "企业、名称", kind="search", fields=("enterprise__name", "name")))
    columns = (
        Column("name", "名称", sub="enterprise.name", url=lambda a: reverse("hazards:asset_check", kwargs={"pk": a.pk}), phone="title"), Column("kind", "类型", phone="text"),
        Column("place", "位置"), Column("capacity_m3", "容积", kind="number", unit=" m³"),
        Column("checked", "最近检查", value="last_checked", kind="datetime", sort="last_checked", phone="due"),
        Column("state", "状态", value=lambda a: ("已检查", "green") if a.last_checked else ("未检查", "orange"), kind="status", phone="state"),
    )  # fmt: skip

    def get_queryset(self) -> QuerySet[Any]:
        """With the last check."""
        checked: QuerySet[Any] = super().get_queryset().select_related("enterprise").annotate(last_checked=Max("checks__checked_at"))
        return checked

    def get_buttons(self) -> list[Button]:
        """Enter one."""
        return [Button("登记设施", reverse("hazards:asset_new"), icon="plus", primary=True, capability="hazards.self_check")]


class AssetNew(FirmForm):
    """Enter a facility of the firm."""

    heading = "登记筒型储存设施"
    model = StorageAsset
    form_class = forms.AssetForm

    def act(self, form: Any) -> Any:
        """Keep it."""
        services.register_asset(self.actor, enterprise=own_firm(self), at=self.at, **form.cleaned_data)
        return reverse("hazards:assets")


class AssetCheck(FormPage):
    """Check one against the list of its type."""

    capability = "hazards.view"
    model = StorageAsset
    form_class = forms.AssetCheckForm
    submit_title = "提交检查"

    def get_heading(self) -> str:
        """Which."""
        return f"检查：{self.object}"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to the list."""
        return [("筒型储存设施", reverse("hazards:assets")), ("检查", "")]

    def get_initial(self) -> dict[str, Any]:
        """Now."""
        return {"checked_at": shanghai(self.at)}

    def get_form_kwargs(self) -> dict[str, Any]:
        """The list depends on the facility."""
        return super().get_form_kwargs() | {"asset": self.object}

    def act(self, form: Any) -> Any:
        """Keep it."""
        services.check_asset(self.actor, self.object, answers=form.answers, checked_at=form.cleaned_data["checked_at"], at=self.at)
        return reverse("hazards:assets")


class SessionReport(RecordPage):
    """自查报告: all findings with their causes."""

    capability = "hazards.view"
    model = SelfCheckSession

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The workbook."""
        content = exports.self_check_report(self.object, at=self.at)
        return download(content, f"自查报告 {self.object.enterprise.name} {local_date(self.object.held_at)}.xlsx", XLSX)
