"""Weekly returns, their immutable snapshots, and signed corrections."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from bihuan.campaigns.choices import UnitKind
from bihuan.campaigns.flow import FLOW
from bihuan.campaigns.models.campaign import Campaign
from bihuan.campaigns.querysets import ReturnPartQuerySet, ReturnQuerySet
from bihuan.foundation.audit.models import AppendOnly
from bihuan.foundation.workflow.models import LoopModel


class Return(LoopModel):
    """One unit's return of one week; `organisation` is the unit (X24-058: unit + ISO week is unique)."""

    flow = FLOW

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="returns")
    kind = models.CharField("类别", max_length=8, choices=UnitKind.choices)
    week = models.CharField("期次", max_length=8)
    friday = models.DateField("填报日期")
    cutoff = models.DateTimeField("数据截止")
    due_at = models.DateTimeField("报送截止")
    narratives = models.JSONField("文字", default=dict, blank=True)
    draft_saved_at = models.DateTimeField("草稿保存时间", null=True, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="提交人")
    snapshot = models.ForeignKey("campaigns.Snapshot", models.PROTECT, null=True, related_name="+", verbose_name="快照")
    return_reason = models.CharField("退回原因", max_length=300, blank=True)

    objects: ClassVar[Any] = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = "周调度统计表"
        ordering = ["-friday", "organisation__order"]
        constraints = [models.UniqueConstraint(fields=["campaign", "organisation", "week"], name="campaigns_return_once")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.week} 周调度统计表"

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/campaigns/returns/{self.pk}/"

    @property
    def handed_in(self) -> bool:
        """Whether it has left the unit."""
        return self.status in ("submitted", "accepted", "reported")


class Snapshot(AppendOnly):
    """What was signed: every figure, narrative and ledger row as of the cut-off; bound by its SM3 digest (invariants 8, 15)."""

    weekly_return = models.ForeignKey(Return, models.PROTECT, related_name="snapshots")
    revision = models.PositiveIntegerField("版次")
    cutoff = models.DateTimeField("数据截止")
    figures = models.JSONField("数字")
    by_unit = models.JSONField("各单位数字", default=dict)
    narratives = models.JSONField("文字")
    ledger = models.JSONField("重大事故隐患台账")
    findings = models.JSONField("校核结果")
    signer = models.CharField("签字人", max_length=60)
    signed_at = models.DateTimeField("签字时间")
    audit_roots = models.JSONField("其他单位存证根", default=dict)
    digest = models.CharField("内容摘要（SM3）", max_length=64)

    objects: ClassVar[Any] = ReturnPartQuerySet.as_manager()

    class Meta:
        verbose_name = "报送快照"
        ordering = ["weekly_return_id", "revision"]
        constraints = [models.UniqueConstraint(fields=["weekly_return", "revision"], name="campaigns_snapshot_revision")]

    def __str__(self) -> str:
        return f"{self.weekly_return} 第{self.revision}版"


class Correction(AppendOnly):
    """A signed entry that explains why a figure differs from what was submitted before."""

    weekly_return = models.ForeignKey(Return, models.PROTECT, related_name="corrections", verbose_name="更正所在期次")
    figure = models.CharField("数字", max_length=80)
    value_before = models.BigIntegerField("原报")
    value_after = models.BigIntegerField("更正为")
    reason = models.CharField("原因", max_length=300)
    signer = models.CharField("签字人", max_length=60)
    signed_at = models.DateTimeField("签字时间")
    digest = models.CharField(max_length=64)

    objects: ClassVar[Any] = ReturnPartQuerySet.as_manager()

    class Meta:
        verbose_name = "更正"
        ordering = ["signed_at"]

    def __str__(self) -> str:
        return f"{self.figure} {self.value_before}→{self.value_after}"
