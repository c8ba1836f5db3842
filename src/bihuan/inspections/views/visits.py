"""Visits: list, start, one visit, findings on site, its steps, and the pickers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.middleware import actor_of
from bihuan.foundation.access.pages import BlankPage, Button, DetailPage, FormPage, ListPage
from bihuan.foundation.access.scoping import organisations_visible_to
from bihuan.foundation.attachments.cards import cards
from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.documents.models import IssuedCopy
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import local_date, shanghai
from bihuan.foundation.web.tables import Column, Filter, Tab
from bihuan.foundation.workflow.engine import history_of
from bihuan.foundation.workflow.pages import LoopActionPage, loop_buttons
from bihuan.hazards.models import Hazard
from bihuan.inspections.choices import VisitKind, VisitLevel
from bihuan.inspections.forms import FindingForm, StartForm
from bihuan.inspections.models import ProblemList, Visit
from bihuan.inspections.querysets import BODY_KINDS, VisitQuerySet, inspecting_bodies
from bihuan.inspections.rules import level_of_body
from bihuan.inspections.services import record_finding, start_visit, verify_problem_list, void_visit
from bihuan.reference.models import CriterionVersion

OFFERED = 12


def _rows(queryset: QuerySet[Any]) -> VisitQuerySet:
    assert isinstance(queryset, VisitQuerySet)
    return queryset


def units_in_sight(request: HttpRequest) -> list[tuple[Any, str]]:
    """Supervising bodies in which the actor sees visits."""
    units = organisations_visible_to(actor_of(request), "inspections.view").filter(kind__in=BODY_KINDS[:4])
    return [(unit.pk, str(unit)) for unit in units]


def _bodies(request: HttpRequest) -> list[tuple[Any, str]]:
    return [(body.pk, str(body)) for body in inspecting_bodies(actor_of(request), "inspections.view")]


class VisitList(ListPage):
    """检查记录: every visit in sight."""

    capability = "inspections.view"
    heading = "检查记录"
    model = Visit
    columns = (
        Column("firm", "企业", "enterprise.name", url="inspections:detail", sort="enterprise__name", phone="title"),
        Column("kind", "检查方式", sort="kind", phone="text"),
        Column("level", "层级", sort="level"),
        Column("body", "检查单位"),
        Column("started_at", "检查时间", kind="datetime", sort="started_at", phone="due"),
        Column("inspectors", "检查人员", lambda visit: "、".join(visit.inspectors)),
        Column("unit", "报送单位", hidden=True),
        Column("campaign", "专项行动", hidden=True, clamp=True),
        Column("basis", "检查依据", hidden=True, clamp=True),
        Column("ended_at", "结束时间", kind="datetime", sort="ended_at", hidden=True),
        Column("status", "状态", "state", kind="status", sort="status", phone="state"),
    )
    filters = (
        Filter("q", "企业名称、代码", kind="search", fields=("enterprise__name", "enterprise__credit_code")),
        Filter("unit", "属地", kind="unit", choices=units_in_sight, apply=lambda rows, pk: _rows(rows).beneath(int(pk))),
        Filter("kind", "检查方式", choices=VisitKind.choices),
        Filter("level", "层级", choices=VisitLevel.choices),
        Filter("body", "检查单位", field="body_id", choices=_bodies),
        Filter("started", "检查日期", kind="dates", field="started_at"),
    )
    tabs = (
        Tab("all", "全部有效", when=~Q(status="void")), Tab("open", "检查中", when=Q(status="under_way")),
        Tab("done", "已签字", when=Q(status="concluded")), Tab("void", "已作废", when=Q(status="void")),
    )  # fmt: skip
    default_order = ("-started_at", "-id")
    empty_text = "还没有检查记录"

    def get_buttons(self) -> Sequence[Button]:
        """Starting one."""
        return (Button("开始检查", reverse("inspections:start"), icon="plus", primary=True, capability="inspections.visit"),)

    def get_queryset(self) -> QuerySet[Any]:
        """With what the columns show."""
        return _rows(super().get_queryset()).with_names()


class StartVisit(FormPage):
    """Open a visit."""

    capability = "inspections.visit"
    heading = "开始检查"
    intro = "现场检查须由两名以上人员进行；没有信号时做的检查，回来后 72 小时内可补录。"
    model = Visit
    form_class = StartForm
    submit_title = "开始检查"
    success_url = "inspections:detail"
    success_message = "检查已开始，请逐条登记发现的问题"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """The way back."""
        return (("检查记录", reverse("inspections:list")), (self.heading, ""))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Firms and bodies in sight."""
        firms = Enterprise.objects.visible_to(self.actor).visible_to(self.actor, "inspections.visit")
        return super().get_form_kwargs() | {"firms": firms, "bodies": inspecting_bodies(self.actor)}

    def get_initial(self) -> dict[str, Any]:
        """The actor's own body, now; the campaign of its last visit."""
        home = self.actor.home_organisation
        parent = home.parent.kind if home and home.kind == "department" and home.parent else ""
        last = Visit.objects.visible_to(self.actor).filter(created_by_id=self.actor.user_id).order_by("-opened_at").first()
        return {
            "enterprise": self.request.GET.get("enterprise", ""), "kind": "joint", "level": level_of_body(home.kind, parent) if home else "",
            "body": home.pk if home else "", "inspectors": self.actor.name, "started_at": shanghai(self.at).strftime("%Y-%m-%d %H:%M"),
            "campaign": last.campaign if last else "", "basis": last.basis if last else "",
        }  # fmt: skip

    def act(self, form: forms.BaseForm) -> Any:
        """Start it; the host of a cross visit is the firm's lead supervising body."""
        data = dict(form.cleaned_data)
        host = data["enterprise"].supervisor if data["kind"] == VisitKind.CROSS else None
        return start_visit(self.actor, host_body=host, at=self.at, **data)


