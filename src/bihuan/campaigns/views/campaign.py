"""The campaign's cockpit, its organisation, deployment records and one-off reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from bihuan.campaigns import ranking
from bihuan.campaigns.forms import MechanismForm, MilestoneForm, OrganiseForm
from bihuan.campaigns.layout import annex1
from bihuan.campaigns.models import (
    Campaign,
    CampaignUnit,
    MechanismRecord,
    Milestone,
    MilestoneReport,
    Return,
)
from bihuan.campaigns.services import setup
from bihuan.campaigns.services.summary import SERIES, draft_summary
from bihuan.campaigns.summaries import USES
from bihuan.campaigns.views.sheet import shown
from bihuan.foundation.access.pages import DetailPage, FormPage, ListPage
from bihuan.foundation.access.scoping import organisations_visible_to
from bihuan.foundation.figures.evaluate import Scope, evaluate
from bihuan.foundation.figures.registry import get
from bihuan.foundation.lib.problems import NotFound
from bihuan.foundation.lib.times import local_date, week_of
from bihuan.foundation.web.buttons import Button
from bihuan.foundation.web.tables import Column, Filter

KEY_FIGURES = (
    "hazards.all.general.found", "hazards.all.general.fixed", "hazards.all.major.found", "hazards.all.major.fixed",
    "inspections.joint.firms", "enforcement.firms",
)  # fmt: skip


class CampaignList(ListPage):
    """专项行动."""

    capability = "campaigns.view"
    heading = "专项行动"
    model = Campaign
    columns = (
        Column("title", "名称", url="campaigns:detail", phone="title"),
        Column("document_number", "依据文号", phone="text"),
        Column("organisation", "组织单位", value="organisation"),
        Column("starts_at", "开始", kind="date", sort="starts_at"),
        Column("ends_at", "结束", kind="date", sort="ends_at"),
    )
    filters = (Filter("q", "名称、文号", kind="search", fields=("title", "document_number")),)
    default_order = ("-starts_at",)
    empty_text = "还没有专项行动"

    def get_queryset(self) -> QuerySet[Any]:
        """With the host."""
        return super().get_queryset().select_related("organisation")


class Cockpit(DetailPage):
    """One screen for the campaign: key numbers, units with this week's return, mechanisms, one-off reports."""

    capability = "campaigns.view"
    model = Campaign
    template_name = "campaigns/cockpit.html"

    def get_intro(self) -> str:
        """Basis and window."""
        c: Campaign = self.object
        return f"{c.document_number} · {local_date(c.starts_at)} 至 {local_date(c.ends_at)}"

    def get_buttons(self) -> list[Button]:
        """Ways on."""
        return [
            Button("本期周调度统计表", reverse("campaigns:this_week"), icon="table", primary=True),
            Button("工作总结", reverse("campaigns:summary", args=[self.object.pk]), icon="file-text"),
            Button("晾晒通报", reverse("campaigns:ranking", args=[self.object.pk]), icon="chart-bar", capability="campaigns.view_returns"),
            Button("登记部署与机制", reverse("campaigns:record_mechanism", args=[self.object.pk]), icon="plus", capability="campaigns.organise"),
        ]

    def get_context(self) -> dict[str, Any]:
        """Numbers of the units in one's sight, this week's returns, milestones."""
        c: Campaign = self.object
        rows: Any = CampaignUnit.objects.filter(campaign=c).visible_to(self.actor).select_related("unit")
        units = list(rows.order_by("order", "id"))
        scope = Scope.of(cutoff=self.at, since=c.starts_at, until=c.ends_at, units=[u.unit_id for u in units])
        figures = [get(key) for key in KEY_FIGURES]
        table = evaluate([*figures, *USES], scope)
        friday = self._friday(c)
        returns = {r.organisation_id: r for r in Return.objects.filter(campaign=c, friday=friday).visible_to(self.actor)} if friday else {}
        return super().get_context() | {
            "campaign": c, "friday": friday, "number": c.number_of(friday) if friday else None,
            "kpis": [{"title": f.title, "value": f"{table.total(f):,}", "unit": f.unit} for f in figures],
            "figures": figures, "mechanisms": [(f, table.total(f)) for f in USES],
            "units": [{"unit": u, "row": returns.get(u.unit_id), "values": [table.value(f, u.unit_id) for f in figures]} for u in units],
            "missing": [u for u in units if u.kind != "city" and u.unit_id in returns and not returns[u.unit_id].handed_in],
            "milestones": self._milestones(c, [u for u in units if u.kind != "city"]), "forms": annex1().rows,
        }  # fmt: skip

    def _friday(self, c: Campaign) -> Any:
        fridays = c.fridays()
        wanted = week_of(local_date(self.at)).friday
        return wanted if wanted in fridays else (max((f for f in fridays if f <= wanted), default=None))

    def _milestones(self, c: Campaign, units: list[CampaignUnit]) -> list[dict[str, Any]]:
        done = {(r.milestone_id, r.unit_id): r for r in MilestoneReport.objects.filter(milestone__campaign=c).visible_to(self.actor).select_related("milestone")}
        out = []
        for milestone in c.milestones.all():
            reports = [done[milestone.pk, u.unit_id] for u in units if (milestone.pk, u.unit_id) in done]
            missing = [u for u in units if (milestone.pk, u.unit_id) not in done]
            out.append({"milestone": milestone, "reports": reports, "missing": missing, "overdue": milestone.due_at < self.at})
        return out


class CampaignForm(FormPage):
    """Base of the forms about a campaign."""

    abstract = True
    model = Campaign

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to the cockpit."""
        return [(self.object.title, self.object.get_absolute_url())]

    def check_object(self) -> None:
        """A unit takes part in the host's campaign: seeing it is enough here, the service checks the right at the unit."""
        _ = self.object


