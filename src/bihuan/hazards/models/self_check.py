"""Self-check and self-correction (自查自改): the firm's work plan and the sessions led by its principal."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.tenancy.models import Organisation
from bihuan.hazards.models.hazard import Hazard, person
from bihuan.hazards.querysets import SelfCheckQuerySet


class SelfCheckPlan(models.Model):
    """A firm's self-check work plan (自查自改工作方案), one a campaign or year; a new one replaces the one before."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="所属单位")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="self_check_plans", verbose_name="企业")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="报送单位")
    title = models.CharField("方案名称", max_length=120)
    leader = models.CharField("检查组组长", max_length=40)
    members = models.TextField("检查组成员")
    scope = models.TextField("检查内容和范围")
    made_at = models.DateTimeField("制定时间")
    recorded_at = models.DateTimeField("登记时间")
    made_by = person("登记人")
    void_at = models.DateTimeField("作废时间", null=True, blank=True)

    objects: ClassVar[Any] = SelfCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "自查自改工作方案"
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["unit", "made_at", "enterprise"], name="hazards_plan_figures")]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.title}"


class SelfCheckSession(models.Model):
    """One check led by the principal: who came, what was looked at, what was found, and why it came about."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="所属单位")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="self_check_sessions", verbose_name="企业")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="报送单位")
    held_at = models.DateTimeField("检查时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    places = models.TextField("检查部位")
    attendance = models.JSONField("签到", default=list)
    led_at = models.DateTimeField("主要负责人签到时间", null=True, blank=True)
    led_by = person("带队主要负责人")
    causes = models.JSONField("深层次原因", default=list, blank=True)
    analysis = models.TextField("原因分析", blank=True)
    recorded_at = models.DateTimeField("登记时间")

    objects: ClassVar[Any] = SelfCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "自查"
        ordering = ["-held_at"]
        indexes = [models.Index(fields=["enterprise", "led_at"], name="hazards_session_led")]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.held_at:%Y-%m-%d} 自查"

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/hazards/self-checks/{self.pk}/"

    @property
    def compliant(self) -> bool:
        """Led by the principal, as the notice asks (忻应急发〔2024〕216号 三(一)1); without the sign-in it is not."""
        return self.led_at is not None

    @property
    def compliance(self) -> tuple[str, str]:
        """(word, tone)."""
        if self.compliant:
            return "主要负责人带队", "green"
        return ("不合规：主要负责人未签到", "orange") if self.ended_at else ("待主要负责人签到", "yellow")

    def findings(self) -> models.QuerySet[Hazard]:
        """The hazards it found."""
        return Hazard.objects.from_source("hazards.selfchecksession", self.pk)