class VisitPage(DetailPage):
    """One visit: findings, the list with its signatures, what was issued, history."""

    capability = "inspections.view"
    model = Visit
    template_name = "inspections/detail.html"

    def get_queryset(self) -> QuerySet[Any]:
        """With names."""
        return _rows(super().get_queryset()).with_names()

    def get_heading(self) -> str:
        """The firm."""
        return str(self.object.enterprise.name)

    def get_intro(self) -> str:
        """Kind, body and time."""
        visit = self.object
        return f"{visit.get_kind_display()} · {visit.body} · {shanghai(visit.started_at):%Y-%m-%d %H:%M}"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """The way back."""
        return (("检查记录", reverse("inspections:list")), (str(self.object.enterprise), ""))

    def get_tags(self) -> Sequence[tuple[str, str]]:
        """State."""
        return [(self.object.state.title, self.object.state.tone)]

    def get_buttons(self) -> Sequence[Button]:
        """What comes next is primary."""
        visit, found = self.object, []
        if not visit.is_open:
            return ()
        pk, holds = {"pk": visit.pk}, self.actor.holds
        if holds("inspections.sign", visit.organisation_id):
            for button in loop_buttons(self.actor, visit, url_name="inspections:step", at=self.at):
                primary = button.primary and self.unsigned is None
                why = self.unsigned if button.primary else None
                found.append(Button(button.title, button.url, primary=primary, danger=button.danger, disabled_reason=why or ""))
            found.append(Button("生成清单", reverse("inspections:make-list", kwargs=pk), icon="list-check"))
            if self.latest is not None:
                found.append(Button("签字", reverse("inspections:sign", kwargs={"pk": self.latest.pk}), icon="signature"))
        if holds("inspections.visit", visit.organisation_id) and holds("hazards.report", visit.organisation_id):
            found.append(Button("登记问题", reverse("inspections:finding", kwargs=pk), icon="plus", primary=self.unsigned is not None, key="n"))
        return found

    @property
    def unsigned(self) -> str | None:
        """Why it cannot be concluded yet, asked once."""
        if not hasattr(self, "_unsigned"):
            self._unsigned: str | None = self.object.unsigned_reason()
        return self._unsigned

    @property
    def latest(self) -> ProblemList | None:
        """The list in force."""
        return self.lists[0] if self.lists else None

    @property
    def lists(self) -> list[ProblemList]:
        """All revisions, newest first, read once."""
        if not hasattr(self, "_lists"):
            self._lists = list(self.object.problem_lists.prefetch_related("signatures").order_by("-revision"))
        return self._lists

    def get_context(self) -> dict[str, Any]:
        """All parts of the page."""
        visit = self.object
        findings = list(visit.findings().select_related("criterion"))
        photos: dict[int, list[Attachment]] = {}
        for picture in Attachment.objects.of_all(findings).with_purpose("before"):
            photos.setdefault(picture.owner_id, []).append(picture)
        latest = self.latest
        signatures = list(latest.signatures.all()) if latest else []
        marks = {p.pk: p for p in Attachment.objects.filter(pk__in=[s.picture_id for s in signatures if s.picture_id])}
        return super().get_context() | {
            "findings": [{"hazard": h, "photos": cards(photos.get(h.pk, []))} for h in findings], "latest": latest,
            "former": self.lists[1:], "signatures": [{"row": s, "mark": marks.get(s.picture_id)} for s in signatures],
            "verdict": verify_problem_list(latest) if latest else None, "unsigned": self.unsigned if visit.is_open else None,
            "pairs": self._pairs(), "steps": self._steps(findings), "history": history_of(visit),
            "copies": list(IssuedCopy.objects.visible_to(self.actor).of(visit)) if self.actor.can("documents.view") else [],
            "may_issue": visit.status == "concluded" and self.actor.holds("inspections.sign", visit.organisation_id),
        }  # fmt: skip

    def _pairs(self) -> list[tuple[str, Any]]:
        visit = self.object
        return [
            ("检查方式", visit.get_kind_display()), ("层级", visit.get_level_display()), ("检查单位", visit.body),
            *([("受检单位", visit.host_body)] if visit.host_body else []), ("检查人员", "、".join(visit.inspectors)),
            ("检查时间", _span(visit)), ("专项行动", visit.campaign), ("检查依据", visit.basis), ("报送单位", visit.unit),
        ]  # fmt: skip

    def _steps(self, findings: list[Hazard]) -> list[dict[str, str]]:
        latest, done = self.latest, self.object.status == "concluded"
        signed = latest is not None and self.unsigned is None
        reached = [True, bool(findings) or latest is not None, latest is not None, signed, done]
        titles = ("进场检查", "登记问题", "生成清单", "双方签字", "办结")
        notes = ("", f"{len(findings)} 条", f"第 {latest.revision} 版" if latest else "", "", "")
        now = reached.index(False) if False in reached else len(reached)
        return [
            {"title": title, "state": "done" if ok else "now" if number == now else "", "note": note}
            for number, (title, ok, note) in enumerate(zip(titles, reached, notes, strict=True))
        ]


