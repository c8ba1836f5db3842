"""Jobs, schedules, and the workers that are alive."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from bihuan.foundation.jobs.choices import JobState
from bihuan.foundation.jobs.querysets import JobRunQuerySet, ScheduleQuerySet


class JobRun(models.Model):
    """One background job, as its owner sees it. Owner and organisation are ids: this app lies below accounts."""

    title = models.CharField("任务", max_length=120)
    task_path = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    owner_id = models.BigIntegerField("发起人", null=True)
    owner_name = models.CharField("发起人姓名", max_length=60, blank=True)
    organisation_id = models.BigIntegerField("单位", null=True)
    schedule_key = models.CharField("定时计划", max_length=60, blank=True)
    state = models.CharField("状态", max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("总数", null=True)
    message = models.CharField("说明", max_length=300, blank=True)
    result_file = models.CharField(max_length=300, blank=True)
    result_name = models.CharField("结果文件", max_length=160, blank=True)
    error = models.TextField("未完成原因", blank=True)
    trace = models.CharField("追踪编号", max_length=12, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    cancel_requested = models.BooleanField("要求取消", default=False)
    worker_id = models.CharField(max_length=64, blank=True)
    queue_id = models.UUIDField(null=True)
    created_at = models.DateTimeField("发起时间")
    not_before = models.DateTimeField("不早于")
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)

    objects: ClassVar[Any] = JobRunQuerySet.as_manager()

    class Meta:
        verbose_name = "后台任务"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["owner_id", "-id"], name="jobs_run_owner"),
            models.Index(fields=["not_before"], condition=Q(state__in=["queued", "running"]), name="jobs_run_open"),
            models.Index(fields=["schedule_key"], condition=Q(state__in=["queued", "running"]), name="jobs_run_schedule"),
            models.Index(fields=["queue_id"], name="jobs_run_queue"),
            models.Index(fields=["finished_at"], name="jobs_run_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.get_state_display()}）"

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)

    @property
    def percent(self) -> int | None:
        """Progress in whole per cent; None while the total is unknown."""
        if self.state == JobState.DONE:
            return 100
        return min(100, self.done * 100 // self.total) if self.total else None


class Schedule(models.Model):
    """When a registered schedule runs next; kept as a row so that several workers share it."""

    key = models.CharField("代号", max_length=60, unique=True)
    title = models.CharField("名称", max_length=120)
    timing = models.CharField("周期", max_length=40)
    next_run = models.DateTimeField("下次运行")
    last_run = models.DateTimeField("上次运行", null=True)
    last_job = models.ForeignKey(JobRun, models.SET_NULL, null=True, related_name="+", verbose_name="上次任务")
    enabled = models.BooleanField("启用", default=True)

    objects: ClassVar[Any] = ScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = "定时计划"
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.title}（{self.timing}）"


class WorkerLease(models.Model):
    """A worker process and when it was last seen alive."""

    worker_id = models.CharField(max_length=64, unique=True)
    host = models.CharField("主机", max_length=120)
    pid = models.PositiveIntegerField("进程号")
    started_at = models.DateTimeField("启动时间")
    seen_at = models.DateTimeField("最近心跳")

    class Meta:
        verbose_name = "后台进程"

    def __str__(self) -> str:
        return f"{self.host}#{self.pid}"
