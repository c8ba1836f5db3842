"""The firm's own work beside its self-checks: causes, quarterly reports, daily checks, observations, storage checks."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.models import LoopModel
from bihuan.hazards.choices import Cause, CoachingOutcome, StorageKind, ViolationKind
from bihuan.hazards.flow.quarterly import QUARTER_FLOW
from bihuan.hazards.models.hazard import Hazard, person
from bihuan.hazards.querysets import (
    AssetPartQuerySet,
    AssetQuerySet,
    CheckQuerySet,
    FirmRecordQuerySet,
    HazardPartQuerySet,
    WorkshopQuerySet,
)


class FirmRecord(models.Model):
    """What every record of a firm's own work carries; `unit` is the reporting unit when it was made."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="所属单位")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="报送单位")
    created_by = person("登记人")
    created_at = models.DateTimeField("登记时间")

    class Meta:
        abstract = True


class HazardCause(models.Model):
    """The deep cause of one finding."""

    hazard = models.OneToOneField(Hazard, models.CASCADE, related_name="cause")
    code = models.CharField("原因", max_length=16, choices=Cause.choices)
    analysis = models.TextField("分析", blank=True)

    objects = HazardPartQuerySet.as_manager()

    class Meta:
        verbose_name = "隐患原因"

    def __str__(self) -> str:
        return self.get_code_display()


class QuarterlyReport(LoopModel):
    """The firm's quarterly statistics on major hazards, drafted from the records, concluded and signed by the principal."""

    flow = QUARTER_FLOW

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="quarterly_reports", verbose_name="企业")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="报送单位")
    year = models.PositiveSmallIntegerField("年")
    quarter = models.PositiveSmallIntegerField("季度")
    due_at = models.DateTimeField("报送期限")
    numbers = models.JSONField("数据", default=dict)
    conclusions = models.TextField("分析结论", blank=True)
    signed_at = models.DateTimeField("签发时间", null=True, blank=True)
    signed_by = person("签发人")
    digest = models.CharField("签发内容摘要（SM3）", max_length=64, blank=True)

    objects = FirmRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "季度统计分析报告"
        ordering = ["-year", "-quarter", "enterprise_id"]
        constraints = [models.UniqueConstraint(fields=["enterprise", "year", "quarter"], name="hazards_one_report_a_quarter")]

    def __str__(self) -> str:
        return f"{self.enterprise.name}{self.year}年第{self.quarter}季度报告"

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/hazards/quarterly/{self.pk}/"


class Workshop(models.Model):
    """A workshop that checks daily, and its head."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="所属单位")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="workshops", verbose_name="企业")
    name = models.CharField("车间", max_length=60)
    head = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="车间负责人")
    since = models.DateField("起始日期")

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = "车间"
        constraints = [models.UniqueConstraint(fields=["enterprise", "name"], name="hazards_workshop_name")]

    def __str__(self) -> str:
        return self.name


class DailyCheck(models.Model):
    """One day's check of a workshop (日检日查); `client_id` makes a phone's second sending harmless."""

    workshop = models.ForeignKey(Workshop, models.PROTECT, related_name="checks", verbose_name="车间")
    day = models.DateField("日期")
    ok = models.BooleanField("未发现问题")
    note = models.TextField("情况", blank=True)
    hazard = models.ForeignKey(Hazard, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记的隐患")
    done_by = person("检查人")
    captured_at = models.DateTimeField("检查时间")
    received_at = models.DateTimeField("接收时间")
    client_id = models.UUIDField(unique=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = "车间日检"
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["workshop", "day"], name="hazards_daily")]

    def __str__(self) -> str:
        return f"{self.workshop} {self.day}"


class BehaviourObservation(FirmRecord):
    """One of the three violations seen (三违), coached first (四不伤害)."""

    kind = models.CharField("类别", max_length=12, choices=ViolationKind.choices)
    seen_at = models.DateTimeField("观察时间")
    place = models.CharField("地点", max_length=120, blank=True)
    what = models.TextField("行为")
    coaching = models.TextField("现场教育")
    outcome = models.CharField("结果", max_length=12, choices=CoachingOutcome.choices)

    objects = FirmRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "作业行为观察"
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.what[:20]}"


class StorageAsset(FirmRecord):
    """A silo, bin or tank of the special treatment campaign."""

    kind = models.CharField("类型", max_length=16, choices=StorageKind.choices)
    name = models.CharField("名称", max_length=60)
    place = models.CharField("位置", max_length=120, blank=True)
    capacity_m3 = models.PositiveIntegerField("容积（立方米）", null=True, blank=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = "筒型储存设施"
        ordering = ["enterprise_id", "kind", "name"]
        constraints = [models.UniqueConstraint(fields=["enterprise", "name"], name="hazards_asset_name")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"


class StorageCheck(models.Model):
    """One check of one facility against the list of its type; every item is answered."""

    asset = models.ForeignKey(StorageAsset, models.PROTECT, related_name="checks", verbose_name="设施")
    checked_at = models.DateTimeField("检查时间")
    checked_by = person("检查人")
    answers = models.JSONField("逐项结果")
    recorded_at = models.DateTimeField("登记时间")

    objects = AssetPartQuerySet.as_manager()

    class Meta:
        verbose_name = "筒型储存设施检查"
        ordering = ["-checked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.asset} {self.checked_at:%Y-%m-%d}"

    @property
    def faults(self) -> list[str]:
        """Items answered 不符合."""
        return [item for item, answer in self.answers.items() if answer == "no"]
