"""Pages of the code tables: the criteria library (一行业一清单) with its editor, divisions, industries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from bihuan.foundation.access.pages import ActionPage, Button, DetailPage, FormPage, ListPage
from bihuan.foundation.lib.times import local_date, utc_now
from bihuan.foundation.web.tables import Column, Filter, Tab
from bihuan.reference.choices import ControlType, CriterionScope, DivisionLevel, IndustryLevel, Sector
from bihuan.reference.forms import CriterionForm, NewCriterionForm, RetireForm
from bihuan.reference.models import Criterion, CriterionVersion, Division, Industry, PackLoad, RiskFeature
from bihuan.reference.querysets import CriterionVersionQuerySet, DivisionQuerySet
from bihuan.reference.services import add_criterion, retire_criterion, revise_criterion

SUPERVISED = [choice for choice in Sector.choices if choice[0] != Sector.OUTSIDE]
LIBRARY = ("判定标准库", "reference:criteria")


def _today(request: HttpRequest) -> date:
    return local_date(utc_now())


def _now_in_force(request: HttpRequest) -> Q:
    today = _today(request)
    return Q(effective_from__lte=today) & (Q(effective_to__isnull=True) | Q(effective_to__gte=today))


def _of_sector(rows: QuerySet[Any], sector: str) -> QuerySet[Any]:
    assert isinstance(rows, CriterionVersionQuerySet)
    return rows.for_sector(sector)


def _search_divisions(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    assert isinstance(rows, DivisionQuerySet)
    return rows.search(text)


def _beneath(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    assert isinstance(rows, DivisionQuerySet)
    return rows.beneath(code)


def _checked(row: Any) -> tuple[str, str]:
    return ("已核对", "gray") if row.verified else ("待核对", "orange")


class CriteriaList(ListPage):
    """The library; choosing a sector gives its list (一行业一清单), ready for export."""

    capability = "reference.view"
    heading = "重大事故隐患判定标准库"
    intro = "按监管行业筛选即为该行业的判定清单；现场判定须人工确认，系统只给候选条款。"
    model = CriterionVersion
    columns = (
        Column("code", "编号", "criterion.code", sort="criterion__code", phone="title", width="120px",
               url=lambda row: row.get_absolute_url()),
        Column("title", "情形", sub="citation", clamp=True, phone="text", sort="title"),
        Column("scope", "适用范围", sort="scope"),
        Column("tags", "适用标签", lambda row: "、".join(row.tags), clamp=True),
        Column("control_type", "管控类型", sort="control_type"),
        Column("citation", "依据", hidden=True),
        Column("number", "版本", lambda row: f"第{row.number}版", sort="number", hidden=True),
        Column("effective_from", "生效日期", kind="date", sort="effective_from"),
        Column("effective_to", "失效日期", kind="date", sort="effective_to", hidden=True),
        Column("monitor_refs", "相关监测点", lambda row: "、".join(row.monitor_refs), hidden=True),
        Column("verified", "核对", _checked, kind="status", sort="verified", phone="state"),
    )  # fmt: skip
    filters = (
        Filter("q", "编号、情形、标签", kind="search", fields=("search_text",)),
        Filter("sector", "监管行业", choices=SUPERVISED, apply=_of_sector),
        Filter("scope", "适用范围", choices=CriterionScope.choices),
        Filter("control", "管控类型", field="control_type", choices=ControlType.choices),
        Filter("verified", "已核对", kind="boolean"),
    )
    tabs = (
        Tab("now", "现行", when=_now_in_force),
        Tab("coming", "将施行", when=lambda request: Q(effective_from__gt=_today(request))),
        Tab("past", "已失效", when=lambda request: Q(effective_to__lt=_today(request))),
        Tab("all", "全部版本"),
    )
    default_order = ("criterion__pack_key", "article", "item", "criterion__code", "effective_from")
    empty_text = "还没有判定标准，请先加载数据包"

    def get_buttons(self) -> Sequence[Button]:
        """To the other tables, and to a new criterion for editors."""
        return (
            Button("行业分类", reverse("reference:industries")),
            Button("行政区划", reverse("reference:divisions")),
            Button(
                "新增情形", reverse("reference:new-criterion"), icon="plus", primary=True,
                capability="reference.edit_criteria",
            ),
        )  # fmt: skip

    def get_queryset(self) -> QuerySet[Any]:
        """With the criterion, for its id."""
        return super().get_queryset().select_related("criterion")


class CriterionPage(DetailPage):
    """One criterion with all its versions and what changed from one to the next."""

    capability = "reference.view"
    model = Criterion
    template_name = "reference/criterion.html"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the library."""
        return ((LIBRARY[0], reverse(LIBRARY[1])), (self.object.code, ""))

    def get_heading(self) -> str:
        """Id and what it says."""
        return f"{self.object.code} {self.shown.title}"

    def get_tags(self) -> Sequence[tuple[str, str]]:
        """Where the shown version stands in time, and whether it was checked against the text."""
        today = local_date(self.at)
        version = self.shown
        if version.effective_from > today:
            state = (f"{version.effective_from}起施行", "blue")
        elif version.effective_to is not None and version.effective_to < today:
            state = ("已失效", "gray")
        else:
            state = ("现行", "green")
        return (state, _checked(version)) if not version.verified else (state,)

    def get_buttons(self) -> Sequence[Button]:
        """Revise and retire, as long as it has not been retired."""
        if self.versions[0].effective_to is not None:
            return ()
        editor = "reference.edit_criteria"
        return (
            Button(
                "修订",
                reverse("reference:revise", kwargs={"pk": self.object.pk}),
                icon="edit",
                primary=True,
                capability=editor,
            ),
            Button(
                "停用",
                reverse("reference:retire", kwargs={"pk": self.object.pk}),
                icon="ban",
                capability=editor,
            ),
        )

    @property
    def versions(self) -> list[CriterionVersion]:
        """All versions, the latest first; read once."""
        if not hasattr(self, "_versions"):
            self._versions = list(
                self.object.versions.select_related("criterion").order_by("-effective_from")
            )
        return self._versions

    @property
    def shown(self) -> CriterionVersion:
        """The version asked for (?version=), else the one in force today, else the latest."""
        number = self.request.GET.get("version", "")
        today = local_date(self.at)
        asked = [version for version in self.versions if str(version.number) == number]
        in_force = [
            v
            for v in self.versions
            if v.effective_from <= today and (not v.effective_to or v.effective_to >= today)
        ]
        return (asked or in_force or self.versions)[0]

    def get_context(self) -> dict[str, Any]:
        """Adds the shown version, the history with changes, and the features that point here."""
        older: list[CriterionVersion | None] = [*self.versions[1:], None]
        history = [
            (v, v.changes_since(before) if before else [])
            for v, before in zip(self.versions, older, strict=True)
        ]
        load = PackLoad.objects.of("criteria", self.object.pack_key).first()
        features = [
            f for f in RiskFeature.objects.visible_to(self.actor).current() if f.points_to(self.object.code)
        ]
        return super().get_context() | {
            "version": self.shown, "history": history, "features": features, "notes": load.notes if load else [],
        }  # fmt: skip


