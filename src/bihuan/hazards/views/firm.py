"""The firm's workbench: what is due, self-check plans, sessions led by the principal, quarterly reports."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.pages import ActionPage, BlankPage, DetailPage, FormPage, ListPage
from bihuan.foundation.lib.problems import NotFound
from bihuan.foundation.lib.times import shanghai
from bihuan.foundation.web.buttons import Button
from bihuan.foundation.web.formats import Due
from bihuan.foundation.web.tables import Column, Filter, Tab
from bihuan.hazards import services
from bihuan.hazards.forms import firm as forms
from bihuan.hazards.models import Hazard, Investigation, QuarterlyReport, SelfCheckPlan, SelfCheckSession
from bihuan.hazards.views.lists import due_of

NUMBER_TITLES = {
    "major_found": "发现重大事故隐患", "self_found": "其中企业自查发现", "major_closed": "重大事故隐患整改销号", "major_open": "季末未销号重大事故隐患",
    "major_overdue": "其中逾期", "general_found": "发现一般隐患", "general_closed": "一般隐患整改销号", "general_open": "季末未销号一般隐患",
    "general_overdue": "一般隐患逾期", "recurred": "复发隐患", "amount_fen": "整改投入",
}  # fmt: skip


def own_firm(page: Any) -> Enterprise:
    """The firm that this person works for; NotFound for people who work for none."""
    firm: Enterprise | None = Enterprise.objects.visible_to(page.actor, "hazards.view").filter(organisation_id=page.actor.home or 0).first()
    if firm is None:
        raise NotFound("hazards.no_firm", "您不在任何企业任职，没有企业工作台。")
    return firm


class Workbench(BlankPage):
    """自查自改: what the firm has to do, by deadline."""

    capability = "hazards.self_check"
    heading = "企业自查自改"
    template_name = "hazards/workbench.html"

    def get_buttons(self) -> list[Button]:
        """Report first."""
        return [Button("新建自查", reverse("hazards:session_new"), icon="clipboard-check"), Button("登记自查隐患", reverse("hazards:report"), icon="plus", primary=True)]

    def get_context(self) -> dict[str, Any]:
        """Duty, open hazards by next step, sessions, reports."""
        firm = own_firm(self)
        rows = Hazard.objects.visible_to(self.actor).counted().filter(enterprise=firm)
        work = list(rows.open().with_people().order_by("due_at", "pk")[:30])
        return super().get_context() | {
            "firm": firm, "duty": services.duty_of(firm, at=self.at), "work": [{"hazard": hazard, "due": due_of(hazard)} for hazard in work],
            "kpis": [
                {"title": "未销号重大隐患", "value": rows.major().open().count(), "unit": "条", "url": reverse("hazards:list")},
                {"title": "未销号一般隐患", "value": rows.general().open().count(), "unit": "条", "url": reverse("hazards:general")},
                {"title": "逾期", "value": rows.overdue(self.at).count(), "unit": "条", "url": reverse("hazards:general") + "?tab=late", "tone": "red" if rows.overdue(self.at).exists() else ""},
                {"title": "待判定", "value": rows.awaiting_judgement().count(), "unit": "条", "url": reverse("hazards:general") + "?tab=found"},
            ],
            "sessions": list(SelfCheckSession.objects.visible_to(self.actor).filter(enterprise=firm)[:5]),
            "reports": list(QuarterlyReport.objects.visible_to(self.actor).filter(enterprise=firm)[:4]),
            "plans": list(SelfCheckPlan.objects.visible_to(self.actor).filter(enterprise=firm)[:3]),
        }  # fmt: skip


class FirmForm(FormPage):
    """A form about the person's own firm."""

    abstract = True
    capability = "hazards.self_check"
    success_url = ""

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to the workbench."""
        return [("企业自查自改", reverse("hazards:workbench")), (self.get_heading(), "")]

    def get_initial(self) -> dict[str, Any]:
        """Now, where a time is asked."""
        return {name: shanghai(self.at) for name in ("made_at", "held_at", "seen_at")}


class PlanList(ListPage):
    """自查自改方案: what Annex 1 row 2 counts the firms of."""

    capability = "hazards.view"
    heading = "自查自改方案"
    model = SelfCheckPlan
    default_order = ("-made_at",)
    filters = (Filter("q", "企业、方案", kind="search", fields=("enterprise__name", "title")), Filter("made", "制定日期", kind="dates", field="made_at"))
    columns = (
        Column("firm", "企业", value="enterprise.name", phone="title"), Column("unit", "报送单位", value="unit"), Column("title", "方案名称", phone="text"),
        Column("leader", "组长"), Column("made_at", "制定时间", kind="date", sort="made_at", phone="due"),
    )  # fmt: skip
    empty_text = "还没有自查方案"

    def get_queryset(self) -> QuerySet[Any]:
        """With firm and unit."""
        return super().get_queryset().select_related("enterprise", "unit")

    def get_buttons(self) -> list[Button]:
        """Enter one."""
        return [Button("登记自查方案", reverse("hazards:plan_new"), icon="plus", primary=True, capability="hazards.self_check")]


class PlanNew(FirmForm):
    """Enter the firm's plan."""

    heading = "登记自查方案"
    model = SelfCheckPlan
    form_class = forms.PlanPaperForm
    submit_title = "登记"

    def act(self, form: Any) -> Any:
        """Keep it."""
        services.make_self_check_plan(self.actor, enterprise=own_firm(self), at=self.at, **form.cleaned_data)
        return reverse("hazards:workbench")


