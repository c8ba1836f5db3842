"""Jobs: queued with the transaction, shown, retried, cancelled, taken over."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from bihuan.foundation.jobs import rules, services
from bihuan.foundation.jobs.models import JobRun
from bihuan.foundation.jobs.tests import jobs_for_tests as sample
from bihuan.foundation.jobs.tests.jobs_for_tests import Person
from bihuan.foundation.lib.problems import Conflict, NotFound
from bihuan.foundation.lib.times import utc_now

pytestmark = pytest.mark.django_db
LATER = timedelta(days=1)


def after(job: JobRun) -> JobRun:
    job.refresh_from_db()
    return job


def test_a_job_runs_with_its_ids_and_says_what_it_did() -> None:
    sample.CALLS.clear()
    job = services.enqueue(Person(), sample.note, title="导出台账", organisation_id=3, campaign_id=12)
    assert (job.state, job.owner_id, job.organisation_id) == ("queued", 7, 3)
    assert services.drain() == 1
    assert sample.CALLS == [(1, {"campaign_id": 12})]
    job = after(job)
    assert (job.state, job.done, job.total, job.percent, job.message) == ("done", 3, 3, 100, "共处理3条")


def test_a_job_of_a_transaction_that_is_undone_never_runs() -> None:
    with transaction.atomic():
        services.enqueue(Person(), sample.note)
        transaction.set_rollback(True)
    assert services.drain() == 0


def test_a_function_inside_another_cannot_be_a_job() -> None:
    def inner(run: object) -> None: ...

    with pytest.raises(ValueError, match="top of its module"):
        services.enqueue(Person(), inner)


def test_a_fault_is_recorded_with_a_trace_number_and_retried_five_times(caplog) -> None:
    job = services.enqueue(Person(), sample.fail)
    with caplog.at_level(logging.ERROR):
        assert services.drain() == 1
    job = after(job)
    assert (job.state, job.attempts) == ("queued", 1)
    assert job.trace in job.error
    assert job.trace in caplog.text
    assert "secret" not in job.error
    assert services.drain() == 0  # not before its pause is over
    assert job.not_before - utc_now() <= rules.wait_after(1)
    assert services.drain(at=utc_now() + LATER) == 4
    job = after(job)
    assert (job.state, job.attempts) == ("failed", 5)
    assert "已停止重试" in job.error
    assert job.finished_at is not None


def test_pauses_between_tries_grow() -> None:
    waits = [rules.wait_after(n) for n in range(1, 5)]
    assert waits == [timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=8), timedelta(minutes=32)]


def test_a_job_that_works_at_the_third_try_is_done_without_error() -> None:
    job = services.enqueue(Person(), sample.fail_twice)
    services.drain(at=utc_now() + LATER)
    job = after(job)
    assert (job.state, job.attempts, job.error, job.trace, job.message) == ("done", 3, "", "", "第三次成功")


def test_a_refusal_for_a_person_is_not_retried() -> None:
    job = services.enqueue(Person(), sample.refuse)
    services.drain(at=utc_now() + LATER)
    job = after(job)
    assert (job.state, job.attempts, job.error) == ("failed", 1, "单位已停用，请先恢复。")


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_report() -> None:
    waiting = services.enqueue(Person(), sample.note)
    assert services.cancel(Person(), waiting.pk, at=utc_now()).state == "cancelled"
    assert services.drain() == 0
    running = services.enqueue(Person(), sample.cancelled_midway)
    services.drain()
    assert (after(running).state, running.done) == ("cancelled", 1)
    with pytest.raises(Conflict):
        services.cancel(Person(), running.pk, at=utc_now())


def test_another_persons_job_cannot_be_cancelled_or_known() -> None:
    job = services.enqueue(Person(7), sample.note)
    for stranger in (Person(8), Person(None)):
        with pytest.raises(NotFound):
            services.cancel(stranger, job.pk, at=utc_now())


def test_an_attempt_that_was_taken_over_writes_nothing_any_more() -> None:
    job = services.enqueue(Person(), sample.taken_over_midway)
    services.drain()
    job = after(job)
    assert (job.state, job.worker_id, job.result_name) == ("running", "other", "")


def test_a_result_is_kept_whole_under_a_safe_name(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    job = services.enqueue(Person(), sample.keep)
    services.drain()
    job = after(job)
    assert job.result_name == "隐患台账.xlsx"
    assert (Path(tmp_path) / job.result_file).read_bytes() == b"rowsmore"