class CriterionEditor(FormPage):
    """Revising a criterion: a new version with its own effective date."""

    capability = "reference.edit_criteria"
    heading = "修订判定情形"
    intro = "修订会形成新版本，自生效日期起用于新的检查；已作出的判定保留当时的版本。"
    model = Criterion
    form_class = CriterionForm
    submit_title = "保存为新版本"
    confirm = "新版本自生效日期起用于全部辖区的新检查，保存后不能改写"
    success_url = "reference:criterion"
    success_message = "已形成新版本"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the criterion."""
        detail = reverse("reference:criterion", kwargs={"pk": self.object.pk})
        return ((LIBRARY[0], reverse(LIBRARY[1])), (self.object.code, detail), ("修订", ""))

    def get_initial(self) -> dict[str, Any]:
        """The latest version's content."""
        latest = self.object.versions.order_by("-effective_from").first()
        names = [name for name in CriterionForm.base_fields if name not in ("effective_from", "reason")]
        return {name: getattr(latest, name) for name in names}

    def act(self, form: forms.BaseForm) -> Any:
        """Add the version."""
        assert isinstance(form, CriterionForm)
        version = revise_criterion(
            self.actor, self.object, content=form.content(), effective_from=form.cleaned_data["effective_from"],
            reason=form.cleaned_data["reason"], at=self.at,
        )  # fmt: skip
        return version.get_absolute_url()


