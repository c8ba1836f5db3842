"""The weekly return (附件1), its ledger (附件2), signing, sending back, correcting, and looking back."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header

from bihuan.campaigns import exports
from bihuan.campaigns.layout import annex1
from bihuan.campaigns.ledger import COLUMNS
from bihuan.campaigns.models import Return, Snapshot
from bihuan.campaigns.rules import Finding
from bihuan.campaigns.services import returns as services
from bihuan.campaigns.services.compile import (
    check,
    compile_return,
    differences,
    previous,
    reporting_units,
    scope_of,
)
from bihuan.campaigns.views.sheet import SheetView, shown, unit_table
from bihuan.foundation.access.pages import BlankPage, DetailPage, ListPage
from bihuan.foundation.figures.evaluate import passport, records
from bihuan.foundation.figures.registry import Figure
from bihuan.foundation.lib.problems import NotFound
from bihuan.foundation.lib.times import local_date, week_of
from bihuan.foundation.web.buttons import Button
from bihuan.foundation.web.tables import Column, Filter, Tab
from bihuan.foundation.workflow.engine import history_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReturnPage(DetailPage):
    """Base of the pages about one return."""

    abstract = True
    capability = "campaigns.view"
    model = Return

    def get_queryset(self) -> QuerySet[Any]:
        """With what every page of it needs."""
        return super().get_queryset().select_related("campaign", "organisation", "snapshot", "submitted_by")

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Campaign, return, here."""
        weekly: Return = self.object
        return [
            (weekly.campaign.title, weekly.campaign.get_absolute_url()),
            (f"第{weekly.campaign.number_of(weekly.friday)}期 {weekly.organisation}", weekly.get_absolute_url()),
        ]


class ReturnList(ListPage):
    """Every return in one's sight."""

    capability = "campaigns.view"
    heading = "周调度统计表"
    model = Return
    columns = (
        Column("friday", "填报日期", kind="date", sort="friday", url="campaigns:return", phone="title"),
        Column("organisation", "填报单位", value="organisation", sort="organisation__order", phone="text"),
        Column("campaign", "专项行动", value="campaign", hidden=True),
        Column("status", "状态", value="state", kind="status", phone="state"),
        Column("submitted_at", "提交时间", kind="datetime", sort="submitted_at"),
        Column("submitted_by", "提交人", value="submitted_by.name"),
        Column("return_reason", "退回原因", clamp=True),
    )
    filters = (
        Filter("q", "填报单位", kind="search", fields=("organisation__name", "organisation__short_name")),
        Filter("friday", "填报日期", kind="dates", field="friday"),
    )
    tabs = (
        Tab("all", "全部"),
        Tab("missing", "未报送", when=Q(status__in=("draft", "returned")), hot=True),
        Tab("review", "待审核", when=Q(status="submitted")),
        Tab("done", "已审核、已上报", when=Q(status__in=("accepted", "reported"))),
    )
    default_order = ("-friday", "organisation__order")
    empty_text = "还没有期次"

    def get_queryset(self) -> QuerySet[Any]:
        """With names."""
        return super().get_queryset().select_related("organisation", "campaign", "submitted_by")


