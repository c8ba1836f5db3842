"""Clocks (时限) on records, and what happened to them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from bihuan.foundation.audit.models import AppendOnly, Ref
from bihuan.foundation.deadlines.choices import Basis, ClockState, EventKind
from bihuan.foundation.deadlines.querysets import ClockQuerySet
from bihuan.foundation.lib.times import local_date


class Clock(models.Model):
    """One time limit of one record. At most one of a kind is open per record; a new round is a new clock.

    `due_words` keeps a deadline as its document words it ("6月底"); `due_at` may be empty: then it never falls due.
    """

    subject_kind = models.CharField("对象类别", max_length=60)
    subject_id = models.BigIntegerField("对象编号")
    kind = models.CharField("时限类别", max_length=40)
    organisation = models.ForeignKey("tenancy.Organisation", models.PROTECT, related_name="+", verbose_name="单位")
    title = models.CharField("名称", max_length=120)
    state = models.CharField("状态", max_length=8, choices=ClockState.choices, default=ClockState.RUNNING)
    started_at = models.DateTimeField("起算时间")
    due_at = models.DateTimeField("到期时间", null=True, blank=True)
    due_words = models.CharField("文件表述", max_length=120, blank=True)
    basis = models.CharField("计算方式", max_length=8, choices=Basis.choices, default=Basis.DAYS)
    length = models.PositiveIntegerField("期限天数", null=True, blank=True)
    calendar_assumed = models.BooleanField("节假日安排未公布", default=False)
    paused_at = models.DateTimeField("中止时间", null=True, blank=True)
    stopped_at = models.DateTimeField("办结时间", null=True, blank=True)
    overdue_at = models.DateTimeField("逾期标记时间", null=True, blank=True)
    last_event_at = models.DateTimeField("最近变动时间")
    version = models.PositiveIntegerField(default=1)
    sweep_failures = models.PositiveSmallIntegerField(default=0)
    sweep_not_before = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = "时限"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="deadlines_clock_subject"),
            models.Index(fields=["due_at"], condition=Q(state="running"), name="deadlines_clock_running_due"),
            models.Index(
                fields=["due_at"], condition=Q(state="running", overdue_at__isnull=True), name="deadlines_clock_to_sweep"
            ),
            models.Index(fields=["organisation", "state", "due_at"], name="deadlines_clock_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind"], condition=~Q(state="stopped"), name="deadlines_one_open_clock"
            ),
            models.CheckConstraint(
                condition=Q(state="paused", paused_at__isnull=False) | (~Q(state="paused") & Q(paused_at__isnull=True)),
                name="deadlines_paused_at",
            ),
            models.CheckConstraint(
                condition=Q(state="stopped", stopped_at__isnull=False) | (~Q(state="stopped") & Q(stopped_at__isnull=True)),
                name="deadlines_stopped_at",
            ),
            models.CheckConstraint(condition=Q(due_at__isnull=True) | Q(due_at__gte=F("started_at")), name="deadlines_due_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.get_state_display()}）"

    @property
    def subject(self) -> Ref:
        """The record it belongs to."""
        return Ref(self.subject_kind, self.subject_id)

    def is_overdue(self, at: datetime) -> bool:
        """Whether the limit was missed, as of `at`: a stopped clock is judged by when it stopped, a paused one never is."""
        end = self.stopped_at if self.state == ClockState.STOPPED else at
        return self.due_at is not None and self.state != ClockState.PAUSED and end is not None and self.due_at < end

    def overdue_days(self, at: datetime) -> int:
        """Whole days in China since the due day; 0 on the due day itself and when not overdue."""
        if self.due_at is None or not self.is_overdue(at):
            return 0
        end = self.stopped_at if self.stopped_at is not None else at
        return (local_date(end) - local_date(self.due_at)).days


class ClockEvent(AppendOnly):
    """What happened to a clock: who did it, when, why, and what it did to the due moment. Never changed."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="events", verbose_name="时限")
    kind = models.CharField("事项", max_length=8, choices=EventKind.choices)
    at = models.DateTimeField("时间")
    who_id = models.BigIntegerField("办理人编号", null=True)
    who_name = models.CharField("办理人", max_length=60)
    home_id = models.BigIntegerField("办理单位编号", null=True)
    reason = models.TextField("原因", blank=True)
    due_before = models.DateTimeField("变动前到期时间", null=True)
    due_after = models.DateTimeField("变动后到期时间", null=True)
    due_words = models.CharField("文件表述", max_length=120, blank=True)

    class Meta:
        verbose_name = "时限变动"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
