"""Results of grading, kept for good, and the links between records of which the closed loop is made."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from bihuan.enterprises.choices import RiskGrade
from bihuan.enterprises.models.enterprise import Enterprise, FirmRecordQuerySet
from bihuan.foundation.audit.models import AppendOnly


class GradeResult(AppendOnly):
    """One grading: the formula's version, the facts it saw, what each contributed, and the planned inspections a year."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="grade_results", verbose_name="企业")
    at = models.DateTimeField("评定时间")
    formula = models.CharField("评定办法", max_length=60)
    version = models.CharField("版本", max_length=20)
    score = models.IntegerField("得分")
    grade = models.CharField("风险等级", max_length=8, choices=RiskGrade.choices)
    facts = models.JSONField("事实")
    contributions = models.JSONField("得分构成")
    inspections = models.PositiveSmallIntegerField("每年计划检查次数")
    reason = models.CharField("原因", max_length=80, blank=True)

    objects: ClassVar[Any] = FirmRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "风险分级结果"
        ordering = ["-id"]
        indexes = [models.Index(fields=["enterprise", "-id"], name="enterprises_latest_grade")]

    def __str__(self) -> str:
        return f"{self.enterprise_id}:{self.grade}"


class RecordLink(models.Model):
    """One edge of a firm's record graph: what led to what (报警 → 隐患 → 复查 → 分级)."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="record_links")
    source_kind = models.CharField(max_length=60)
    source_id = models.BigIntegerField()
    target_kind = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "记录关联"
        constraints = [
            models.UniqueConstraint(fields=["source_kind", "source_id", "target_kind", "target_id"], name="enterprises_link_once")
        ]
        indexes = [models.Index(fields=["enterprise", "source_kind", "source_id"], name="enterprises_link_from")]

    def __str__(self) -> str:
        return f"{self.source_kind}:{self.source_id}→{self.target_kind}:{self.target_id}"
