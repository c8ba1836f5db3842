"""Histories loaded in bulk are the histories that the services would have written."""

from datetime import timedelta

import pytest

from bihuan.foundation.audit.models import Entry
from bihuan.foundation.audit.services import verify
from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.messages.models import Todo
from bihuan.foundation.workflow.replay import Replay
from bihuan.hazards.models import Hazard
from bihuan.hazards.tests.factories import Stage, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Stage:
    return stage()


def blank(scene: Stage, number: str) -> Hazard:
    return Hazard(
        organisation=scene.firm.organisation, enterprise=scene.firm, unit=scene.firm.reporting_unit, origin="inspection",
        channel="targeted_enforcement", checking_level="county", checking_body=scene.cast.county, level="general", number=number,
        title="积尘", description="积尘", basis="GB 15577", found_at=scene.now, reported_at=scene.now,
    )  # fmt: skip


def test_the_same_actions_and_values_as_through_the_services(scene: Stage) -> None:
    real = scene.closed(place="A")
    officer, fixer = scene.cast.actor("county_officer"), scene.cast.actor("safety_manager")
    replay: Replay[Hazard] = Replay(Hazard)
    closed = replay.open(officer, blank(scene, "YH-1"), at=scene.now)
    replay.step(closed, officer, "confirm", at=scene.now, level="general", due_on=local_date(scene.now) + timedelta(days=10))
    replay.step(closed, fixer, "report_fix", at=scene.now, summary="已清理", no_photo_reason="测试")
    replay.step(closed, officer, "accept", at=scene.now, opinion="核实")
    waiting = replay.open(officer, blank(scene, "YH-2"), at=scene.now)
    first, second = replay.flush()
    assert first.status == "closed"
    assert [e.action for e in Entry.objects.of(first)] == [e.action for e in Entry.objects.of(real)]
    assert (first.closed_at, first.rechecked_by_id, first.version) == (scene.now, officer.user_id, real.version)
    assert not Clock.objects.of(first).open().exists()
    assert waiting.record.status == "found"
    assert Clock.objects.of(second).open().get().kind == "confirm"
    assert Todo.objects.of("hazards.hazard", second.pk).open().get().capability == "hazards.confirm"
    assert verify().fault is None


def test_it_refuses_what_the_engine_refuses(scene: Stage) -> None:
    officer = scene.cast.actor("county_officer")
    replay: Replay[Hazard] = Replay(Hazard)
    story = replay.open(officer, blank(scene, "YH-1"), at=scene.now)
    replay.step(story, officer, "confirm", at=scene.now, level="general", due_on=local_date(scene.now) + timedelta(days=10))
    replay.step(story, officer, "report_fix", at=scene.now, summary="已清理", no_photo_reason="测试")
    with pytest.raises(Problem, match="须由另一人办理"):
        replay.step(story, officer, "accept", at=scene.now, opinion="核实")
    with pytest.raises(Problem):
        replay.step(story, officer, "withdraw", at=scene.now, note="x")
