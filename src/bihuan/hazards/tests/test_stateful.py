"""Any order of any steps by anybody: no illegal state, complete history, consistent clocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bihuan.foundation.audit.services import verify
from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.messages.models import Todo
from bihuan.foundation.workflow.engine import history_of, perform
from bihuan.hazards.flow.hazard import AT_WORK, HAZARD_FLOW
from bihuan.hazards.models import Hazard, Supervision
from bihuan.hazards.tests.factories import DAY, Stage, stage

PEOPLE = ("county_officer", "county_colleague", "principal", "safety_manager", "safety_director", "worker", "sibling_officer")
NAMES = tuple(t.name for t in HAZARD_FLOW.transitions if t.name != "merge")
LEGAL = {t.name: t for t in HAZARD_FLOW.transitions}
PARTS = ("responsibility", "measure", "money", "deadline", "contingency")


def inputs_for(name: str, scene: Stage, level: str, days: int) -> dict[str, Any]:
    """Plausible inputs of a step."""
    wanted = {i.name for i in LEGAL[name].inputs}
    day = local_date(scene.now) + days * DAY
    known = {
        "level": level, "criterion": scene.criterion if level == "major" else None, "due_on": day, "new_due_on": day + 20 * DAY,
        "assignee": "王安", "needs_plan": False, "summary": "已改", "no_photo_reason": "测试", "opinion": "合格", "stop_production": days % 2 == 0,
        "plan_person": "周总", "plan_measures": "改造", "plan_amount_fen": 100, "plan_due_on": local_date(scene.now), "plan_contingency": "停产",
        "plan_owners": dict.fromkeys(PARTS, "周总"),
    }  # fmt: skip
    return {key: value for key, value in known.items() if key in wanted}


class Loop(RuleBasedStateMachine):
    """One hazard in the hands of everybody."""

    @initialize(reporter=st.sampled_from(["county_officer", "principal", "worker"]), level=st.sampled_from(["general", "major"]))
    def start(self, reporter: str, level: str) -> None:
        """Somebody reports it."""
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.scene = stage()
        self.hazard = self.scene.report(reporter, level=level)
        self.taken = 0

    def teardown(self) -> None:
        """Check the chain, then undo everything."""
        if hasattr(self, "scene"):
            assert verify().fault is None
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @rule(hours=st.integers(1, 24 * 12))
    def wait(self, hours: int) -> None:
        """Time passes."""
        self.scene.tick(timedelta(hours=hours))

    @rule(name=st.sampled_from(NAMES), who=st.sampled_from(PEOPLE), level=st.sampled_from(["general", "major"]), days=st.integers(-2, 15))
    def step(self, name: str, who: str, level: str, days: int) -> None:
        """Somebody tries a step; either it is legal and all its traces are there, or nothing has changed."""
        before = Hazard.objects.values().get(pk=self.hazard.pk)
        try:
            with transaction.atomic():
                perform(self.scene.cast.actor(who), self.hazard, name, at=self.scene.now, note="理由", **inputs_for(name, self.scene, level, days))
        except Problem:
            assert Hazard.objects.values().get(pk=self.hazard.pk) == before
            return
        transition = LEGAL[name]
        assert before["status"] in transition.source
        assert who != "sibling_officer"
        self.taken += 1
        fresh = Hazard.objects.get(pk=self.hazard.pk)
        assert fresh.version == before["version"] + 1
        assert history_of(fresh)[-1].action == f"hazards.hazard.{name}"
        if name in ("accept", "self_accept"):
            assert fresh.rechecked_by_id != fresh.rectified_by_id

    @precondition(lambda self: hasattr(self, "scene"))
    @invariant()
    def traces_are_complete(self) -> None:
        """One history entry a step; milestones in order; majors carry what they must."""
        h = Hazard.objects.get(pk=self.hazard.pk)
        loop_steps = [line for line in history_of(h) if line.action.startswith("hazards.hazard.")]
        assert len(loop_steps) == self.taken + 1
        marks = [m for m in (h.reported_at, h.confirmed_at, h.plan_approved_at) if m is not None]
        assert marks == sorted(marks)
        if h.status == "closed":
            assert h.confirmed_at is not None
            assert h.confirmed_at <= h.fixed_at <= h.rechecked_at == h.closed_at
        if h.confirmed_at and h.level == "major":
            assert h.criterion_id is not None
            assert Supervision.objects.filter(hazard=h).count() == 1
            assert h.status not in AT_WORK or h.plan_approved_at is not None

    @precondition(lambda self: hasattr(self, "scene"))
    @invariant()
    def clocks_and_todos_fit_the_state(self) -> None:
        """The rectification clock is open exactly while there is something to rectify, and says what the record says."""
        h = Hazard.objects.get(pk=self.hazard.pk)
        clocks = {c.kind: c for c in Clock.objects.of(h).open()}
        assert ("rectify" in clocks) == (h.status in (*AT_WORK, "planning", "extension"))
        assert ("confirm" in clocks) == (h.status == "found")
        assert ("recheck" in clocks) == (h.status == "recheck")
        if "rectify" in clocks:
            assert clocks["rectify"].due_at == h.due_at
            assert (clocks["rectify"].state == "paused") == (h.paused_at is not None)
        todos = list(Todo.objects.open().filter(kind="hazards.hazard", subject_id=h.pk).values_list("capability", flat=True))
        assert todos == ([h.state.todo] if h.state.todo else [])


class TestLoop(TestCase):
    """Runs the machine."""

    def test_no_order_of_steps_breaks_the_loop(self) -> None:
        """Many random lives of a hazard."""
        run_state_machine_as_test(
            Loop, settings=settings(max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        )
