"""Clearing away old jobs and their result files; jobs are working papers, no history."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from bihuan.foundation.jobs.models import JobRun, WorkerLease
from bihuan.foundation.jobs.running import Run
from bihuan.foundation.lib.times import utc_now

KEEP_SYSTEM = timedelta(days=7)
KEEP_PERSONAL = timedelta(days=90)
BATCH = 500


def clear_old(run: Run) -> str:
    """The nightly run."""
    return f"清理{clear(utc_now())}条"


def clear(at: datetime) -> int:
    """Delete finished jobs: the system's after 7 days, people's with their files after 90. Returns how many."""
    old = Q(owner_id__isnull=True, finished_at__lt=at - KEEP_SYSTEM) | Q(finished_at__lt=at - KEEP_PERSONAL)
    count = 0
    while ids := list(JobRun.objects.filter(old).values_list("pk", flat=True)[:BATCH]):
        JobRun.objects.filter(pk__in=ids).delete()
        for job_id in ids:
            shutil.rmtree(Path(settings.MEDIA_ROOT) / "jobs" / str(job_id), ignore_errors=True)
        count += len(ids)
    DBTaskResult.objects.filter(finished_at__lt=at - KEEP_SYSTEM).delete()
    WorkerLease.objects.filter(seen_at__lt=at - KEEP_SYSTEM).delete()
    return count
