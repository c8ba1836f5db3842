"""Equipment matched to the phase-out catalogue, and gas pipelines over their life (煤气管道全生命周期)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from bihuan.enterprises.models.enterprise import Enterprise, FirmRecordQuerySet


class Equipment(models.Model):
    """A process or a piece of equipment of a firm; `phase_out` and what follows come from the catalogue."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="equipment", verbose_name="企业")
    name = models.CharField("工艺或设备", max_length=120)
    model_name = models.CharField("规格型号", max_length=80, blank=True)
    quantity = models.PositiveIntegerField("数量", default=1)
    in_use_since = models.DateField("启用日期", null=True, blank=True)
    removed_on = models.DateField("淘汰日期", null=True, blank=True)
    phase_out = models.CharField("淘汰目录条目", max_length=40, blank=True)
    phase_out_by = models.DateField("应淘汰日期", null=True, blank=True)
    phase_out_source = models.CharField("淘汰依据", max_length=200, blank=True)

    objects: ClassVar[Any] = FirmRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "工艺装备"
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["phase_out_by"], name="enterprises_phase_out")]

    def __str__(self) -> str:
        return f"{self.name} {self.model_name}".strip()


class GasPipeline(models.Model):
    """A gas pipeline of a steel works."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="pipelines", verbose_name="企业")
    number = models.CharField("管道编号", max_length=40)
    medium = models.CharField("介质", max_length=40, default="高炉煤气")
    diameter_mm = models.PositiveIntegerField("管径（mm）", null=True, blank=True)
    installed_on = models.DateField("投用日期")
    replacement_planned_on = models.DateField("计划更换日期", null=True, blank=True)
    retired_on = models.DateField("停用日期", null=True, blank=True)

    objects: ClassVar[Any] = FirmRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "煤气管道"
        constraints = [models.UniqueConstraint(fields=["enterprise", "number"], name="enterprises_pipeline_number")]

    def __str__(self) -> str:
        return f"{self.medium}管道 {self.number}"


class PipelineEventKind(models.TextChoices):
    """What happens to a pipeline."""

    INSPECTION = "inspection", "检查"
    LEAK = "leak", "泄漏"
    REPAIR = "repair", "维修"


class PipelineEvent(models.Model):
    """An inspection, leak or repair."""

    pipeline = models.ForeignKey(GasPipeline, models.PROTECT, related_name="events")
    kind = models.CharField("类别", max_length=12, choices=PipelineEventKind.choices)
    on = models.DateField("日期")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "管道记录"
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"