class SessionList(ListPage):
    """Self-checks, with whether the principal led."""

    capability = "hazards.view"
    heading = "企业自查"
    model = SelfCheckSession
    default_order = ("-held_at",)
    tabs = (Tab("all", "全部"), Tab("led", "主要负责人带队", when=Q(led_at__isnull=False)), Tab("not", "不合规", when=Q(led_at__isnull=True, ended_at__isnull=False), hot=True))
    columns = (
        Column("firm", "企业", value="enterprise.name", url=lambda s: s.get_absolute_url(), phone="title"), Column("places", "检查部位", clamp=True, phone="text"),
        Column("held_at", "检查时间", kind="datetime", sort="held_at", phone="due"), Column("compliance", "合规", kind="status", phone="state"),
    )  # fmt: skip
    empty_text = "还没有自查记录"

    def get_queryset(self) -> QuerySet[Any]:
        """With the firm."""
        return super().get_queryset().select_related("enterprise")


class SessionNew(FirmForm):
    """Begin a self-check."""

    heading = "新建自查"
    model = SelfCheckSession
    form_class = forms.SessionForm
    submit_title = "开始自查"

    def act(self, form: Any) -> Any:
        """Open it."""
        return services.open_session(self.actor, enterprise=own_firm(self), at=self.at, **form.cleaned_data)


class SessionPage(DetailPage):
    """One self-check: sign-ins, findings with causes, report."""

    capability = "hazards.view"
    model = SelfCheckSession
    template_name = "hazards/session.html"

    def get_tags(self) -> list[tuple[str, str]]:
        """Whether it counts."""
        return [self.object.compliance]

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to the list."""
        return [("企业自查", reverse("hazards:sessions")), ("自查", "")]

    def get_buttons(self) -> list[Button]:
        """Sign in, report, end; the report once it is over."""
        pk, made = self.object.pk, []
        if self.actor.holds("hazards.self_check", self.object.organisation_id) and self.object.ended_at is None:
            made = [Button("登记发现的隐患", f"{reverse('hazards:report')}?session={pk}", icon="plus"), Button("结束自查", reverse("hazards:session_end", kwargs={"pk": pk})),
                    Button("签到", reverse("hazards:session_sign", kwargs={"pk": pk}), icon="signature", primary=True, post=True)]  # fmt: skip
        return [*made, Button("自查报告", reverse("hazards:session_report", kwargs={"pk": pk}), icon="file-text")]

    def get_context(self) -> dict[str, Any]:
        """Findings with their causes."""
        return super().get_context() | {"findings": list(self.object.findings().select_related("cause", "criterion", "enterprise"))}


class SessionSign(ActionPage):
    """Sign in, oneself and in person."""

    capability = "hazards.self_check"
    heading = "自查签到"
    model = SelfCheckSession

    def act(self, form: Any) -> Any:
        """Sign."""
        return services.sign_in(self.actor, self.object, at=self.at)


class SessionEnd(ActionPage):
    """End it with the deeper causes."""

    capability = "hazards.self_check"
    heading = "结束自查"
    model = SelfCheckSession
    form_class = forms.SessionEndForm
    confirm = "结束后不能再签到；主要负责人未签到的，本次自查不计入带队检查"

    def act(self, form: Any) -> Any:
        """End."""
        return services.end_session(self.actor, self.object, at=self.at, **form.cleaned_data)


class CausePage(ActionPage):
    """Why a finding came about."""

    capability = "hazards.self_check"
    heading = "分析原因"
    model = Hazard
    form_class = forms.CauseForm

    def act(self, form: Any) -> Any:
        """Keep it."""
        services.code_cause(self.actor, self.object, at=self.at, **form.cleaned_data)
        return self.object


class QuarterlyList(ListPage):
    """季度统计分析报告."""

    capability = "hazards.view"
    heading = "季度统计分析报告"
    model = QuarterlyReport
    default_order = ("-year", "-quarter", "enterprise__name")
    tabs = (Tab("draft", "待签发", when=Q(status="draft")), Tab("signed", "已签发", when=Q(status="signed")), Tab("all", "全部"))
    columns = (
        Column("firm", "企业", value="enterprise.name", url=lambda r: r.get_absolute_url(), phone="title"),
        Column("period", "季度", value=lambda r: f"{r.year}年第{r.quarter}季度", phone="text"),
        Column("due", "报送期限", value=lambda r: Due(r.due_at, done=not r.is_open), kind="due", sort="due_at", phone="due"),
        Column("signed_at", "签发时间", kind="datetime"), Column("status", "状态", value="state", kind="status", phone="state"),
    )  # fmt: skip

    def get_queryset(self) -> QuerySet[Any]:
        """With the firm."""
        return super().get_queryset().select_related("enterprise")


class QuarterlyPage(DetailPage):
    """One report: numbers from the records, the principal's words, the signature."""

    capability = "hazards.view"
    model = QuarterlyReport
    template_name = "hazards/quarterly.html"

    def get_tags(self) -> list[tuple[str, str]]:
        """Its state."""
        return [(self.object.state.title, self.object.state.tone)]

    def get_buttons(self) -> list[Button]:
        """Sign while it is a draft."""
        if not self.object.is_open:
            return []
        return [Button("签发报送", reverse("hazards:quarterly_sign", kwargs={"pk": self.object.pk}), icon="signature", primary=True, capability="hazards.sign_report")]

    def get_context(self) -> dict[str, Any]:
        """Numbers: those signed, or as they stand now."""
        report = self.object
        numbers = report.numbers if not report.is_open else services.quarter_numbers(report.enterprise, report.year, report.quarter)
        lines = [(title, f"{numbers[key] / 1_000_000:,.2f} 万元" if key == "amount_fen" else f"{numbers[key]} 条") for key, title in NUMBER_TITLES.items()]
        return super().get_context() | {"lines": lines, "intact": services.is_intact(report) if not report.is_open else None}


