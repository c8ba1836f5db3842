"""Benchmark firms (标杆企业) and paired help (结对帮扶)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bihuan.assistance.querysets import AssistanceQuerySet
from bihuan.enterprises.models import Enterprise
from bihuan.foundation.tenancy.models import Organisation


class Benchmark(models.Model):
    """A firm chosen as benchmark in a sector; it helps others."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="所属单位")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="benchmarks", verbose_name="标杆企业")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="报送单位")
    started_at = models.DateTimeField("确定时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = AssistanceQuerySet.as_manager()

    class Meta:
        verbose_name = "标杆企业"
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise"], condition=Q(ended_at__isnull=True), name="assistance_benchmark_once")
        ]

    def __str__(self) -> str:
        return f"标杆企业 {self.enterprise}"


class Pairing(models.Model):
    """A benchmark firm helps another from a day on, with a plan."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="所属单位")
    helper = models.ForeignKey(Enterprise, models.PROTECT, related_name="helping", verbose_name="帮扶企业")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="helped_by", verbose_name="被帮扶企业")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="报送单位")
    plan = models.TextField("帮扶计划")
    started_at = models.DateTimeField("结对时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    outcome = models.TextField("帮扶成效", blank=True)

    objects = AssistanceQuerySet.as_manager()

    class Meta:
        verbose_name = "结对帮扶"
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise"], condition=Q(ended_at__isnull=True), name="assistance_one_helper"),
            models.CheckConstraint(condition=~Q(helper=models.F("enterprise")), name="assistance_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.helper} 帮扶 {self.enterprise}"
