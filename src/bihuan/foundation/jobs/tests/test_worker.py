"""The worker with the real database queue, and a worker that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django_tasks import task_backends
from django_tasks_db.models import DBTaskResult

from bihuan.foundation.jobs import schedules, services, worker
from bihuan.foundation.jobs.models import JobRun, WorkerLease
from bihuan.foundation.jobs.tests import jobs_for_tests as sample
from bihuan.foundation.jobs.tests.jobs_for_tests import Person
from bihuan.foundation.lib.times import utc_now

DATABASE_QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def database_queue(monkeypatch):
    """Use the queue of production."""
    backend = task_backends.create_connection
    # Read before TASKS is replaced: the handler takes its settings from there the first time it is asked.
    before = dict(task_backends.settings)
    monkeypatch.setattr(django_settings, "TASKS", DATABASE_QUEUE)
    task_backends.settings.clear()
    task_backends.settings.update(DATABASE_QUEUE)
    task_backends["default"] = backend("default")
    yield
    task_backends.settings.clear()
    task_backends.settings.update(before)
    del task_backends["default"]


@pytest.fixture(autouse=True)
def _own_plans(monkeypatch) -> None:
    monkeypatch.setattr(schedules, "_plans", {})


@pytest.mark.django_db(transaction=True)
def test_once_runs_what_is_queued_and_leaves_no_lease(database_queue) -> None:
    job = services.enqueue(Person(), sample.note)
    assert job.queue_id is not None
    worker.run(once=True)
    job.refresh_from_db()
    assert job.state == "done"
    assert not WorkerLease.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_worker_whose_lease_ran_out_is_queued_again(database_queue) -> None:
    job = services.enqueue(Person(), sample.note)
    now = utc_now()
    worker.beat("lost", now)
    JobRun.objects.filter(pk=job.pk).update(state="running", worker_id="lost", attempts=1)
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["lost"], started_at=now)
    assert worker.recover(now + timedelta(seconds=30)) == 0
    assert worker.recover(now + timedelta(seconds=61)) == 1
    assert worker.recover(now + timedelta(seconds=61)) == 0
    worker.run(once=True)
    job.refresh_from_db()
    assert job.queue_id is not None
    JobRun.objects.update(not_before=now)
    DBTaskResult.objects.filter(status="READY").update(run_after=now)
    worker.run(once=True)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_queue_row_was_taken_but_never_started_is_queued_again(database_queue) -> None:
    job = services.enqueue(Person(), sample.note)
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["lost"], started_at=utc_now())
    assert worker.recover(utc_now()) == 1
    worker.run(once=True)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == ("done", 1, "")


@pytest.mark.django_db(transaction=True)
def test_a_job_that_kills_its_worker_each_time_is_given_up(database_queue) -> None:
    job = services.enqueue(Person(), sample.note)
    JobRun.objects.filter(pk=job.pk).update(state="running", worker_id="lost", attempts=5)
    assert worker.recover(utc_now()) == 1
    job.refresh_from_db()
    assert job.state == "failed"
    assert "执行进程中断" in job.error


WORKER = """
import django, sys
django.setup()
from django.core.management import call_command
from bihuan.foundation.jobs import services, worker, schedules
from bihuan.foundation.jobs.tests import jobs_for_tests as sample
schedules._plans.clear()
if sys.argv[1] == "prepare":
    call_command("migrate", verbosity=0)
    print(services.enqueue(sample.Person(), sample.hang_at_first, folder=sys.argv[2]).pk)
elif sys.argv[1] == "work":
    worker.run()
else:
    from datetime import timedelta
    from bihuan.foundation.jobs.models import JobRun
    from bihuan.foundation.lib.times import utc_now
    assert worker.recover(utc_now() + timedelta(minutes=2)) == 1
    from django_tasks_db.models import DBTaskResult
    DBTaskResult.objects.filter(status="READY").update(run_after=utc_now())
    worker.run(once=True)
    job = JobRun.objects.get()
    print(job.state, job.attempts, job.message)
"""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="one database is enough: it starts processes of its own")
def test_kill_9_of_a_worker_in_the_middle_of_a_job_runs_the_job_again(tmp_path: Path) -> None:
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "bihuan.config.settings", "BIHUAN_SECRET_KEY": "test",
        "BIHUAN_DATA_DIR": str(tmp_path), "BIHUAN_DATABASE_URL": f"sqlite:///{tmp_path / 'jobs.sqlite3'}",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip

    def python(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", WORKER, *arguments], env=environment, text=True, stdout=subprocess.PIPE)

    prepared, _ = python("prepare", str(tmp_path)).communicate(timeout=120)
    assert prepared.strip().isdigit()
    first = python("work")
    try:
        for _ in range(600):  # waits for a fact, not for a time
            if (tmp_path / "running").exists() or first.poll() is not None:
                break
            time.sleep(0.1)
        assert (tmp_path / "running").exists()
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait(timeout=30)
    answer, _ = python("recover").communicate(timeout=120)
    assert answer.strip() == "done 2 重新执行完成"
