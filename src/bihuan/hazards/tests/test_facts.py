"""Open and overdue hazards weigh on the firm's grade, and closing them lifts it."""

from datetime import timedelta

import pytest

from bihuan.hazards.summaries.facts import open_majors, overdue_hazards
from bihuan.hazards.tests.factories import stage

pytestmark = pytest.mark.django_db


def test_only_confirmed_open_majors_and_what_is_late_count() -> None:
    scene = stage()
    ids = [scene.firm.pk, scene.other_firm.pk]
    scene.report("county_officer", level="major", place="A")
    assert open_majors(ids, scene.now) == {}
    scene.at_work(level="major", place="B")
    scene.closed(place="C")
    assert open_majors(ids, scene.now) == {scene.firm.pk: 1}
    assert overdue_hazards(ids, scene.now) == {}
    assert overdue_hazards(ids, scene.now + timedelta(days=30)) == {scene.firm.pk: 1}
