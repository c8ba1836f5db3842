"""The campaign, who takes part, and what they do to run it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from bihuan.campaigns.choices import Mechanism, UnitKind
from bihuan.campaigns.querysets import CampaignQuerySet, MechanismQuerySet, UnitQuerySet
from bihuan.foundation.lib.times import SHANGHAI, local_date, week_of
from bihuan.foundation.tenancy.models import Organisation


class Campaign(models.Model):
    """A special campaign with its window, basis and weekly rhythm."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="组织单位")
    key = models.CharField("标识", max_length=60, unique=True)
    title = models.CharField("专项行动名称", max_length=120)
    form_title = models.CharField("表格标题前缀", max_length=120)
    document_number = models.CharField("依据文号", max_length=60)
    document_title = models.CharField("依据文件", max_length=200)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    data_time = models.TimeField("每周五数据截止时刻", default=time(15, 0))
    due_time = models.TimeField("每周五报送截止时刻", default=time(17, 0))
    cross_started_at = models.DateTimeField("交叉检查开始", null=True, blank=True)
    settings_pack = models.JSONField("方案配置", default=dict)

    objects: ClassVar[Any] = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "专项行动"
        ordering = ["-starts_at"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its cockpit."""
        return f"/campaigns/{self.pk}/"

    def fridays(self) -> list[date]:
        """Every Friday inside the window."""
        first = week_of(local_date(self.starts_at)).friday
        last = local_date(self.ends_at)
        days = []
        while first <= last:
            if first >= local_date(self.starts_at):
                days.append(first)
            first += timedelta(days=7)
        return days

    def cutoff_of(self, friday: date) -> datetime:
        """The moment as of which that week's figures are computed."""
        return datetime.combine(friday, self.data_time, SHANGHAI)

    def due_of(self, friday: date) -> datetime:
        """The moment until which that week's return must be handed in."""
        return datetime.combine(friday, self.due_time, SHANGHAI)

    def number_of(self, friday: date) -> int:
        """The return's issue number (第 n 期)."""
        return self.fridays().index(friday) + 1


class CampaignUnit(models.Model):
    """A reporting unit with the people who answer for it (X24-001, X24-052)."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="units")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="报送单位")
    kind = models.CharField("类别", max_length=8, choices=UnitKind.choices)
    order = models.PositiveIntegerField("排序", default=0)
    leader = models.CharField("领导组组长", max_length=40, blank=True)
    leader_post = models.CharField("组长职务", max_length=60, blank=True)
    contact = models.CharField("办公室联系人", max_length=40, blank=True)
    contact_phone = models.CharField("联系电话", max_length=20, blank=True)
    members = models.JSONField("成员单位", default=list, blank=True)
    since = models.DateTimeField("起始")

    objects: ClassVar[Any] = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "报送单位"
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "unit"], name="campaigns_unit_once")]

    def __str__(self) -> str:
        return str(self.unit)

    @property
    def organised(self) -> bool:
        """Whether leader and contact are named, without which tasks do not open."""
        return bool(self.leader.strip() and self.contact.strip())


class MechanismRecord(models.Model):
    """One deployment act or one use of a working mechanism, with its paper."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="mechanisms")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("类别", max_length=20, choices=Mechanism.choices)
    title = models.CharField("标题", max_length=160)
    summary = models.TextField("简要情况", blank=True)
    held_at = models.DateTimeField("时间")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人")

    objects: ClassVar[Any] = MechanismQuerySet.as_manager()

    class Meta:
        verbose_name = "部署与工作机制"
        ordering = ["-held_at"]
        indexes = [models.Index(fields=["campaign", "kind", "unit", "held_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.title}"


class Milestone(models.Model):
    """A one-off report with its date: plan and mobilisation, summary."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="milestones")
    key = models.CharField(max_length=30)
    title = models.CharField("报送事项", max_length=120)
    due_words = models.CharField("文件用语", max_length=60)
    due_at = models.DateTimeField("期限")

    class Meta:
        verbose_name = "一次性报送"
        ordering = ["due_at"]
        constraints = [models.UniqueConstraint(fields=["campaign", "key"], name="campaigns_milestone_once")]

    def __str__(self) -> str:
        return self.title


class MilestoneReport(models.Model):
    """What a unit handed in for a milestone."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="reports")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="报送单位")
    text = models.TextField("情况", blank=True)
    submitted_at = models.DateTimeField("报送时间")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="报送人")

    objects: ClassVar[Any] = MechanismQuerySet.as_manager()

    class Meta:
        verbose_name = "一次性报送件"
        constraints = [models.UniqueConstraint(fields=["milestone", "unit"], name="campaigns_milestone_report_once")]

    def __str__(self) -> str:
        return f"{self.milestone} {self.unit}"

    def days_late(self) -> int:
        """Whole days after the due day, 0 when in time."""
        return max(0, (local_date(self.submitted_at) - local_date(self.milestone.due_at)).days)
