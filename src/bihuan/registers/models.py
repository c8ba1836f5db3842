"""Rows of the ledgers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from bihuan.enterprises.models import Enterprise
from bihuan.registers.querysets import LedgerQuerySet


class ExpensePlan(models.Model):
    """What a firm set aside for safety in a year, beside what the rule asks for. Amounts in fen."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="expense_plans", verbose_name="企业")
    year = models.PositiveSmallIntegerField("年度")
    revenue_fen = models.BigIntegerField("上年度营业收入")
    due_fen = models.BigIntegerField("应提取")
    extracted_fen = models.BigIntegerField("实际提取")

    objects: ClassVar[Any] = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = "安全费用提取"
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["enterprise", "year"], name="registers_plan_once")]

    def __str__(self) -> str:
        return f"{self.year}年安全费用"

    @property
    def short_fen(self) -> int:
        """How much less than due was set aside."""
        return max(0, self.due_fen - self.extracted_fen)


class SafetyExpense(models.Model):
    """One spending from the fund; `flag` says why it is none of the allowed purposes."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="expenses", verbose_name="企业")
    on = models.DateField("支出日期")
    category = models.CharField("使用类别", max_length=40)
    amount_fen = models.BigIntegerField("金额")
    purpose = models.CharField("用途", max_length=200)
    voucher = models.CharField("凭证号", max_length=60, blank=True)
    flag = models.CharField("提示", max_length=200, blank=True)

    objects: ClassVar[Any] = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = "安全费用支出"
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return self.purpose


class PpeIssue(models.Model):
    """A piece of protective equipment issued to a person on a post (劳动防护用品)."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="ppe_issues", verbose_name="企业")
    person = models.CharField("姓名", max_length=40)
    post = models.CharField("岗位", max_length=60)
    item = models.CharField("用品", max_length=80)
    quantity = models.PositiveIntegerField("数量", default=1)
    issued_on = models.DateField("发放日期")
    replace_by = models.DateField("更换日期")
    replaced_on = models.DateField("已更换日期", null=True, blank=True)

    objects: ClassVar[Any] = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = "劳防用品发放"
        ordering = ["replace_by", "person"]

    def __str__(self) -> str:
        return f"{self.person} {self.item}"


class EquipmentTest(models.Model):
    """A piece of safety equipment and when it must be tested next."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="equipment_tests", verbose_name="企业")
    asset = models.CharField("设备", max_length=80)
    number = models.CharField("编号", max_length=40, blank=True)
    kind = models.CharField("检测项目", max_length=60)
    tested_on = models.DateField("检测日期")
    next_due = models.DateField("下次检测日期")

    objects: ClassVar[Any] = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = "设备检测"
        ordering = ["next_due", "asset"]

    def __str__(self) -> str:
        return f"{self.asset} {self.number}".strip()
