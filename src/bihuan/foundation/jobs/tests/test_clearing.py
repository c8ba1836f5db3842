"""Old jobs go, with their files; young ones and waiting ones stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bihuan.foundation.jobs import clearing, services
from bihuan.foundation.jobs.models import JobRun
from bihuan.foundation.jobs.tests import jobs_for_tests as sample
from bihuan.foundation.jobs.tests.jobs_for_tests import Person
from bihuan.foundation.lib.times import utc_now


@pytest.mark.django_db
def test_finished_jobs_are_cleared_after_their_time(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    mine, systems = services.enqueue(Person(), sample.keep), services.enqueue(Person(None), sample.note)
    services.drain()
    waiting = services.enqueue(Person(), sample.note)
    mine.refresh_from_db()
    file = Path(tmp_path) / mine.result_file
    assert clearing.clear(utc_now() + timedelta(days=8)) == 1
    assert set(JobRun.objects.values_list("pk", flat=True)) == {mine.pk, waiting.pk}
    assert file.exists()
    assert not JobRun.objects.filter(pk=systems.pk).exists()
    assert clearing.clear(utc_now() + timedelta(days=91)) == 1
    assert not file.exists()
    assert JobRun.objects.get() == waiting
