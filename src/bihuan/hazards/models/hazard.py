"""The hazard, its tags, and the series of numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.flow import State
from bihuan.foundation.workflow.models import LoopModel
from bihuan.hazards.choices import Channel, CheckingLevel, Level, NumberKind, Origin, TagKind
from bihuan.hazards.flow.hazard import HAZARD_FLOW, state_of
from bihuan.hazards.querysets import HazardPartQuerySet, HazardQuerySet
from bihuan.reference.models import CriterionVersion


def person(title: str) -> models.ForeignKey[Any, Any]:
    """A signature field: who did it."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=title, db_index=False
    )


class Hazard(LoopModel):
    """One finding from discovery to closure. `organisation` is the firm's node; `unit` the reporting unit when it was made."""

    flow = HAZARD_FLOW

    number = models.CharField("隐患编号", max_length=24, unique=True)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="hazards", verbose_name="企业")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="报送单位", db_index=False)
    origin = models.CharField("检查环节", max_length=16, choices=Origin.choices)
    channel = models.CharField("渠道", max_length=20, choices=Channel.choices, blank=True)
    checking_level = models.CharField("检查层级", max_length=10, choices=CheckingLevel.choices)
    checking_body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="检查单位", db_index=False)
    level = models.CharField("隐患等级", max_length=8, choices=Level.choices)
    criterion = models.ForeignKey(
        CriterionVersion, models.PROTECT, null=True, blank=True, related_name="hazards", verbose_name="判定标准条款"
    )
    title = models.CharField("隐患名称", max_length=120)
    description = models.TextField("情况描述")
    evidence = models.TextField("证据", blank=True)
    basis = models.CharField("依据", max_length=300, blank=True)
    category = models.CharField("问题类型", max_length=40, blank=True)
    place = models.CharField("部位", max_length=120, blank=True)
    place_key = models.CharField(max_length=120, blank=True, editable=False)
    client_id = models.UUIDField("采集端编号", null=True, blank=True, unique=True, editable=False)
    source_kind = models.CharField(max_length=60, blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates", verbose_name="并入")
    recurrence_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="recurrences", verbose_name="复发自")

    found_at = models.DateTimeField("发现时间")
    reported_at = models.DateTimeField("登记时间")
    captured_at = models.DateTimeField("现场采集时间", null=True, blank=True)
    sealed_at = models.DateTimeField("自报封存时间", null=True, blank=True)
    confirmed_at = models.DateTimeField("判定时间", null=True, blank=True)
    plan_submitted_at = models.DateTimeField("方案报送时间", null=True, blank=True)
    plan_approved_at = models.DateTimeField("方案核准时间", null=True, blank=True)
    fixed_at = models.DateTimeField("整改完成时间", null=True, blank=True)
    rechecked_at = models.DateTimeField("复查时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)
    due_at = models.DateTimeField("整改期限", null=True, blank=True)
    first_due_at = models.DateTimeField("首次整改期限", null=True, blank=True)
    asked_due_at = models.DateTimeField("申请延至", null=True, blank=True)
    extension_reason = models.CharField("延期理由", max_length=500, blank=True)
    paused_at = models.DateTimeField("中止计时时间", null=True, blank=True)
    returns_to = models.CharField(max_length=24, blank=True)
    reject_count = models.PositiveSmallIntegerField("复查不通过次数", default=0)
    extension_count = models.PositiveSmallIntegerField("延期次数", default=0)

    assignee = models.CharField("整改责任人", max_length=40, blank=True)
    needs_plan = models.BooleanField("须报送五落实方案", default=False)
    plan_person = models.CharField("责任", max_length=120, blank=True)
    plan_measures = models.TextField("措施", blank=True)
    plan_amount_fen = models.BigIntegerField("资金（分）", null=True, blank=True)
    plan_due_on = models.DateField("时限", null=True, blank=True)
    plan_contingency = models.TextField("预案", blank=True)
    plan_owners = models.JSONField("各要素责任人", default=dict, blank=True)
    fix_summary = models.TextField("整改情况", blank=True)
    no_photo_reason = models.CharField("无照片原因", max_length=200, blank=True)
    recheck_opinion = models.TextField("复查意见", blank=True)

    confirmed_by = person("判定人")
    plan_submitted_by = person("方案报送人")
    plan_approved_by = person("方案核准人")
    rectified_by = person("整改报告人")
    rechecked_by = person("复查人")
    extension_asked_by = person("延期申请人")

    objects = HazardQuerySet.as_manager()

    class Meta:
        verbose_name = "隐患"
        ordering = ["-found_at", "-pk"]
        indexes = [
            # Holds every column that Annex 1 asks for, so that the grouped query reads the index alone.
            models.Index(
                fields=["unit", "found_at", "origin", "level", "checking_level", "channel", "confirmed_at", "closed_at",
                        "withdrawn_at"],
                include=["id", "enterprise", "opened_at"], name="hazards_figures",
            ),
            models.Index(fields=["level", "status", "due_at"], name="hazards_ledger"),
            models.Index(fields=["organisation", "level", "status"], name="hazards_owner"),
            models.Index(fields=["enterprise", "place_key"], name="hazards_alike"),
            models.Index(fields=["source_kind", "source_id"], condition=Q(source_id__isnull=False), name="hazards_source"),
            models.Index(fields=["found_at"], name="hazards_found"),
            # What happened since a stored point of the figures: one index a milestone.
            models.Index(fields=["confirmed_at"], name="hazards_confirmed_at"),
            models.Index(fields=["closed_at"], name="hazards_closed_at"),
            models.Index(fields=["withdrawn_at"], condition=Q(withdrawn_at__isnull=False), name="hazards_withdrawn_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(level="major", confirmed_at__isnull=False) | Q(criterion__isnull=False), name="hazards_major_has_criterion"
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(rechecked_at__isnull=False, closed_at__isnull=False, confirmed_at__isnull=False),
                name="hazards_closed_by_recheck",
            ),
            models.CheckConstraint(
                condition=Q(rechecked_by__isnull=True) | Q(rectified_by__isnull=True) | ~Q(rechecked_by=models.F("rectified_by")),
                name="hazards_other_person",
            ),
            models.CheckConstraint(condition=Q(duplicate_of__isnull=True) | Q(status="withdrawn"), name="hazards_merged_is_withdrawn"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/hazards/{self.pk}/"

    @property
    def state(self) -> State:
        """The state with the one who has to act next."""
        return state_of(self)

    @property
    def is_major(self) -> bool:
        """Whether it is (proposed as) a major hazard."""
        return self.level == Level.MAJOR

    def is_overdue(self, at: datetime) -> bool:
        """At work past its time limit; a paused clock is not overdue."""
        late = self.due_at is not None and self.due_at < at
        return late and self.paused_at is None and self.status not in ("recheck", "closed", "withdrawn", "found")

    @property
    def basis_text(self) -> str:
        """What it is judged by: the criterion's citation, else the stated basis."""
        return self.criterion.citation if self.criterion else self.basis


class HazardTag(models.Model):
    """A field, place, operation or storage facility that the hazard is counted under."""

    hazard = models.ForeignKey(Hazard, models.CASCADE, related_name="tag_links")
    kind = models.CharField("类别", max_length=12, choices=TagKind.choices)
    code = models.CharField("标签", max_length=24)

    objects = HazardPartQuerySet.as_manager()

    class Meta:
        verbose_name = "隐患标签"
        constraints = [models.UniqueConstraint(fields=["hazard", "code"], name="hazards_tag_once")]
        indexes = [models.Index(fields=["code", "hazard"], name="hazards_tag_code")]

    def __str__(self) -> str:
        return f"{self.hazard_id}:{self.code}"


class NumberSeries(models.Model):
    """The last number given out in a division and year; the row that concurrent reporters queue on."""

    kind = models.CharField(max_length=4, choices=NumberKind.choices)
    division_code = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "编号序列"
        constraints = [models.UniqueConstraint(fields=["kind", "division_code", "year"], name="hazards_series")]

    def __str__(self) -> str:
        return f"{self.kind}-{self.division_code}-{self.year}"
