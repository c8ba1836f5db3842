"""Loop metrics come out the same from the history as from the records."""

from __future__ import annotations

import pytest

from bihuan.foundation.audit.models import Entry
from bihuan.foundation.lib.times import local_date
from bihuan.hazards import services
from bihuan.hazards.models import Hazard
from bihuan.hazards.summaries.boards import loop_metrics
from bihuan.hazards.tests.factories import DAY, Stage

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("P24-006")
def test_metrics_are_reproducible_from_the_events(stage: Stage) -> None:
    officer = stage.cast.actor("county_officer")
    in_time = stage.closed(place="一")
    late = stage.at_work(place="二")
    refused = stage.at_work(place="三")
    stage.fix(refused)
    services.reject_recheck(officer, refused, at=stage.now, due_on=local_date(stage.now) + 5 * DAY, reason="不合格")
    stage.fix(refused)
    services.accept_recheck(officer, refused, at=stage.now, opinion="合格")
    stage.now += 20 * DAY
    stage.fix(late)
    services.accept_recheck(officer, late, at=stage.now, opinion="合格")
    stage.confirm(services.report_recurrence(officer, in_time, found_at=stage.now, description="又出现", at=stage.now))
    stage.now += 10 * DAY
    metrics = loop_metrics(Hazard.objects.all(), stage.now)
    events = Entry.objects.filter(kind="hazards.hazard")
    closed = set(events.filter(action="hazards.hazard.accept").values_list("subject_id", flat=True))
    opened = {e.subject_id: e for e in events.filter(action="hazards.hazard.open")}
    confirmed = {e.subject_id: e for e in events.filter(action="hazards.hazard.confirm")}
    rejected = set(events.filter(action="hazards.hazard.reject").values_list("subject_id", flat=True))
    came_back = {e.after["recurrence_of_id"] for e in opened.values() if e.after.get("recurrence_of_id")}
    first_fix = {}
    for entry in events.filter(action="hazards.hazard.report_fix").order_by("seq"):
        first_fix.setdefault(entry.subject_id, entry)
    on_time = {pk for pk in closed - rejected if first_fix[pk].after["fixed_at"] <= confirmed[pk].after["first_due_at"]}
    assert (metrics.closed, metrics.open) == (len(closed), len(set(confirmed) - closed)) == (3, 1)
    assert (metrics.on_time, metrics.rejected, metrics.recurred) == (len(on_time), len(rejected), len(came_back)) == (1, 1, 1)
    assert (metrics.on_time_rate, metrics.reopen_rate, metrics.mean_open_days) == (33.3, 33.3, 10.0)
