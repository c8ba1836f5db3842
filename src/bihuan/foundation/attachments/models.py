"""Files that prove something (证据附件)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from bihuan.foundation.attachments.choices import PURPOSES, Group, Source
from bihuan.foundation.attachments.querysets import AttachmentQuerySet
from bihuan.foundation.audit.models import Ref


class Attachment(models.Model):
    """One file of one record: what it is, its digest, when and where it was captured, who attached it.

    The file as received lies under its SM3; people are served a clean copy without EXIF and place.
    """

    owner_kind = models.CharField("所属类别", max_length=60)
    owner_id = models.BigIntegerField("所属编号")
    purpose = models.CharField("用途", max_length=40)
    name = models.CharField("文件名", max_length=160)
    extension = models.CharField(max_length=8)
    content_type = models.CharField("类型", max_length=100)
    group = models.CharField("种类", max_length=10, choices=Group.choices)
    size = models.PositiveBigIntegerField("大小（字节）")
    sm3 = models.CharField("SM3 摘要", max_length=64, db_index=True)
    width = models.PositiveIntegerField("宽", null=True)
    height = models.PositiveIntegerField("高", null=True)
    captured_at = models.DateTimeField("拍摄时间", null=True)
    captured_source = models.CharField("拍摄时间来源", max_length=8, choices=Source.choices, blank=True)
    captured_monotonic_ms = models.BigIntegerField("采集端单调时钟（毫秒）", null=True)
    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True)
    location_source = models.CharField("位置来源", max_length=8, choices=Source.choices, blank=True)
    exif = models.JSONField("照片自带信息", default=dict)
    redacts = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name="脱敏自")
    uploaded_by_id = models.BigIntegerField("上传人编号", null=True)
    uploaded_by_name = models.CharField("上传人", max_length=60)
    organisation_id = models.BigIntegerField("上传单位编号", null=True)
    uploaded_at = models.DateTimeField("上传时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdrawn_by_name = models.CharField("撤回人", max_length=60, blank=True)
    withdrawn_reason = models.TextField("撤回原因", blank=True)

    objects: ClassVar[Any] = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"
        ordering = ["pk"]
        indexes = [models.Index(fields=["owner_kind", "owner_id", "purpose"], name="attachments_owner")]
        constraints = [
            models.UniqueConstraint(
                fields=["owner_kind", "owner_id", "purpose", "sm3"], condition=Q(withdrawn_at__isnull=True),
                name="attachments_once",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="attachments_place",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: evidence is withdrawn, never deleted."""
        raise TypeError("attachments are withdrawn, never deleted")

    @property
    def owner(self) -> Ref:
        """The record it belongs to."""
        return Ref(self.owner_kind, self.owner_id)

    @property
    def url(self) -> str:
        """Where the clean file is served."""
        return reverse("attachments:file", args=[self.pk])

    @property
    def thumbnail_url(self) -> str:
        """Where its small picture is served; empty for what is no picture."""
        return reverse("attachments:thumb", args=[self.pk]) if self.is_image else ""

    @property
    def is_image(self) -> bool:
        """Whether it can be shown as a picture and has a thumbnail."""
        return self.group == Group.IMAGE

    @property
    def is_redacted(self) -> bool:
        """Whether it is a redacted copy (已脱敏)."""
        return self.redacts_id is not None

    @property
    def purpose_title(self) -> str:
        """The purpose in Chinese, where it is one of the common ones."""
        return PURPOSES[self.purpose][0] if self.purpose in PURPOSES else self.purpose

    @property
    def download_name(self) -> str:
        """The name it is saved under: the uploader's, with the ending of what it really is."""
        stem = self.name.rpartition(".")[0] or self.name
        return f"{stem}.{self.extension}"
