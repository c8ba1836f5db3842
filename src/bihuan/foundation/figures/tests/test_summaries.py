"""Stored points give the numbers of live evaluation; cumulative numbers keep their invariants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.campaigns.layout import annex1
from bihuan.foundation.figures import changes, summaries
from bihuan.foundation.figures.evaluate import Scope, evaluate
from bihuan.foundation.figures.models import Change, Checkpoint
from bihuan.foundation.figures.registry import all_figures
from bihuan.foundation.figures.summaries import Window, evaluate_from_summary
from bihuan.foundation.figures.tests.streams import END, START, STREAMS, Play
from bihuan.foundation.lib.times import local_date
from bihuan.hazards.models import Hazard
from bihuan.hazards.tests.factories import Stage, stage

WINDOW = Window(START, END, (START + timedelta(days=4, hours=15),))
OWNERS = ("hazards.hazard", "inspections.visit", "enforcement.penalty")
STREAMED = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Stage:
    return stage()


@contextmanager
def playing(scene: Stage) -> Iterator[Play]:
    """A play whose traces vanish afterwards; the machine's clock is the play's."""
    firms = [scene.firm, scene.other_firm]
    play = Play([*firms, type(scene.firm).objects.get(pk=scene.firm.pk)], sorted(f.reporting_unit_id for f in firms), scene.criterion)
    homes = [f.reporting_unit_id for f in play.firms]
    with transaction.atomic(), patch.object(changes, "utc_now", lambda: play.now), patch.object(summaries, "_sources", [lambda at: [WINDOW]]):
        yield play
        transaction.set_rollback(True)
    for firm, home in zip(play.firms, homes, strict=True):
        firm.reporting_unit_id = home


def figures() -> list[Any]:
    return [item for item in all_figures().values() if item.base.key in OWNERS]


@STREAMED
@given(stream=STREAMS, back=st.lists(st.integers(0, 14 * 24 * 60), min_size=1, max_size=4), last=st.booleans())
def test_stored_points_give_the_live_numbers(scene: Stage, stream: Any, back: list[int], last: bool) -> None:
    """At any past cut-off, for all units, one unit, and another window."""
    with playing(scene) as play:
        play.run(stream)
        if last:
            play.refresh()
        for minutes in back:
            cutoff = play.now - timedelta(minutes=minutes)
            for units in (None, play.units, play.units[:1]):
                scope = Scope.of(cutoff=cutoff, since=START, until=END, units=units)
                live, stored = evaluate(figures(), scope), evaluate_from_summary(figures(), scope)
                for item in figures():
                    assert stored.total(item) == live.total(item), item.key
                    assert [stored.value(item, u) for u in play.units] == [live.value(item, u) for u in play.units], item.key


@STREAMED
@given(stream=STREAMS, hours=st.lists(st.integers(0, 12 * 24), min_size=2, max_size=2))
def test_cumulative_numbers_keep_their_invariants(scene: Stage, stream: Any, hours: list[int]) -> None:
    """Never falling but by withdrawal; fixed within found; parts within the whole; units add up to the city."""
    stream = [item for item in stream if item[0][0] != "relevel"]
    with playing(scene) as play:
        play.run(stream)
        early, late = (START + timedelta(hours=h) for h in sorted(hours))
        first, second = (evaluate(figures(), Scope.of(cutoff=at, since=START, until=END)) for at in (early, late))
        ended = sum(early < at <= late for at in play.ends())
        for item in figures():
            if item.measure.kind != "sum":
                assert second.total(item) >= first.total(item) - ended, item.key
            if not ended:
                assert all(second.value(item, u) >= first.value(item, u) for u in play.units), item.key
            for upper in filter(None, (item.not_above, item.part_of)):
                assert all(second.value(item, u) <= second.value(upper, u) for u in play.units), (item.key, upper)
            parts = sum(second.value(item, u) for u in play.units)
            assert parts == second.total(item) if item.measure.kind != "distinct" else parts >= second.total(item), item.key


def test_reading_uses_the_point_and_looks_only_at_what_came_after(scene: Stage, django_assert_max_num_queries: Any) -> None:
    with playing(scene) as play:
        for _ in range(3):
            play.find(0, "self", "general", 0)
            play.now += timedelta(days=1)
            play.confirm(-1)
        play.now += timedelta(hours=1)
        assert summaries.refresh(play.now) > 0
        assert not Change.objects.exists()
        found = [item for item in annex1().figures() if item.key == "hazards.self.general.found"]
        Hazard.objects.all().update(level="major", criterion=scene.criterion)  # unseen by any hook: only the stored point still says 3
        scope = Scope.of(cutoff=play.now, since=START, until=END)
        with django_assert_max_num_queries(3):
            assert evaluate_from_summary(found, scope).total(found[0]) == 3
        assert [(d.figure, d.stored, d.live) for d in summaries.differences(play.now) if d.figure == found[0].key] == [(found[0].key, 3, 0)]
        summaries.refresh(play.now)
        assert evaluate_from_summary(found, scope).total(found[0]) == 0


def test_the_engine_and_the_services_tell_what_they_write(scene: Stage) -> None:
    """A step taken now needs no note; a past one and a changed condition do."""
    now = scene.tick(timedelta(days=3))
    with patch.object(changes, "utc_now", lambda: now):
        hazard = scene.report("county_officer", at=now)
        assert not Change.objects.filter(base="hazards.hazard").exists()
    with patch.object(changes, "utc_now", lambda: now + timedelta(days=2)):
        scene.confirm(hazard)
    assert Change.objects.filter(base="hazards.hazard").exists()


def test_points_of_other_definitions_and_old_windows_are_dropped(scene: Stage) -> None:
    with playing(scene) as play:
        play.find(0, "self", "general", 0)
        play.now += timedelta(days=2)
        play.refresh()
        Checkpoint.objects.filter(base="hazards.hazard").update(signature="x" * 64)
        play.refresh()
        assert not Checkpoint.objects.filter(signature="x" * 64).exists()
        days = Checkpoint.objects.filter(base="hazards.hazard").count()
        play.refresh()
        assert Checkpoint.objects.filter(base="hazards.hazard").count() == days
        assert local_date(play.now) > local_date(START)