class NewCriterion(FormPage):
    """Adding a criterion to the province's or city's own list."""

    capability = "reference.edit_criteria"
    heading = "新增判定情形"
    model = Criterion
    form_class = NewCriterionForm
    submit_title = "新增"
    success_message = "已新增"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the library."""
        return ((LIBRARY[0], reverse(LIBRARY[1])), ("新增", ""))

    def act(self, form: forms.BaseForm) -> Any:
        """Add it."""
        assert isinstance(form, NewCriterionForm)
        version = add_criterion(
            self.actor, code=form.cleaned_data["code"], content=form.content(),
            effective_from=form.cleaned_data["effective_from"], reason=form.cleaned_data["reason"], at=self.at,
        )  # fmt: skip
        return version.get_absolute_url()


class CriterionRetire(ActionPage):
    """Ending a criterion."""

    capability = "reference.edit_criteria"
    heading = "停用判定情形"
    intro = "停用后新的检查不再引用该情形；已作出的判定不受影响。"
    model = Criterion
    form_class = RetireForm
    submit_title = "停用"
    success_url = "reference:criterion"
    success_message = "已设定停用日期"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the criterion."""
        detail = reverse("reference:criterion", kwargs={"pk": self.object.pk})
        return ((LIBRARY[0], reverse(LIBRARY[1])), (self.object.code, detail), ("停用", ""))

    def act(self, form: forms.BaseForm) -> Any:
        """End it."""
        data = form.cleaned_data
        retire_criterion(
            self.actor, self.object, last_day=data["last_day"], reason=data["reason"], at=self.at
        )
        return self.object


class DivisionList(ListPage):
    """Administrative divisions, found by name, code or pinyin initials."""

    capability = "reference.view"
    heading = "行政区划"
    intro = "按 GB/T 2260；统计用园区、景区代码不参与法定层级汇总。可用拼音首字母查找，如 xfq。"
    model = Division
    columns = (
        Column("code", "代码", sort="code", phone="text"),
        Column("full_name", "名称", sort="full_name", phone="title"),
        Column("level", "层级", sort="level", phone="state"),
        Column("parent", "上级", "parent.name"),
        Column("initials", "拼音首字母", sort="initials", hidden=True),
        Column("note", "说明", clamp=True, hidden=True),
    )
    filters = (
        Filter("q", "名称、代码、拼音", kind="search", apply=_search_divisions),
        Filter("level", "层级", choices=DivisionLevel.choices),
        Filter("city", "所属市", apply=_beneath,
               choices=lambda request: list(Division.objects.current().filter(level="city").values_list("code", "name"))),
    )  # fmt: skip
    default_order = ("code",)

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the library."""
        return ((LIBRARY[0], reverse(LIBRARY[1])), (self.heading, ""))

    def get_queryset(self) -> QuerySet[Any]:
        """Those in use, with the level above."""
        return super().get_queryset().filter(retired_on__isnull=True).select_related("parent")


class IndustryList(ListPage):
    """Industries and the sector that supervises them."""

    capability = "reference.view"
    heading = "行业分类与监管行业"
    intro = "按 GB/T 4754 与应急厅〔2019〕17号：先小类、再中类、再大类，取最细一级。"
    model = Industry
    columns = (
        Column("code", "代码", sort="code", phone="text"),
        Column("name", "行业", sort="name", phone="title"),
        Column("level", "层级", sort="level"),
        Column("sector", "监管行业", sort="sector", phone="text"),
        Column("features", "常见风险特征", lambda row: "、".join(row.typical_features), clamp=True),
        Column("note", "说明", clamp=True),
        Column("verified", "核对", _checked, kind="status", sort="verified", phone="state"),
    )
    filters = (
        Filter("q", "代码、行业", kind="search", fields=("code", "name")),
        Filter("sector", "监管行业", choices=Sector.choices),
        Filter("level", "层级", choices=IndustryLevel.choices),
        Filter("verified", "已核对", kind="boolean"),
    )
    default_order = ("code",)

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the library."""
        return ((LIBRARY[0], reverse(LIBRARY[1])), (self.heading, ""))

    def get_queryset(self) -> QuerySet[Any]:
        """Those in use."""
        return super().get_queryset().filter(retired_on__isnull=True)
