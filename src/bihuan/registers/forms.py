"""Input for the ledgers."""

from __future__ import annotations

from typing import Any

from django import forms

from bihuan.foundation.web.fields import CountField, DayField, MoneyField
from bihuan.registers.expenses import expense_rules


class PlanForm(forms.Form):
    """What was set aside."""

    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    revenue_fen = MoneyField(label="上年度营业收入（万元）")
    extracted_fen = MoneyField(label="实际提取（万元）")


class ExpenseForm(forms.Form):
    """A spending."""

    on = DayField(label="支出日期")
    category = forms.ChoiceField(label="使用类别")
    amount_fen = MoneyField(label="金额（万元）")
    purpose = forms.CharField(label="用途", max_length=200)
    voucher = forms.CharField(label="凭证号", max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [*expense_rules().categories.items(), ("none", "以上都不是")]  # type: ignore[attr-defined]


class PpeForm(forms.Form):
    """Protective equipment."""

    person = forms.CharField(label="姓名", max_length=40)
    post = forms.CharField(label="岗位", max_length=60)
    item = forms.CharField(label="用品", max_length=80)
    quantity = CountField(label="数量", initial=1, min_value=1)
    issued_on = DayField(label="发放日期")
    replace_by = DayField(label="更换日期")


class TestForm(forms.Form):
    """A test of equipment."""

    asset = forms.CharField(label="设备", max_length=80)
    number = forms.CharField(label="编号", max_length=40, required=False)
    kind = forms.CharField(label="检测项目", max_length=60)
    tested_on = DayField(label="检测日期")
    next_due = DayField(label="下次检测日期")
