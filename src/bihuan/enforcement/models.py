"""Penalty decisions (行政处罚决定) and orders (责令整改、停产、关闭)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bihuan.enforcement.choices import OrderKind, PenaltyTarget
from bihuan.enforcement.querysets import EnforcementQuerySet
from bihuan.enterprises.models import Enterprise
from bihuan.foundation.tenancy.models import Organisation


class FirmAct(models.Model):
    """What decisions and orders share."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="所属单位")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="%(class)ss", verbose_name="企业")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="报送单位")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="作出单位")
    document_number = models.CharField("文书号", max_length=60, blank=True)
    hazard_id = models.BigIntegerField("关联隐患", null=True, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    void_at = models.DateTimeField("撤销时间", null=True, blank=True)
    void_reason = models.CharField("撤销原因", max_length=200, blank=True)

    objects = EnforcementQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def enterprise_name(self) -> str:
        """The firm's name, for lists."""
        return self.enterprise.name


class PenaltyDecision(FirmAct):
    """A penalty on a firm or on its principal; the amount is kept in fen."""

    target = models.CharField("处罚对象", max_length=10, choices=PenaltyTarget.choices)
    person = models.CharField("被处罚人", max_length=40, blank=True)
    violation = models.CharField("违法事实", max_length=300)
    basis_code = models.CharField("处罚依据编号", max_length=40, blank=True)
    basis_text = models.CharField("处罚依据", max_length=200, blank=True)
    basis_verified = models.BooleanField("依据已核对原文", default=False)
    within_band = models.BooleanField("金额在法定幅度内", null=True, blank=True)
    basis_note = models.CharField("依据与金额说明", max_length=200, blank=True)
    linked = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="linked_to", verbose_name="同案处罚")
    amount_fen = models.BigIntegerField("罚款（分）")
    decided_at = models.DateTimeField("决定时间")

    class Meta:
        verbose_name = "行政处罚决定"
        ordering = ["-decided_at"]
        indexes = [models.Index(fields=["unit", "decided_at", "target"], name="enforcement_penalty_figures")]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.get_target_display()}处罚 {self.document_number}".rstrip()

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/enforcement/penalties/{self.pk}/"

    @property
    def tag(self) -> tuple[str, str]:
        """Whether it counts, and what is still to be checked."""
        if self.void_at:
            return "已撤销", "gray"
        if not self.basis_verified:
            return "依据待核对", "yellow"
        return ("幅度外", "orange") if self.within_band is False else ("有效", "green")


class Order(FirmAct):
    """An order to rectify, to stop production, or to close."""

    kind = models.CharField("指令种类", max_length=10, choices=OrderKind.choices)
    content = models.CharField("内容", max_length=300)
    issued_at = models.DateTimeField("下达时间")
    due_at = models.DateTimeField("期限", null=True, blank=True)
    lifted_at = models.DateTimeField("解除时间", null=True, blank=True)
    lift_note = models.CharField("解除意见", max_length=200, blank=True)

    class Meta:
        verbose_name = "责令整改指令"
        ordering = ["-issued_at"]
        indexes = [models.Index(fields=["unit", "issued_at", "kind"], name="enforcement_order_figures")]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/enforcement/orders/{self.pk}/"

    @property
    def tag(self) -> tuple[str, str]:
        """Whether it counts and stands."""
        if self.void_at:
            return "已撤销", "gray"
        return ("已解除", "green") if self.lifted_at else ("执行中", "orange")