class RecordMechanism(CampaignForm):
    """登记部署与工作机制."""

    capability = "campaigns.organise"
    heading = "登记部署与工作机制"
    form_class = MechanismForm
    success_message = "已登记"

    def get_form(self) -> forms.BaseForm:
        """With the units one answers for."""
        form = super().get_form()
        units = organisations_visible_to(self.actor, "campaigns.organise").filter(kind__in=("city", "county", "zone"))
        form.fields["unit"] = forms.ModelChoiceField(label="单位", queryset=units, initial=self.actor.home)
        if self.request.method != "POST":
            form.order_fields(["unit", "kind"])
        return form

    def act(self, form: forms.BaseForm) -> Any:
        """Register it."""
        setup.record_mechanism(self.actor, campaign=self.object, at=self.at, **form.cleaned_data)
        return self.object


class MechanismList(ListPage):
    """部署与工作机制."""

    capability = "campaigns.view"
    heading = "部署与工作机制"
    model = MechanismRecord
    columns = (
        Column("title", "标题", phone="title"),
        Column("kind", "类别", value="get_kind_display", phone="state"),
        Column("unit", "单位", value="unit", phone="text"),
        Column("held_at", "时间", kind="datetime", sort="held_at"),
        Column("summary", "简要情况", clamp=True),
    )
    filters = (
        Filter("q", "标题、情况", kind="search", fields=("title", "summary")),
        Filter("kind", "类别", choices=MechanismForm.base_fields["kind"].choices),  # type: ignore[attr-defined]
        Filter("held", "时间", kind="dates", field="held_at"),
    )
    default_order = ("-held_at",)
    empty_text = "还没有登记"

    def get_queryset(self) -> QuerySet[Any]:
        """With the unit."""
        return super().get_queryset().select_related("unit")


class OrganiseUnit(FormPage):
    """领导组与联系人."""

    capability = "campaigns.organise"
    heading = "领导组与联系人"
    model = CampaignUnit
    form_class = OrganiseForm

    def get_initial(self) -> dict[str, Any]:
        """What is there."""
        return {name: getattr(self.object, name) for name in OrganiseForm.base_fields}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to the cockpit."""
        return [(self.object.campaign.title, self.object.campaign.get_absolute_url())]

    def act(self, form: forms.BaseForm) -> Any:
        """Name them."""
        setup.organise_unit(self.actor, self.object, at=self.at, **form.cleaned_data)
        return self.object.campaign.get_absolute_url()


class SubmitMilestone(CampaignForm):
    """一次性报送."""

    capability = "campaigns.submit_return"
    form_class = MilestoneForm
    submit_title = "报送"
    success_message = "已报送"

    @property
    def milestone(self) -> Milestone:
        """Which report."""
        row = Milestone.objects.filter(campaign=self.object, key=self.kwargs["key"]).first()
        if row is None:
            raise NotFound("campaigns.no_milestone", "没有这项报送。")
        return row

    def get_heading(self) -> str:
        """Its title."""
        return self.milestone.title

    def get_intro(self) -> str:
        """Its date."""
        return f"期限：{self.milestone.due_words}"

    def act(self, form: forms.BaseForm) -> Any:
        """Hand it in for one's own unit."""
        unit = self.actor.home_organisation
        if unit is None:
            raise NotFound("access.not_found", "您没有报送单位。")
        setup.submit_milestone(self.actor, milestone=self.milestone, unit=unit, text=form.cleaned_data["text"], at=self.at)
        return self.object


class Ranking(DetailPage):
    """晾晒通报: fair rates by unit with definitions."""

    capability = "campaigns.view_returns"
    model = Campaign
    template_name = "campaigns/ranking.html"
    heading = "晾晒通报"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to the cockpit."""
        return [(self.object.title, self.object.get_absolute_url())]

    def get_context(self) -> dict[str, Any]:
        """Every indicator with its board."""
        c: Campaign = self.object
        seen: Any = CampaignUnit.objects.filter(campaign=c).reporting().visible_to(self.actor, "campaigns.view_returns").select_related("unit")
        units = list(seen)
        scope = Scope.of(cutoff=self.at, since=c.starts_at, until=c.ends_at, units=[u.unit_id for u in units])
        table = evaluate([get(key) for _, part, whole in ranking.INDICATORS for key in (part, whole)], scope)
        boards = []
        for title, part, whole in ranking.INDICATORS:
            rates = {str(u.unit): ranking.Rate(table.value(part, u.unit_id), table.value(whole, u.unit_id)) for u in units}
            boards.append({"title": title, "lines": ranking.rank(rates), "figures": ranking.definition(part, whole)})
        return super().get_context() | {"boards": boards, "small": ranking.SMALL}


class SummaryDraft(DetailPage):
    """专项行动工作总结: one's own unit's draft, from what was signed."""

    capability = "campaigns.view"
    model = Campaign
    template_name = "campaigns/summary.html"
    heading = "专项行动工作总结（草稿）"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to the cockpit."""
        return [(self.object.title, self.object.get_absolute_url())]

    def get_context(self) -> dict[str, Any]:
        """Totals of the last snapshot and the series of weeks."""
        unit = self.actor.home_organisation
        draft = draft_summary(self.object, unit) if unit is not None else None
        series = [get(key) for key in SERIES]
        weeks = [{"week": w, "values": [shown(f, w.figures.get(f.key)) for f in series]} for w in (draft.weeks if draft else [])]
        totals = [(f, shown(f, value)) for f, value in draft.totals] if draft else []
        return super().get_context() | {"draft": draft, "unit": unit, "series": series, "weeks": weeks, "totals": totals}