class ThisWeek(BlankPage):
    """周调度统计表 in the navigation: this week's return of one's own unit."""

    capability = "campaigns.view"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Go to it, or to the list when there is none."""
        rows: Any = Return.objects.all().visible_to(self.actor)
        mine = rows.filter(organisation_id=self.actor.home, friday__gte=week_of(local_date(self.at)).monday).order_by("friday").first()
        mine = mine or rows.filter(organisation_id=self.actor.home).order_by("-friday").first()
        return self.go_to(reverse("campaigns:return", args=[mine.pk]) if mine else reverse("campaigns:returns"))


class ReturnDetail(ReturnPage):
    """附件1 on screen: the official sentences, every number opening its records."""

    template_name = "campaigns/return.html"

    def get_heading(self) -> str:
        """The form's own name."""
        return "周调度统计表"

    def get_tags(self) -> list[tuple[str, str]]:
        """Issue and state."""
        weekly: Return = self.object
        return [(f"第 {weekly.campaign.number_of(weekly.friday)} 期", "blue"), (weekly.state.title, weekly.state.tone)]

    def get_intro(self) -> str:
        """What the numbers are."""
        weekly: Return = self.object
        return f"附件1 口径，自 {local_date(weekly.campaign.starts_at)} 部署以来累计数 · 填报单位：{weekly.organisation.name}"

    def get_buttons(self) -> list[Button]:
        """What can be done now."""
        weekly: Return = self.object

        def url(name: str) -> str:
            return reverse(f"campaigns:{name}", args=[weekly.pk])

        buttons = [Button("打印预览", url("print"), icon="printer"), Button("附件1 docx", url("annex1_docx"), icon="file-text"), Button("附件2 台账", url("ledger"), icon="table")]
        if weekly.status in ("draft", "returned"):
            buttons.append(Button("编辑文字", url("narratives"), icon="edit", capability="campaigns.prepare_return", key="e"))
            if weekly.kind == "city":
                buttons.append(Button("签字上报", url("sign"), icon="send", primary=True, capability="campaigns.report_up"))
            else:
                buttons.append(Button("签字提交", url("sign"), icon="send", primary=True, capability="campaigns.submit_return"))
        elif weekly.status == "submitted":
            buttons.append(Button("退回", url("send_back"), icon="arrow-back-up", capability="campaigns.review_return"))
            buttons.append(Button("审核通过", url("accept"), icon="check", primary=True, capability="campaigns.review_return"))
        return buttons

    def get_context(self) -> dict[str, Any]:
        """The sheet, the units, the open figure, the checks, the flow."""
        weekly: Return = self.object
        last = previous(weekly)
        signed: Snapshot | None = weekly.snapshot if weekly.handed_in else None
        if signed is not None:
            values, by_unit, narratives, cutoff = signed.figures, signed.by_unit, signed.narratives, signed.cutoff
            findings = [Finding(f["code"], f["severity"], f["message"], tuple(f["figures"])) for f in signed.findings]
        else:
            draft = compile_return(weekly, at=self.at)
            values, by_unit, narratives, cutoff = draft.values, draft.by_unit, weekly.narratives, draft.cutoff
            findings = check(weekly, draft)
        corrected = set(weekly.corrections.values_list("figure", flat=True))
        current = self.request.GET.get("fig", "")
        sheet = SheetView(weekly, values, last.figures if last else None, narratives, last.narratives if last else {}, findings, corrected, current)
        return super().get_context() | {
            "weekly": weekly, "rows": sheet.rows(), "cutoff": cutoff, "signed": signed, "findings": findings,
            "blocks": sum(f.severity == "block" for f in findings), "warns": sum(f.severity == "warn" for f in findings),
            "figure": self._figure(weekly, sheet, current, by_unit, last, cutoff), "history": history_of(weekly),
            **self._units(weekly), "can_write": self._may_write(weekly), "weeks": self._weeks(weekly), "corrections": weekly.corrections.all(), "last": last,
        }  # fmt: skip

    def _figure(self, weekly: Return, sheet: SheetView, key: str, by_unit: dict[str, Any], last: Snapshot | None, cutoff: Any) -> dict[str, Any] | None:
        figure = {f.key: f for f in annex1().figures()}.get(key)
        if figure is None:
            return None
        names = {str(u.unit_id): str(u.unit) for u in reporting_units(weekly.campaign)}
        before = (last.by_unit or None) if last else None
        found = passport(figure, scope_of(weekly, cutoff=cutoff))
        return {
            "definition": figure, "part": sheet.part(figure), "units": unit_table(figure, by_unit, before, names), "passport": found,
            "records_url": reverse("campaigns:records", args=[weekly.pk, figure.key]),
        }  # fmt: skip

    def _siblings(self, weekly: Return) -> list[Return]:
        if weekly.kind != "city":
            return []
        rows: Any = Return.objects.of_week(weekly.week).visible_to(self.actor)
        return list(rows.filter(campaign=weekly.campaign).exclude(kind="city").select_related("organisation").order_by("organisation__order", "pk"))

    def _units(self, weekly: Return) -> dict[str, Any]:
        rows = self._siblings(weekly)
        return {"siblings": rows, "handed": sum(r.handed_in for r in rows), "missing": [r for r in rows if not r.handed_in]}

    def _may_write(self, weekly: Return) -> bool:
        return weekly.status in ("draft", "returned") and self.actor.holds("campaigns.prepare_return", weekly.organisation_id)

    def _weeks(self, weekly: Return) -> dict[str, Return | None]:
        rows = Return.objects.filter(campaign=weekly.campaign, organisation=weekly.organisation)
        return {
            "before": rows.filter(friday__lt=weekly.friday).order_by("-friday").first(),
            "after": rows.filter(friday__gt=weekly.friday).order_by("friday").first(),
        }


