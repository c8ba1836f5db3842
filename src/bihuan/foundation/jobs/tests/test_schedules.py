"""Schedules: rows, fired once a turn whoever is watching."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from bihuan.foundation.jobs import schedules, services
from bihuan.foundation.jobs.models import JobRun, Schedule
from bihuan.foundation.jobs.tests import jobs_for_tests as sample
from bihuan.foundation.lib.times import SHANGHAI

NOON = datetime(2025, 3, 7, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _own_plans(monkeypatch) -> None:
    monkeypatch.setattr(schedules, "_plans", {})


@pytest.mark.django_db
def test_a_daily_schedule_runs_once_at_its_hour_in_china() -> None:
    schedules.every("nightly", task=sample.note, title="夜间存证", at="02:10")
    schedules.synchronise(NOON)
    row = Schedule.objects.get()
    assert row.next_run == datetime(2025, 3, 8, 2, 10, tzinfo=SHANGHAI)
    assert schedules.fire_due(row.next_run - timedelta(seconds=1)) == 0
    assert schedules.fire_due(row.next_run) == 1
    assert schedules.fire_due(row.next_run) == 0
    row.refresh_from_db()
    assert row.next_run == datetime(2025, 3, 9, 2, 10, tzinfo=SHANGHAI)
    assert (row.last_job.title, row.last_job.owner_id) == ("夜间存证", None)


@pytest.mark.django_db
def test_turns_missed_while_nothing_ran_are_made_up_by_one_run() -> None:
    schedules.every("sweep", task=sample.note, minutes=5)
    schedules.synchronise(NOON)
    assert schedules.fire_due(NOON + timedelta(days=3)) == 1
    assert Schedule.objects.get().next_run == NOON + timedelta(days=3, minutes=5)


@pytest.mark.django_db
def test_a_turn_is_skipped_while_the_one_before_is_under_way() -> None:
    schedules.every("sweep", task=sample.note, minutes=5)
    schedules.synchronise(NOON)
    assert schedules.fire_due(NOON + timedelta(minutes=5)) == 1
    assert schedules.fire_due(NOON + timedelta(minutes=10)) == 0
    services.drain(at=NOON + timedelta(minutes=11))
    assert schedules.fire_due(NOON + timedelta(minutes=15)) == 1
    assert JobRun.objects.count() == 2


@pytest.mark.django_db
def test_a_changed_timing_is_planned_anew_and_a_dropped_schedule_rests(monkeypatch) -> None:
    schedules.every("a", task=sample.note, at="02:10")
    schedules.every("b", task=sample.note, minutes=1)
    schedules.synchronise(NOON)
    monkeypatch.setattr(schedules, "_plans", {})
    schedules.every("a", task=sample.note, at="13:00")
    schedules.synchronise(NOON)
    assert Schedule.objects.get(key="a").next_run == NOON + timedelta(hours=1)
    assert not Schedule.objects.get(key="b").enabled
    assert schedules.fire_due(NOON + timedelta(minutes=5)) == 0


def test_a_schedule_needs_exactly_one_timing() -> None:
    for timing in ({}, {"at": "02:10", "minutes": 3}, {"minutes": 0}):
        with pytest.raises(ValueError, match="give at= or minutes="):
            schedules.every("x", task=sample.note, **timing)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
def test_four_workers_fire_a_turn_once() -> None:
    schedules.every("sweep", task=sample.note, minutes=5)
    schedules.synchronise(NOON)
    barrier, fired = threading.Barrier(4), []

    def work() -> None:
        try:
            barrier.wait()
            fired.append(schedules.fire_due(NOON + timedelta(minutes=5)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(fired) == 1
    assert JobRun.objects.count() == 1
