"""Benchmark firms (标杆企业) and paired help (结对帮扶)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bihuan.assistance.querysets import AssistanceQuerySet, ServiceVisitQuerySet
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

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/assistance/benchmarks/{self.pk}/"

    @property
    def tag(self) -> tuple[str, str]:
        """Whether it runs."""
        return ("已结束", "gray") if self.ended_at else ("标杆", "green")

    @property
    def enterprise_name(self) -> str:
        """The firm's name, for lists."""
        return self.enterprise.name


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

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/assistance/pairings/{self.pk}/"

    @property
    def tag(self) -> tuple[str, str]:
        """Whether it runs."""
        return ("已结束", "gray") if self.ended_at else ("帮扶中", "blue")

    @property
    def enterprise_name(self) -> str:
        """The firm's name, for lists."""
        return self.enterprise.name


class ServiceVisit(models.Model):
    """Experts visit a firm to help it (专家服务). It is no inspection: no order and no penalty follows from it by itself."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="所属单位")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="service_visits", verbose_name="企业")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="报送单位")
    visited_at = models.DateTimeField("服务时间")
    experts = models.CharField("专家", max_length=200)
    subject = models.CharField("服务内容", max_length=200)
    found = models.TextField("发现的问题", blank=True)
    advice = models.TextField("指导意见")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人")

    objects = ServiceVisitQuerySet.as_manager()

    class Meta:
        verbose_name = "专家服务"
        ordering = ["-visited_at", "-pk"]
        indexes = [models.Index(fields=["enterprise", "visited_at"], name="assistance_service")]

    def __str__(self) -> str:
        return f"专家服务 {self.enterprise}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/assistance/service-visits/{self.pk}/"

    @property
    def enterprise_name(self) -> str:
        """The firm's name, for lists."""
        return self.enterprise.name