class FigureRecords(ListPage):
    """The records that a number of the return counts."""

    capability = "campaigns.view"
    model = Return
    columns = (
        Column("record", "记录", value=str, url=lambda r: r.get_absolute_url() if hasattr(r, "get_absolute_url") else None, phone="title"),
        Column("unit", "报送单位", value=lambda r: str(getattr(r, "unit", "")), phone="text"),
    )

    @property
    def weekly(self) -> Return:
        """The return the number stands in."""
        row: Return | None = Return.objects.all().visible_to(self.actor).filter(pk=self.kwargs["pk"]).select_related("campaign").first()
        if row is None:
            raise NotFound("access.not_found", "没有找到该记录，或它不在您的管辖范围内。")
        return row

    @property
    def figure(self) -> Figure:
        """The number's definition."""
        known = {f.key: f for f in annex1().figures()}
        if self.kwargs["key"] not in known:
            raise NotFound("figures.unknown", "没有这个数字的定义。")
        return known[self.kwargs["key"]]

    def get_heading(self) -> str:
        """The number's name."""
        return self.figure.title

    def get_intro(self) -> str:
        """Its definition."""
        return f"{self.figure.definition}（{self.figure.source}）"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to the return."""
        return [(str(self.weekly), self.weekly.get_absolute_url())]

    def get_columns(self) -> tuple[Column, ...]:
        """The record, its unit, and the time that places it in the window."""
        return (*self.columns, Column("when", "时间", value=self.figure.base.window, kind="datetime", sort=self.figure.base.window))

    def get_queryset(self) -> QuerySet[Any]:
        """Counted records in one's sight."""
        weekly = self.weekly
        cutoff = weekly.snapshot.cutoff if weekly.handed_in and weekly.snapshot else min(self.at, weekly.cutoff)
        rows: Any = records(self.figure, scope_of(weekly, cutoff=cutoff))
        unit = self.request.GET.get("unit", "")
        if unit.isdecimal():
            rows = rows.filter(**{self.figure.base.unit: int(unit)})
        seen: QuerySet[Any] = rows.visible_to(self.actor).select_related("unit")
        return seen


class Ledger(ReturnPage):
    """附件2 with what changed since last week."""

    template_name = "campaigns/ledger.html"

    def get_heading(self) -> str:
        """The form's own name."""
        return "重大事故隐患台账"

    def get_buttons(self) -> list[Button]:
        """Files."""
        return [
            Button("附件2 docx", reverse("campaigns:annex2_docx", args=[self.object.pk]), icon="file-text"),
            Button("附件2 xlsx", reverse("campaigns:annex2_xlsx", args=[self.object.pk]), icon="table"),
        ]

    def get_context(self) -> dict[str, Any]:
        """Rows, marked new or changed against last week's snapshot."""
        content = exports.content_of(self.object, at=self.at)
        last = previous(self.object)
        before = {row["id"]: row for row in last.ledger} if last else {}
        rows = [{"row": row, "mark": mark(row, before.get(row["id"]), last is not None)} for row in content.ledger]
        gone = [row for key, row in before.items() if key not in {r["id"] for r in content.ledger}]
        return super().get_context() | {"columns": COLUMNS, "ledger": rows, "gone": gone, "cutoff": content.cutoff, "last": last}


