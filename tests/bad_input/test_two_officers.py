"""Two officers act on one record in the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from bihuan.foundation.audit.models import Entry
from bihuan.foundation.audit.services import verify
from bihuan.foundation.lib.problems import Conflict
from bihuan.foundation.lib.times import local_date
from bihuan.hazards import services as hazards
from bihuan.hazards.models import Hazard
from bihuan.hazards.tests.factories import stage


@pytest.mark.django_db(transaction=True)
def test_the_second_confirmation_is_told_and_the_first_stands() -> None:
    scene = stage()
    hazard = scene.report("county_officer")
    actors = {name: scene.cast.actor(name) for name in ("county_officer", "county_colleague")}
    start = Barrier(2)

    def confirm(name: str) -> str:
        try:
            mine = Hazard.objects.get(pk=hazard.pk)
            start.wait(30)
            days = 10 if name == "county_officer" else 20
            hazards.confirm_hazard(actors[name], mine, at=scene.now, due_on=local_date(scene.now) + timedelta(days=days), expect=mine.version)
        except Conflict as refused:
            return refused.message
        finally:
            connection.close()
        return name

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(confirm, actors))
    winners = [s for s in said if s in actors]
    assert len(winners) == 1, said
    assert "已" in next(s for s in said if s not in actors)
    hazard.refresh_from_db()
    assert (hazard.status, hazard.confirmed_by.username) == ("rectifying", winners[0])
    assert local_date(hazard.due_at) == local_date(scene.now) + timedelta(days=10 if winners == ["county_officer"] else 20)
    assert Entry.objects.of(hazard).filter(action__endswith="confirm").count() == 1
    assert verify().fault is None