class QuarterlySign(ActionPage):
    """The principal's conclusions and signature."""

    capability = "hazards.sign_report"
    heading = "签发季度报告"
    model = QuarterlyReport
    form_class = forms.QuarterForm
    confirm = "签发后数据与结论一并锁定，不能再改"

    def get_initial(self) -> dict[str, Any]:
        """The drafted wording."""
        return {"conclusions": self.object.conclusions}

    def act(self, form: Any) -> Any:
        """Sign."""
        return services.sign_quarterly_report(self.actor, self.object, conclusions=form.cleaned_data["conclusions"], at=self.at, expect=self.expect)


class InvestigationPage(DetailPage):
    """One investigation."""

    capability = "hazards.view"
    model = Investigation
    template_name = "hazards/investigation.html"

    def get_heading(self) -> str:
        """Why it opened."""
        return f"隐患溯源调查：{self.object.get_kind_display()}"

    def get_tags(self) -> list[tuple[str, str]]:
        """State and owner."""
        return [(self.object.state.title, self.object.state.tone), (f"{self.object.get_owner_display()}调查", "gray")]

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to its hazard."""
        return [(self.object.hazard.number, self.object.hazard.get_absolute_url()), ("溯源调查", "")]

    def get_buttons(self) -> list[Button]:
        """Report, or accept."""
        pk = self.object.pk
        if self.object.status == "open":
            right = "hazards.self_investigate" if self.object.owner == "enterprise" else "hazards.investigate"
            return [Button("提交调查报告", reverse("hazards:investigation_report", kwargs={"pk": pk}), primary=True, capability=right)]
        if self.object.status == "reported":
            return [Button("核验通过", reverse("hazards:investigation_accept", kwargs={"pk": pk}), primary=True, capability="hazards.investigate")]
        return []


class InvestigationReport(ActionPage):
    """Hand in the report; by whoever owns the investigation."""

    capability = "hazards.view"
    heading = "提交调查报告"
    model = Investigation
    form_class = forms.InvestigationForm

    def act(self, form: Any) -> Any:
        """Hand in."""
        return services.report_investigation(self.actor, self.object, at=self.at, expect=self.expect, **form.cleaned_data)


class InvestigationAccept(ActionPage):
    """The regulator accepts."""

    capability = "hazards.investigate"
    heading = "核验调查报告"
    model = Investigation

    def act(self, form: Any) -> Any:
        """Accept."""
        return services.accept_investigation(self.actor, self.object, at=self.at, expect=self.expect)
