"""The overdue sweep: each clock once, whoever sweeps, and one fault does not stop the rest."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.audit.models import Entry, Ref
from bihuan.foundation.deadlines import jobs, services
from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.deadlines.tests.factories import OFFICER, moment, organisation
from bihuan.foundation.jobs import services as queue
from bihuan.foundation.lib import events

NOW = moment("2025-06-01 08:00")


def overdue_clocks(count: int) -> list[Clock]:
    unit = organisation().pk
    return [
        services.start_clock(
            OFFICER, Ref("test.sweep", number), "rectify", at=NOW - timedelta(days=9), days=number % 3 + 1, title="整改", organisation_id=unit
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture
def heard(monkeypatch) -> list[int]:
    announced: list[int] = []
    monkeypatch.setitem(events._subscribers, "deadlines.overdue", [lambda clock: announced.append(clock.pk)])
    return announced


@pytest.mark.django_db
def test_each_clock_is_marked_and_announced_once(heard) -> None:
    clocks = overdue_clocks(5)
    assert services.sweep(NOW, limit=3) == 3
    assert services.sweep(NOW) == 2
    assert services.sweep(NOW) == 0
    assert sorted(heard) == sorted(clock.pk for clock in clocks)
    clocks[0].refresh_from_db()
    assert clocks[0].overdue_at == NOW
    assert Entry.objects.of(clocks[0]).filter(action="deadlines.overdue").count() == 1


@pytest.mark.django_db
def test_a_failing_subscriber_is_put_back_and_the_others_go_on(monkeypatch) -> None:
    bad, *others = overdue_clocks(4)
    done: list[int] = []

    def subscriber(clock: Clock) -> None:
        if clock.pk == bad.pk and not done.count(-1):
            raise RuntimeError("planted")
        done.append(clock.pk)

    monkeypatch.setitem(events._subscribers, "deadlines.overdue", [subscriber])
    assert services.sweep(NOW) == 3
    assert sorted(done) == sorted(clock.pk for clock in others)
    bad.refresh_from_db()
    assert (bad.overdue_at, bad.sweep_failures) == (None, 1)
    assert services.sweep(NOW + timedelta(minutes=1)) == 0  # not before its time
    done.append(-1)
    assert services.sweep(NOW + timedelta(minutes=6)) == 1


@pytest.mark.django_db
def test_the_sweep_asks_one_cheap_question(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert services.sweep(NOW) == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
def test_four_workers_sweeping_together_mark_each_clock_once(heard) -> None:
    clocks = overdue_clocks(40)
    barrier, counts = threading.Barrier(4), []

    def work() -> None:
        try:
            barrier.wait()
            counts.append(services.sweep(NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 40
    assert sorted(heard) == sorted(clock.pk for clock in clocks)
    assert Clock.objects.filter(overdue_at=NOW).count() == 40
    assert Entry.objects.filter(action="deadlines.overdue").count() == 40


@pytest.mark.django_db
def test_the_minutes_job_sweeps_everything_in_batches(monkeypatch) -> None:
    clocks = overdue_clocks(7)
    monkeypatch.setattr(jobs, "BATCH", 3)
    run = queue.enqueue(system_actor("测试"), jobs.sweep_overdue)
    assert queue.drain() == 1
    run.refresh_from_db()
    assert (run.state, run.message) == ("done", "标记逾期7项")
    assert Clock.objects.filter(overdue_at__isnull=False).count() == len(clocks)