def mark(row: dict[str, Any], before: dict[str, Any] | None, compared: bool) -> str:
    """新增, 变化 (naming the columns) or nothing."""
    if not compared:
        return ""
    if before is None:
        return "新增"
    changed = [title for key, title in COLUMNS if row[key] != before.get(key)]
    return "变化：" + "、".join(changed) if changed else ""


class Compare(ReturnPage):
    """Any past week as submitted and as known now, with the difference explained."""

    template_name = "campaigns/compare.html"

    def get_heading(self) -> str:
        """What it is."""
        return "往期对比：报送时与现在"

    def get_context(self) -> dict[str, Any]:
        """Both values of every figure that differs, and how many records came later."""
        weekly: Return = self.object
        snapshots = list(weekly.snapshots.order_by("-revision"))
        changed = differences(snapshots[0]) if snapshots else []
        rows = [
            {"figure": d.figure, "submitted": shown(d.figure, d.submitted), "now": shown(d.figure, d.now), "late": d.late,
             "url": reverse("campaigns:records", args=[weekly.pk, d.figure.key])}
            for d in changed
        ]  # fmt: skip
        sound = [(s, services.snapshot_digest(services.snapshot_content(s)) == s.digest) for s in snapshots]
        return super().get_context() | {"rows": rows, "snapshots": sound, "total": len(annex1().figures())}


class PrintReturn(ReturnPage):
    """附件1 and 附件2 as official sheets for paper."""

    template_name = "campaigns/print.html"

    def get_heading(self) -> str:
        """The document's title."""
        return f"{self.object.campaign.form_title}周调度统计表"

    def get_context(self) -> dict[str, Any]:
        """What the docx gets too."""
        content = exports.content_of(self.object, at=self.at)
        sheet = SheetView(self.object, content.values, None, content.narratives, {}, [], set())
        return super().get_context() | {
            "weekly": self.object, "rows": sheet.rows(), "content": content, "columns": COLUMNS,
            "number": self.object.campaign.number_of(self.object.friday),
        }  # fmt: skip


class ReturnFile(ReturnPage):
    """A file of the return."""

    abstract = True
    suffix = "docx"
    file_title = ""

    def build(self, weekly: Return) -> bytes:
        """The file's bytes."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Write it."""
        weekly: Return = self.object
        response = HttpResponse(self.build(weekly), content_type=DOCX if self.suffix == "docx" else XLSX)
        name = f"{self.file_title}-{weekly.organisation}-{weekly.friday}.{self.suffix}"
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return response


class Annex1Docx(ReturnFile):
    """附件1 for WPS/Word."""

    file_title = "附件1周调度统计表"

    def build(self, weekly: Return) -> bytes:
        """docx."""
        return exports.annex1_docx(weekly, at=self.at)


class Annex2Docx(ReturnFile):
    """附件2 for WPS/Word."""

    file_title = "附件2重大事故隐患台账"

    def build(self, weekly: Return) -> bytes:
        """docx."""
        return exports.annex2_docx(weekly, at=self.at)


class Annex1Xlsx(ReturnFile):
    """附件1 as a workbook."""

    file_title, suffix = "附件1周调度统计表", "xlsx"

    def build(self, weekly: Return) -> bytes:
        """xlsx."""
        return exports.annex1_xlsx(weekly, at=self.at)


class Annex2Xlsx(ReturnFile):
    """附件2 as a workbook."""

    file_title, suffix = "附件2重大事故隐患台账", "xlsx"

    def build(self, weekly: Return) -> bytes:
        """xlsx."""
        return exports.annex2_xlsx(weekly, at=self.at)
