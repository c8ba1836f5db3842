"""Who holds which safety post at a firm."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from bihuan.enterprises.models import Enterprise
from bihuan.personnel.choices import Post
from bihuan.personnel.querysets import AppointmentQuerySet


class Appointment(models.Model):
    """A person on a post from a day until a day, with the certificate."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="appointments", verbose_name="企业")
    post = models.CharField("岗位", max_length=20, choices=Post.choices)
    person = models.CharField("姓名", max_length=40)
    certificate_no = models.CharField("证书编号", max_length=60, blank=True)
    since = models.DateField("任职日期")
    until = models.DateField("离任日期", null=True, blank=True)

    objects: ClassVar[Any] = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "安全岗位任职"
        ordering = ["post", "person"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "post", "person"], condition=Q(until__isnull=True), name="personnel_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.get_post_display()}）"
