"""The cockpit: one's own units only, and no query a unit."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.campaigns.models import CampaignUnit
from bihuan.campaigns.tests.factories import board
from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.tenancy.services import create_organisation

pytestmark = pytest.mark.django_db


def test_sight_and_queries_do_not_grow_with_the_units(time_machine) -> None:  # type: ignore[no-untyped-def]
    b = board()
    b.stage.at_work(level="major")
    time_machine.move_to(b.friday(2), tick=False)
    client = Client()
    client.force_login(b.stage.cast.user["city_officer"], backend="django.contrib.auth.backends.ModelBackend")
    client.get("/cockpit/")
    with CaptureQueriesContext(connection) as before:
        html = client.get("/cockpit/").content.decode()
    assert "定襄县" in html
    for n in range(12):
        node = create_organisation(system_actor("t"), kind="county", name=f"县{n}", code=f"14099{n:02d}", parent=b.stage.cast.city, at=b.friday(1))
        CampaignUnit.objects.create(campaign=b.campaign, unit=node, kind="county", order=n + 5, since=b.friday(1))
    with CaptureQueriesContext(connection) as after:
        client.get("/cockpit/")
    assert len(after) <= len(before) + 1
    other = Client()
    other.force_login(b.stage.cast.user["other_city_officer"], backend="django.contrib.auth.backends.ModelBackend")
    assert "定襄县" not in other.get("/cockpit/").content.decode()
