"""Importing firms from a sheet: the file, its rows as staged, and how an organisation names its columns."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from bihuan.enterprises.models.enterprise import Enterprise
from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.foundation.jobs.models import JobRun
from bihuan.foundation.tenancy.models import Organisation


class ImportState(models.TextChoices):
    """Where an import stands; only the last step touches the enterprise file."""

    UPLOADED = "uploaded", "待对应列"
    CHECKING = "checking", "检查中"
    CHECKED = "checked", "待确认"
    LOADING = "loading", "导入中"
    DONE = "done", "已导入"
    DROPPED = "dropped", "已放弃"


class RowKind(models.TextChoices):
    """What a row would do."""

    NEW = "new", "新建档"
    CHANGED = "changed", "更新"
    SAME = "same", "无变化"
    FAULTY = "faulty", "有错误"


class ImportQuerySet(ScopedQuerySet[Any]):
    """Imports of the actor's organisation and those beneath it."""

    view_capability = "enterprises.import"
    organisation_path = "organisation"


class EnterpriseImport(models.Model):
    """One uploaded sheet on its way into the enterprise file."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="导入单位")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    file_name = models.CharField("文件名", max_length=160)
    stored = models.CharField(max_length=200)
    digest = models.CharField("文件摘要（SM3）", max_length=64)
    sheet = models.CharField("工作表", max_length=80)
    header_row = models.PositiveIntegerField("表头所在行")
    headers = models.JSONField("表头", default=list)
    samples = models.JSONField("示例", default=list)
    mapping = models.JSONField("列对应", default=list)
    default_supervisor = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", verbose_name="缺省监管单位")
    state = models.CharField("状态", max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    warnings = models.JSONField("提示", default=list)
    counts = models.JSONField("统计", default=dict)
    job = models.ForeignKey(JobRun, models.SET_NULL, null=True, related_name="+", verbose_name="后台任务")
    error_file = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField("导入时间", null=True)

    objects: ClassVar[Any] = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = "企业导入"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def ready(self) -> bool:
        """Whether it may be confirmed: checked, nothing faulty, something to do."""
        return self.state == ImportState.CHECKED and not self.counts.get("faulty") and bool(self.counts.get("new") or self.counts.get("changed"))


class ImportRow(models.Model):
    """One row as read and checked; nothing of it is in the enterprise file before the import is confirmed."""

    source = models.ForeignKey(EnterpriseImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行号")
    kind = models.CharField("结果", max_length=8, choices=RowKind.choices)
    name = models.CharField("企业名称", max_length=200, blank=True)
    code = models.CharField("统一社会信用代码", max_length=40, blank=True)
    values = models.JSONField(default=dict)
    errors = models.JSONField("错误", default=list)
    changes = models.JSONField("变更", default=dict)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, null=True, related_name="+")
    version = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = "导入行"
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="enterprises_import_row")]
        indexes = [models.Index(fields=["source", "kind", "number"])]

    def __str__(self) -> str:
        return f"第{self.number}行 {self.name}"


class ColumnMemory(models.Model):
    """How an organisation's sheets name their columns: header (plain) to field, as confirmed last."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="+")
    fields = models.JSONField(default=dict)

    class Meta:
        verbose_name = "列对应记忆"

    def __str__(self) -> str:
        return f"{self.organisation_id}"
