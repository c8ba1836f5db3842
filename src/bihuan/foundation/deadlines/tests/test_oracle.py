"""Any sequence of start, pause, resume, extend and stop agrees with a brute-force oracle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bihuan.foundation.audit.models import Ref
from bihuan.foundation.deadlines import calendar, services
from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.deadlines.tests.factories import OFFICER, moment, organisation
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import SHANGHAI

DAY = timedelta(days=1)
# Round numbers of hours, so that moments coincide: due at the very moment, resumed at the due time of day.
STEPS = st.sampled_from([0, 0, 2, 4, 6, 12, 24, 24, 48, 72, 120]).map(lambda hours: timedelta(hours=hours))
IDS = count(1)
WORKED = {d for d in (date(2024, 1, 1) + DAY * n for n in range(1090)) if calendar.is_working_day(d)}


def on(moment_: datetime) -> date:
    return moment_.astimezone(SHANGHAI).date()


@dataclass
class Oracle:
    """Counts day by day, or by elapsed seconds: no formula of the code under test."""

    basis: str
    due: datetime | None
    state: str = "running"
    days_left: int = 0
    time_left: timedelta = timedelta(0)

    def counts(self, day: date) -> bool:
        return self.basis != "working" or day in WORKED

    def pause(self, at: datetime) -> None:
        self.state = "paused"
        if self.due is None:
            return
        self.time_left, self.days_left, day = self.due - at, 0, on(at)
        while day < on(self.due):
            day += DAY
            self.days_left += self.counts(day)

    def resume(self, at: datetime) -> None:
        self.state = "running"
        if self.due is None:
            return
        if self.basis == "exact":
            self.due = at + self.time_left
            return
        day, left, clock = on(at), self.days_left, self.due.astimezone(SHANGHAI).time()
        while left or not self.counts(day):
            day += DAY
            left -= self.counts(day) if left else 0
        while datetime.combine(day, clock, SHANGHAI) <= at or not self.counts(day):
            day += DAY
        self.due = max(self.due, datetime.combine(day, clock, SHANGHAI))


class ClockMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.record = Ref("test.oracle", next(IDS))
        self.now = moment("2024-09-02 08:00")
        self.oracle: Oracle | None = None
        self.steps = 0

    def tick(self, step: timedelta) -> datetime:
        self.now += step
        return self.now

    def attempt(self, allowed: bool, act, **arguments) -> bool:
        """Do it; the service must agree with the oracle on whether it may be done."""
        try:
            act(OFFICER, self.record, "term", at=self.now, **arguments)
        except Problem:
            assert not allowed
            return False
        assert allowed
        self.steps += 1
        return True

    def due_passed(self) -> bool:
        return self.oracle.due is not None and self.oracle.due <= self.now

    @rule(step=STEPS, length=st.integers(0, 15), form=st.sampled_from(["working_days", "days", "due_at", "none"]))
    def start(self, step: timedelta, length: int, form: str) -> None:
        at = self.tick(step)
        free = self.oracle is None or self.oracle.state == "stopped"
        terms = {"due_at": at + timedelta(hours=length * 6)} if form == "due_at" else {form: length} if form != "none" else {}
        if not self.attempt(free, services.start_clock, title="期限", organisation_id=organisation().pk, **terms):
            return
        day, left = on(at), length
        while left or (form == "working_days" and day not in WORKED):
            day += DAY
            left -= (form == "days" or day in WORKED) if left else 0
        end = datetime.combine(day + DAY, datetime.min.time(), SHANGHAI) - timedelta(microseconds=1)
        due = {"due_at": terms.get("due_at"), "none": None}.get(form, end)
        basis = {"working_days": "working", "due_at": "exact"}.get(form, "days")
        self.oracle, self.steps = Oracle(basis, due), 1

    @precondition(lambda self: self.oracle)
    @rule(step=STEPS)
    def pause(self, step: timedelta) -> None:
        at = self.tick(step)
        if self.attempt(self.oracle.state == "running" and not self.due_passed(), services.pause_clock, reason="停产"):
            self.oracle.pause(at)

    @precondition(lambda self: self.oracle)
    @rule(step=STEPS)
    def resume(self, step: timedelta) -> None:
        at = self.tick(step)
        if self.attempt(self.oracle.state == "paused", services.resume_clock):
            self.oracle.resume(at)

    @precondition(lambda self: self.oracle)
    @rule(step=STEPS, by=st.integers(-6, 40).map(lambda n: timedelta(hours=n * 6)))
    def extend(self, step: timedelta, by: timedelta) -> None:
        at = self.tick(step)
        start = self.oracle.due if self.oracle.due is not None and by.days % 2 else at
        due = start + by
        later = due > at and (self.oracle.due is None or due > self.oracle.due)
        allowed = self.oracle.state == "running" and not self.due_passed() and later
        if self.attempt(allowed, services.extend_clock, due_at=due, reason="设备未到货"):
            self.oracle.due = due

    @precondition(lambda self: self.oracle)
    @rule(step=STEPS)
    def stop(self, step: timedelta) -> None:
        self.tick(step)
        if self.attempt(self.oracle.state != "stopped", services.stop_clock):
            self.oracle.state = "stopped"

    @precondition(lambda self: self.oracle)
    @invariant()
    def agrees(self) -> None:
        clock = Clock.objects.of(self.record).first()
        assert (clock.state, clock.due_at) == (self.oracle.state, self.oracle.due)
        overdue = self.oracle.state == "running" and self.oracle.due is not None and self.oracle.due < self.now
        assert Clock.objects.of(self.record).overdue(self.now).exists() is overdue
        events = list(clock.events.all())
        assert len(events) == self.steps
        assert all(a.due_after == b.due_before for a, b in pairwise(events))
        assert events[-1].due_after == clock.due_at
        sentence = services.explain(clock, self.now)
        assert sentence.count("。") == 1
        assert sentence.endswith("。")
        assert "还剩-" not in sentence


@pytest.mark.django_db
def test_any_sequence_of_steps_agrees_with_the_oracle() -> None:
    run_state_machine_as_test(
        ClockMachine,
        settings=settings(max_examples=40, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)),
    )
