"""Putting jobs in the queue, cancelling them, and running them with retries."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string
from django_tasks import TaskContext, task

from bihuan.foundation.jobs import rules
from bihuan.foundation.jobs.choices import OPEN_STATES, JobState
from bihuan.foundation.jobs.models import JobRun
from bihuan.foundation.jobs.running import Cancelled, Run, Superseded
from bihuan.foundation.lib.problems import Conflict, NotFound, Problem
from bihuan.foundation.lib.times import utc_now

logger = logging.getLogger(__name__)

Task = Callable[..., object]
INLINE = "inline"


class Starter(Protocol):
    """Whoever starts a job: a person or the system."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...


def path_of(function: Task) -> str:
    """The dotted path by which a worker finds a job function; ValueError when it is not at the top of its module."""
    path = f"{function.__module__}.{function.__qualname__}"
    if "<" in path or "." in function.__qualname__:
        raise ValueError(f"{path}: a job must be a function at the top of its module")
    return path


def enqueue(
    actor: Starter, task: Task, /, *, title: str = "", organisation_id: int | None = None, schedule_key: str = "",
    at: datetime | None = None, **ids: Any,
) -> JobRun:  # fmt: skip
    """Queue `task(run, **ids)` in the caller's transaction: it runs after the commit, or never.

    `ids` must be plain JSON values (ids, dates as text). The actor's rights are not stored: the job re-enters them by
    `run.owner_id` when it starts.
    """
    now = at or utc_now()
    with transaction.atomic():
        job = JobRun.objects.create(
            title=title or getattr(task, "__name__", "后台任务"), task_path=path_of(task), arguments=ids,
            owner_id=actor.user_id, owner_name=actor.name, organisation_id=organisation_id, schedule_key=schedule_key,
            created_at=now, not_before=now,
        )  # fmt: skip
        _hand_to_queue(job)
    job.refresh_from_db()
    return job


def _hand_to_queue(job: JobRun, *, later: bool = False) -> None:
    if later and not run_job.get_backend().supports_defer:
        return  # a backend without memory (tests): `drain` runs it
    result = (run_job.using(run_after=job.not_before) if later else run_job).enqueue(job.pk)
    if run_job.get_backend().supports_get_result:
        JobRun.objects.filter(pk=job.pk).update(queue_id=result.id)


def cancel(actor: Starter, job_id: int, *, at: datetime) -> JobRun:
    """Stop one's own job: at once when it waits, at its next progress report when it runs."""
    job: JobRun | None = JobRun.objects.owned_by(actor.user_id).filter(pk=job_id).first()
    if job is None:
        raise NotFound("jobs.not_found", "没有找到该任务，它可能已被清理。")
    if JobRun.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.CANCELLED, cancel_requested=True, finished_at=at
    ):
        job.refresh_from_db()
        return job
    if not JobRun.objects.filter(pk=job_id, state__in=OPEN_STATES).update(cancel_requested=True):
        raise Conflict("jobs.already_finished", "该任务已经结束，无需取消。")
    job.refresh_from_db()
    return job


def execute(job_id: int, *, worker_id: str = INLINE) -> bool:
    """Run one attempt of a waiting job; False when it was not waiting. Faults of the job are recorded, not raised."""
    now = utc_now()
    waiting = JobRun.objects.filter(pk=job_id, state=JobState.QUEUED)
    if not waiting.update(
        state=JobState.RUNNING, worker_id=worker_id, attempts=F("attempts") + 1, started_at=now, error="", trace=""
    ):
        return False
    job: JobRun = JobRun.objects.get(pk=job_id)
    run = Run(job.pk, job.owner_id, job.organisation_id, worker_id, job.attempts)
    try:
        answer = import_string(job.task_path)(run, **job.arguments)
    except Cancelled:
        run.mine().update(state=JobState.CANCELLED, finished_at=utc_now(), message="已按要求取消")
    except Superseded:
        logger.warning("jobs: %s was taken over by another worker; this attempt ends", job_id)
    except Problem as problem:
        # Said to a person (wrong input, no right): trying again would say the same.
        run.mine().update(state=JobState.FAILED, finished_at=utc_now(), error=problem.message)
    except Exception:
        trace = secrets.token_hex(4).upper()
        logger.exception("jobs: %s (%s) attempt %s failed, trace %s", job_id, job.task_path, job.attempts, trace)
        retry_or_fail(job, at=utc_now(), trace=trace)
    except BaseException:
        # The process is told to end: leave the job to the next worker.
        retry_or_fail(job, at=utc_now(), trace="")
        raise
    else:
        changes: dict[str, Any] = {"message": answer[:300]} if isinstance(answer, str) else {}
        run.mine().update(state=JobState.DONE, finished_at=utc_now(), **changes)
    return True


@task(takes_context=True)
def run_job(context: TaskContext, job_id: int) -> None:
    """The one task that Django's task interface knows: run one attempt; everything else about the job is on its row."""
    execute(job_id, worker_id=context.task_result.worker_ids[-1])


def retry_or_fail(job: JobRun, *, at: datetime, trace: str) -> bool:
    """Queue the job again after a pause that grows, or give up after the fifth try. False when it moved meanwhile."""
    number = f"追踪编号 {trace}" if trace else "执行进程中断"
    same = JobRun.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts, worker_id=job.worker_id)
    if job.attempts >= rules.MAX_ATTEMPTS:
        return bool(
            same.update(
                state=JobState.FAILED, finished_at=at, trace=trace,
                error=f"任务{rules.MAX_ATTEMPTS}次未能完成，已停止重试；请把{number}告诉系统运维人员。",
            )
        )  # fmt: skip
    # A job whose worker died is taken up at once the first time; a faulty one waits.
    wait = rules.wait_after(job.attempts) if trace or job.attempts > 1 else at - at
    with transaction.atomic():
        if not same.update(
            state=JobState.QUEUED, worker_id="", not_before=at + wait, trace=trace,
            error=f"第{job.attempts}次未能完成（{number}），将自动重试。" if job.attempts else "",
        ):  # fmt: skip
            return False
        job.refresh_from_db()
        _hand_to_queue(job, later=True)
    return True


def drain(*, at: datetime | None = None) -> int:
    """Run everything that waits, here and now, including what is queued meanwhile; for tests and the demo. Returns how many ran."""
    count = 0
    while job_ids := list(JobRun.objects.ready(at or utc_now()).values_list("pk", flat=True)):
        count += sum(execute(job_id) for job_id in job_ids)
    return count
