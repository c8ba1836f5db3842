"""Schedules (定时计划): declared in code, kept as rows, fired once whoever is watching."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction

from bihuan.foundation.jobs import rules
from bihuan.foundation.jobs.models import JobRun, Schedule
from bihuan.foundation.jobs.services import Task, enqueue


@dataclass(frozen=True)
class Plan:
    """A declared schedule."""

    key: str
    title: str
    task: Task
    at: time | None
    minutes: int | None

    @property
    def timing(self) -> str:
        """The timing in Chinese; a change of it re-plans the row."""
        return f"每日{self.at:%H:%M}" if self.at else f"每{self.minutes}分钟"

    def next_run(self, after: datetime) -> datetime:
        """When it runs next; missed turns are not caught up one by one."""
        return rules.next_daily(self.at, after) if self.at else after + timedelta(minutes=self.minutes or 1)


@dataclass(frozen=True)
class Scheduler:
    """Starts scheduled jobs."""

    user_id: None = None
    name: str = "系统（定时计划）"


_plans: dict[str, Plan] = {}


def every(key: str, *, task: Task, title: str = "", at: str | None = None, minutes: int | None = None) -> None:
    """Declare that `task(run)` runs daily `at` a time in China ("02:10") or every so many `minutes`.

    Call it in `apps.py: ready()`. Declaring a key again with another task is a fault of the program.
    """
    if (at is None) == (minutes is None) or (minutes is not None and minutes < 1):
        raise ValueError(f"{key}: give at= or minutes=")
    plan = Plan(key, title or key, task, rules.read_time(at) if at else None, minutes)
    if key in _plans and _plans[key] != plan:
        raise ValueError(f"{key}: declared twice")
    _plans[key] = plan


def plans() -> dict[str, Plan]:
    """All declared schedules."""
    return dict(_plans)


def synchronise(at: datetime) -> None:
    """Bring the rows in line with what is declared: new ones start, changed ones are planned anew, gone ones rest."""
    rows = {row.key: row for row in Schedule.objects.all()}
    for key, plan in _plans.items():
        row = rows.get(key)
        if row is None:
            # Two workers may start together; the second finds the row.
            Schedule.objects.get_or_create(
                key=key, defaults={"title": plan.title, "timing": plan.timing, "next_run": plan.next_run(at)}
            )
        elif (row.title, row.timing, row.enabled) != (plan.title, plan.timing, True):
            moved = {} if row.timing == plan.timing and row.enabled else {"next_run": plan.next_run(at)}
            Schedule.objects.filter(pk=row.pk).update(title=plan.title, timing=plan.timing, enabled=True, **moved)
    Schedule.objects.filter(enabled=True).exclude(key__in=_plans).update(enabled=False)


def fire_due(at: datetime) -> int:
    """Queue the jobs of all schedules that are due; each turn is claimed by a conditional update. Returns how many."""
    return sum(_fire(row, at) for row in Schedule.objects.due(at) if row.key in _plans)


def _fire(row: Schedule, at: datetime) -> bool:
    plan = _plans[row.key]
    with transaction.atomic():
        turn = Schedule.objects.filter(pk=row.pk, next_run=row.next_run, enabled=True)
        if not turn.update(next_run=plan.next_run(at), last_run=at):
            return False
        if JobRun.objects.open().filter(schedule_key=plan.key).exists():
            return False  # the turn before is still under way
        job = enqueue(Scheduler(), plan.task, title=plan.title, schedule_key=plan.key, at=at)
        Schedule.objects.filter(pk=row.pk).update(last_job=job)
    return True
