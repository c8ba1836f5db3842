"""The worker (`bihuan worker`): fires schedules, runs queued jobs, takes over what a dead worker left.

Any number may run side by side. Each keeps a lease that a thread of its own renews; a job whose worker's lease has
run out is queued again, and whatever the lost worker still writes is refused (see `Run.mine`).
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
from datetime import UTC, datetime, timedelta

from django.db import close_old_connections, connection
from django_tasks import task_backends
from django_tasks.base import TaskResultStatus
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from bihuan.foundation.jobs import schedules, services
from bihuan.foundation.jobs.choices import JobState
from bihuan.foundation.jobs.models import JobRun, WorkerLease
from bihuan.foundation.lib.times import utc_now

logger = logging.getLogger(__name__)

BEAT = timedelta(seconds=10)
LEASE = timedelta(seconds=60)
IDLE_SECONDS = 1.0
FAULT_SECONDS = 5.0
LIVE = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def new_worker_id() -> str:
    """A name no other worker has."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


def beat(worker_id: str, at: datetime) -> None:
    """Renew the lease."""
    WorkerLease.objects.update_or_create(
        worker_id=worker_id,
        defaults={"seen_at": at},
        create_defaults={"seen_at": at, "started_at": at, "host": socket.gethostname()[:120], "pid": os.getpid()},
    )


def recover(at: datetime) -> int:
    """Queue again the jobs of workers whose lease has run out; returns how many."""
    alive = set(WorkerLease.objects.filter(seen_at__gt=at - LEASE).values_list("worker_id", flat=True))
    lost = list(JobRun.objects.filter(state=JobState.RUNNING).exclude(worker_id__in=[*alive, services.INLINE]))
    for row in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING):
        if not row.worker_ids or row.worker_ids[-1] not in alive:
            same = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)
            same.update(status=TaskResultStatus.FAILED, finished_at=at, exception_class_path="", traceback="worker lost")
    # Jobs that wait while nothing in the queue will start them: the worker died, or failed, just before.
    waiting = list(JobRun.objects.filter(state=JobState.QUEUED, queue_id__isnull=False))
    live = DBTaskResult.objects.filter(pk__in=[job.queue_id for job in waiting], status__in=LIVE)
    queued = set(live.values_list("pk", flat=True)) if waiting else set()
    lost += [job for job in waiting if job.queue_id not in queued]
    count = sum(services.retry_or_fail(job, at=at, trace="") for job in lost)
    if count:
        logger.warning("jobs: %s left by lost workers queued again", count)
    return count


def turn(worker_id: str, at: datetime, *, limit: int | None) -> None:
    """One round: schedules, then at most `limit` queued jobs (None: all)."""
    schedules.fire_due(at)
    if not isinstance(task_backends["default"], DatabaseBackend):
        services.drain()
    elif DBTaskResult.objects.ready().exists():
        QueueWorker(
            queue_names=["default"], excluded_queue_names=[], interval=0.2, batch=True, backend_name="default",
            startup_delay=False, max_tasks=limit, worker_id=worker_id,
        ).run()  # fmt: skip


def run(once: bool = False, *, stop: threading.Event | None = None) -> None:
    """Work until told to stop (SIGTERM, SIGINT or `stop`); with `once` do what is due now and return.

    A database that is away for a while is waited for. The job under way is finished before stopping.
    """
    stop = stop or threading.Event()
    logging.getLogger("django_tasks_db").setLevel(logging.WARNING)  # it reports every round otherwise
    worker_id = new_worker_id()
    if not once and threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    heart = threading.Thread(target=_heart, args=(worker_id, stop_heart := threading.Event()), daemon=True)
    schedules.synchronise(utc_now())
    beat(worker_id, utc_now())
    heart.start()
    try:
        if once:
            recover(utc_now())
            turn(worker_id, utc_now(), limit=None)
        else:
            _work(worker_id, stop)
    finally:
        stop_heart.set()
        heart.join()
        WorkerLease.objects.filter(worker_id=worker_id).delete()


def _work(worker_id: str, stop: threading.Event) -> None:
    """Rounds of at most one job each, so that schedules and lost jobs are looked at in between."""
    recovered_at = datetime.min.replace(tzinfo=UTC)
    while not stop.is_set():
        now = utc_now()
        try:
            close_old_connections()
            if now - recovered_at >= BEAT:
                recover(now)
                recovered_at = now
            turn(worker_id, now, limit=1)
            rest = 0 if DBTaskResult.objects.ready().exists() else IDLE_SECONDS
        except Exception:
            logger.exception("jobs: the worker's round failed; it goes on")
            rest = FAULT_SECONDS
        stop.wait(rest)


def _heart(worker_id: str, stop: threading.Event) -> None:
    while not stop.wait(BEAT.total_seconds()):
        try:
            beat(worker_id, utc_now())
        except Exception:
            logger.exception("jobs: the lease could not be renewed")
        finally:
            connection.close()
