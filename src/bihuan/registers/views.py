"""Forms of the ledgers and the lists of what is overdue or flagged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.pages import Button, FormPage, ListPage
from bihuan.foundation.access.scoping import require_at
from bihuan.foundation.lib.times import local_date, utc_now
from bihuan.foundation.web.tables import Column, Filter, Tab
from bihuan.registers.expenses import expense_rules
from bihuan.registers.forms import ExpenseForm, PlanForm, PpeForm, TestForm
from bihuan.registers.models import EquipmentTest, PpeIssue, SafetyExpense
from bihuan.registers.services import issue_ppe, note_expense, note_test, set_plan

FIRM = Column("enterprise", "企业", "enterprise.name", url=lambda row: row.enterprise.get_absolute_url(), phone="text")


class LedgerForm(FormPage):
    """A row of a ledger of one firm."""

    abstract = True
    capability = "registers.edit"
    model = Enterprise

    def check_object(self) -> None:
        """The right is one of registers, at the firm."""
        require_at(self.actor, "registers.edit", self.object.organisation_id)

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the firm."""
        return ((self.object.name, self.object.get_absolute_url()), (self.heading, ""))

    def enter(self, **data: Any) -> Any:
        """Call the service."""
        raise NotImplementedError

    def act(self, form: forms.BaseForm) -> Any:
        """Enter the row."""
        self.enter(**form.cleaned_data)
        return self.object


class PlanNew(LedgerForm):
    """What was set aside."""

    capability = "registers.edit"
    heading = "安全费用提取"
    form_class = PlanForm

    def enter(self, **data: Any) -> Any:
        """Set it."""
        return set_plan(self.actor, self.object, at=self.at, **data)


class ExpenseNew(LedgerForm):
    """A spending."""

    capability = "registers.edit"
    heading = "登记安全费用支出"
    form_class = ExpenseForm

    def enter(self, **data: Any) -> Any:
        """Enter it."""
        return note_expense(self.actor, self.object, at=self.at, **data)


class PpeNew(LedgerForm):
    """Protective equipment."""

    capability = "registers.edit"
    heading = "登记劳防用品发放"
    form_class = PpeForm

    def enter(self, **data: Any) -> Any:
        """Issue it."""
        return issue_ppe(self.actor, self.object, at=self.at, **data)


class TestNew(LedgerForm):
    """A test."""

    capability = "registers.edit"
    heading = "登记设备检测"
    form_class = TestForm

    def enter(self, **data: Any) -> Any:
        """Note it."""
        return note_test(self.actor, self.object, at=self.at, **data)


class Ledger(ListPage):
    """A ledger over all firms in sight."""

    abstract = True
    default_order: ClassVar[Sequence[str]] = ("-id",)

    def get_buttons(self) -> Sequence[Button]:
        """The other ledgers."""
        others = (("安全费用", "registers:expenses"), ("劳防用品", "registers:ppe"), ("设备检测", "registers:tests"))
        return [Button(title, reverse(name)) for title, name in others if reverse(name) != self.request.path]

    def get_queryset(self) -> Any:
        """With the firm."""
        return super().get_queryset().select_related("enterprise")


class ExpenseList(Ledger):
    """Spending, the flagged first."""

    capability = "registers.view"
    heading = "安全费用支出"
    model = SafetyExpense
    columns = (
        Column("purpose", "用途", phone="title"), FIRM, Column("category", "类别", lambda r: expense_rules().categories.get(r.category, "范围外")),
        Column("amount_fen", "金额", kind="money", sort="amount_fen"), Column("on", "日期", kind="date", sort="on", phone="due"),
        Column("flag", "提示", lambda r: ("范围外", "red") if r.flag else ("正常", "green"), kind="status", sub="flag", phone="state"),
    )  # fmt: skip
    filters = (Filter("q", "用途、企业", kind="search", fields=("purpose", "enterprise__name")),)
    tabs = (Tab("flagged", "范围外", when=~Q(flag=""), hot=True), Tab("all", "全部"))
    empty_text, empty_good = "没有范围外支出", True


def _past(field: str) -> Any:
    def when(request: HttpRequest) -> Q:
        return Q(**{f"{field}__lt": local_date(utc_now())})

    return when


class PpeList(Ledger):
    """Protective equipment by person, the overdue first."""

    capability = "registers.view"
    heading = "劳防用品台账"
    model = PpeIssue
    columns = (
        Column("person", "姓名", phone="title"), Column("post", "岗位"), Column("item", "用品", phone="text"), FIRM,
        Column("issued_on", "发放日期", kind="date", sort="issued_on"), Column("replace_by", "更换日期", kind="due", sort="replace_by", phone="due"),
    )  # fmt: skip
    filters = (Filter("q", "姓名、用品、企业", kind="search", fields=("person", "item", "enterprise__name")),)
    tabs = (
        Tab("late", "超期未换", when=lambda r: _past("replace_by")(r) & Q(replaced_on=None), hot=True), Tab("all", "全部"),
    )  # fmt: skip
    default_order = ("replace_by", "id")
    empty_text, empty_good = "没有超期未换的用品", True


class TestList(Ledger):
    """Equipment by the date of its next test."""

    capability = "registers.view"
    heading = "设备检测台账"
    model = EquipmentTest
    columns = (
        Column("asset", "设备", phone="title", sub="number"), Column("kind", "检测项目", phone="text"), FIRM,
        Column("tested_on", "检测日期", kind="date", sort="tested_on"), Column("next_due", "下次检测", kind="due", sort="next_due", phone="due"),
    )  # fmt: skip
    filters = (Filter("q", "设备、企业", kind="search", fields=("asset", "number", "enterprise__name")),)
    tabs = (Tab("late", "超期未检", when=_past("next_due"), hot=True), Tab("all", "全部"))
    default_order = ("next_due", "id")
    empty_text, empty_good = "没有超期未检的设备", True