def _span(visit: Visit) -> str:
    start = f"{shanghai(visit.started_at):%Y-%m-%d %H:%M}"
    return f"{start} 至 {shanghai(visit.ended_at):%m-%d %H:%M}" if visit.ended_at else start


class VisitStep(LoopActionPage):
    """Concluding or voiding."""

    capability = "inspections.view"
    model = Visit
    success_url = "inspections:detail"
    presets = {"void": ("重复登记", "企业选错", "检查未实际开展")}

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the visit."""
        return (("检查记录", reverse("inspections:list")), (str(self.object.enterprise), self.object.get_absolute_url()))

    def get_initial(self) -> dict[str, Any]:
        """Ends now."""
        return {"ended_at": shanghai(self.at).strftime("%Y-%m-%d %H:%M")} | super().get_initial()

    def act(self, form: forms.BaseForm) -> Any:
        """Voiding has a rule of its own."""
        if self.transition.name == "void":
            return void_visit(self.actor, self.object, reason=form.cleaned_data["note"], at=self.at, expect=self.expect)
        return super().act(form)


class NewFinding(FormPage):
    """One finding on site, phone first."""

    capability = "inspections.visit"
    heading = "登记问题"
    model = Visit
    form_class = FindingForm
    template_name = "inspections/finding.html"
    submit_title = "登记"
    success_message = "已登记，可继续登记下一条"

    def get_intro(self) -> str:
        """Which firm."""
        return str(self.object)

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the visit."""
        return (("检查记录", reverse("inspections:list")), (str(self.object.enterprise), self.object.get_absolute_url()), (self.heading, ""))

    def check_object(self) -> None:
        """Only while the visit is under way."""
        super().check_object()
        if not self.object.is_open:
            raise Problem("inspections.concluded", "检查已办结，不能再登记问题；请从“登记隐患”另行登记。", status=409)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Criteria in force on the day of the visit."""
        return super().get_form_kwargs() | {"criteria": CriterionVersion.objects.effective_on(local_date(self.object.started_at))}

    def get_context(self) -> dict[str, Any]:
        """What has been found so far."""
        return super().get_context() | {"found": self.object.findings().count()}

    def act(self, form: forms.BaseForm) -> Any:
        """Enter it."""
        data = dict(form.cleaned_data)
        first = next((p.captured_at for p in data["photos"] if getattr(p, "captured_at", None)), None)
        captured = first if first and first <= self.at else None
        record_finding(self.actor, self.object, at=self.at, captured_at=captured, **data)
        return self.object


class BodyOptions(BlankPage):
    """Answers of the body picker."""

    capability = "inspections.view"
    template_name = "components/combo_options.html"

    def get_context(self) -> dict[str, Any]:
        """By name or code, from two characters on."""
        query = self.request.GET
        text = (query.get("q") or query.get(f"{query.get('for', '')}_text", "")).strip()
        rows = inspecting_bodies(self.actor, "inspections.view")
        rows = rows.filter(Q(name__contains=text) | Q(short_name__contains=text) | Q(code__startswith=text)) if len(text) >= 2 else rows.none()
        found = [(body.pk, body.name, body.get_kind_display()) for body in rows[:OFFERED]]
        return {"options": found, "more": max(0, rows.count() - OFFERED)}


class CriterionOptions(BlankPage):
    """Answers of the criterion picker (应急管理部令第10号): in force today, by any words."""

    capability = "inspections.view"
    template_name = "components/combo_options.html"

    def get_context(self) -> dict[str, Any]:
        """By words, from two characters on."""
        query = self.request.GET
        text = (query.get("q") or query.get(f"{query.get('for', '')}_text", "")).strip()
        rows = CriterionVersion.objects.visible_to(self.actor).effective_on(local_date(self.at)).search(text).in_order().select_related("criterion")
        rows = rows if len(text) >= 2 else rows.none()
        found = [(row.pk, row.title, row.citation) for row in rows[:OFFERED]]
        return {"options": found, "more": max(0, rows.count() - OFFERED)}
