"""A person's own jobs: list, bar with progress, cancel, result file.

A page is a door and stands on `access` like every other page, although this app lies below it; nothing imports a page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.urls import reverse

from bihuan.foundation.access.pages import SIGNED_IN, DetailPage, ListPage, Page, PartPage
from bihuan.foundation.jobs import services
from bihuan.foundation.jobs.choices import OPEN_STATES, JobState
from bihuan.foundation.jobs.models import JobRun
from bihuan.foundation.lib.problems import NotFound, Problem
from bihuan.foundation.web.tables import Column, Filter

TONES = {
    JobState.QUEUED: "gray", JobState.RUNNING: "blue", JobState.DONE: "green", JobState.FAILED: "red", JobState.CANCELLED: "gray",
}  # fmt: skip


def state_tag(job: JobRun) -> tuple[str, str]:
    """The state with its tone."""
    return job.get_state_display(), TONES[JobState(job.state)]


def progress_words(job: JobRun) -> str:
    """How far it is: 120/300."""
    return f"{job.done}/{job.total}" if job.total else ""


class JobList(ListPage):
    """我的任务."""

    capability = SIGNED_IN
    heading = "我的任务"
    intro = "导入、导出等在后台进行的任务；可以离开页面，完成后在这里取结果。"
    model = JobRun
    columns = (
        Column("title", "任务", url="jobs:detail", phone="title"),
        Column("state", "状态", value=state_tag, kind="status", phone="state", sort="state"),
        Column("progress", "进度", value=progress_words, phone="text"),
        Column("message", "说明", value=lambda job: job.error or job.message, clamp=True),
        Column("result_name", "结果文件", url=lambda job: reverse("jobs:result", args=[job.pk]) if job.result_name else None),
        Column("created_at", "发起时间", kind="datetime", sort="created_at", phone="due"),
        Column("finished_at", "结束时间", kind="datetime", sort="finished_at"),
    )
    filters = (Filter("state", "状态", choices=JobState.choices),)
    default_order = ("-created_at",)
    empty_text = "您还没有发起过后台任务"


class JobDetail(DetailPage):
    """One job; its bar renews itself while the job is open."""

    capability = SIGNED_IN
    model = JobRun
    template_name = "jobs/detail.html"

    def get_heading(self) -> str:
        """Its title."""
        return str(self.object.title)

    def get_crumbs(self) -> tuple[tuple[str, str], ...]:
        """Under the list."""
        return (("我的任务", reverse("jobs:list")), (self.object.title, ""))

    def get_context(self) -> dict[str, Any]:
        """Adds `job`."""
        return super().get_context() | {"job": self.object}


class JobBar(PartPage):
    """The bar alone, asked for every 2 seconds while the job is open."""

    capability = SIGNED_IN
    model = JobRun
    template_name = "jobs/bar.html"

    def get_context(self) -> dict[str, Any]:
        """Adds `job`."""
        return super().get_context() | {"job": self.object}


class JobCancel(Page):
    """Cancel one's own job, by POST."""

    capability = SIGNED_IN

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Ask it to stop."""
        job = services.cancel(self.actor, pk, at=self.at)
        said = "任务将在当前步骤结束后停止" if job.state in OPEN_STATES else "任务已取消"
        return self.go_to(reverse("jobs:detail", args=[pk]), said)


class JobResult(Page):
    """The file that a job left for its owner."""

    capability = SIGNED_IN

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The file, to be saved."""
        job = JobRun.objects.visible_to(self.actor).filter(pk=pk).exclude(result_file="").first()
        if job is None:
            raise NotFound("jobs.no_result", "没有找到该任务的结果文件。")
        path = Path(settings.MEDIA_ROOT) / job.result_file
        if not path.exists():
            raise Problem("jobs.result_missing", "结果文件已被清理，请重新发起任务。", status=410)
        response = FileResponse(path.open("rb"), content_type="application/octet-stream")
        response["Content-Disposition"] = f"attachment; filename=\"result{path.suffix}\"; filename*=UTF-8''{quote(job.result_name)}"
        response["Cache-Control"] = "private, no-cache"
        response["X-Content-Type-Options"] = "nosniff"
        return response
