"""To-dos (待办), messages (消息) and what was sent out (外发记录)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from bihuan.foundation.messages.querysets import DeliveryQuerySet, NoticeQuerySet, TodoQuerySet
from bihuan.foundation.tenancy.models import Organisation


class Todo(models.Model):
    """Something that whoever holds `capability` at the organisation has to do on a record."""

    kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    capability = models.CharField(max_length=60)
    title = models.CharField("待办事项", max_length=120)
    subject_title = models.CharField("对象", max_length=200)
    link = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField("产生时间")
    due_at = models.DateTimeField("期限", null=True)
    done_at = models.DateTimeField("办结时间", null=True)

    objects = TodoQuerySet.as_manager()

    class Meta:
        verbose_name = "待办"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "capability"], condition=Q(done_at__isnull=True), name="notices_todo_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "capability"], condition=Q(done_at__isnull=True), name="notices_todo_open"),
            models.Index(fields=["kind", "subject_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.title}：{self.subject_title}"


class Notice(models.Model):
    """A message to a person, or to whoever holds a capability at an organisation; one per key."""

    key = models.CharField(max_length=160, unique=True)
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    capability = models.CharField(max_length=60, blank=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    title = models.CharField("标题", max_length=160)
    body = models.TextField("内容", blank=True)
    link = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField("紧急", default=False)
    created_at = models.DateTimeField("时间", db_index=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "消息"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title


class NoticeRead(models.Model):
    """That a person has read a message."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="reads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="notices_read_once")]

    def __str__(self) -> str:
        return f"{self.notice_id}:{self.user_id}"


class Delivery(models.Model):
    """One notice on its way to one person by one outside channel (外发记录); the unique row keeps it from going twice."""

    WAITING, SENDING, SENT, FAILED = "waiting", "sending", "sent", "failed"
    STATES: ClassVar = [(WAITING, "待发"), (SENDING, "发送中"), (SENT, "已发"), (FAILED, "未送达")]

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="收件人")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", verbose_name="单位")
    channel = models.CharField("渠道", max_length=40)
    state = models.CharField("状态", max_length=8, choices=STATES, default=WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_at = models.DateTimeField("下次发送")
    sent_at = models.DateTimeField("送达时间", null=True)
    error = models.CharField("原因", max_length=200, blank=True)

    objects: ClassVar[Any] = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "外发记录"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["notice", "user", "channel"], name="notices_delivery_once")]
        indexes = [models.Index(fields=["next_at"], condition=Q(state__in=["waiting", "sending"]), name="notices_delivery_due")]

    def __str__(self) -> str:
        return f"{self.channel}：{self.notice}"

    def get_absolute_url(self) -> str:
        """Where whoever looks after it finds it."""
        return "/messages/deliveries/"
