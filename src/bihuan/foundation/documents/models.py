"""Document numbers (文号), issued copies (已发文书) and the replacements of templates."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from bihuan.foundation.audit.models import AppendOnly
from bihuan.foundation.documents.querysets import IssuedCopyQuerySet
from bihuan.foundation.tenancy.models import Organisation


class NumberSeries(models.Model):
    """The last number given out of one series in one year: 忻应急 + 督 + 2025."""

    issuer = models.CharField("发文机关代字", max_length=30)
    series = models.CharField("文种代字", max_length=30, blank=True)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("最后序号", default=0)

    class Meta:
        verbose_name = "发文字号"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "series", "year"], name="documents_series_year")
        ]

    def __str__(self) -> str:
        return f"{self.issuer}{self.series}〔{self.year}〕"


class IssuedCopy(AppendOnly):
    """One file as it went out. Never rewritten: a correction or a second printing is a copy of the next edition."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="所属单位")
    kind = models.CharField("文书种类", max_length=60)
    title = models.CharField("标题", max_length=200)
    number = models.CharField("文号", max_length=80, blank=True)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    edition = models.PositiveIntegerField("版次")
    filename = models.CharField("文件名", max_length=200)
    mime = models.CharField(max_length=100)
    size = models.PositiveIntegerField("大小（字节）")
    sm3 = models.CharField("SM3", max_length=64)
    file = models.FileField("文件", max_length=200)
    issued_at = models.DateTimeField("制发时间")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="制发人"
    )
    issued_by_name = models.CharField("制发人姓名", max_length=60)

    objects: ClassVar[Any] = IssuedCopyQuerySet.as_manager()

    class Meta:
        verbose_name = "已发文书"
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind", "edition"], name="documents_copy_edition"
            )
        ]
        indexes = [models.Index(fields=["organisation", "-issued_at"]), models.Index(fields=["number"])]

    def __str__(self) -> str:
        return f"{self.number or self.title}（第{self.edition}版）"


class TemplateChange(AppendOnly):
    """A template replaced by this installation's own, or (empty sm3) the shipped one put back."""

    key = models.CharField("模板", max_length=60, db_index=True)
    sm3 = models.CharField("SM3", max_length=64, blank=True)
    changed_at = models.DateTimeField("更换时间")
    changed_by_name = models.CharField("更换人", max_length=60)

    class Meta:
        verbose_name = "模板更换记录"
        ordering = ["-changed_at", "-id"]

    def __str__(self) -> str:
        return f"{self.key} {self.changed_at:%Y-%m-%d}"
