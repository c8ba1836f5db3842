"""The phase-out catalogue and gas pipelines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bihuan.enterprises.models import HazardCandidate
from bihuan.enterprises.rules.assets import PhaseOut, flagged
from bihuan.enterprises.services import (
    add_equipment,
    add_pipeline,
    match_catalogue,
    note_pipeline,
    plan_replacement,
)
from bihuan.enterprises.tests.factories import AT, Stage

NEW_VERSION = [PhaseOut("TT-99", ("冲天炉",), date(2025, 6, 30), "淘汰落后目录 TT-99")]


@pytest.mark.django_db
@pytest.mark.requirement("J25-035")
def test_a_new_version_of_the_catalogue_flags_matching_equipment_in_every_firm(stage: Stage) -> None:
    city = stage.people.actor("city_officer")
    items = [add_equipment(city, firm, name="3 吨冲天炉", at=AT) for firm in (stage.firm, stage.other)]
    spared = add_equipment(city, stage.firm, name="中频感应炉", at=AT)
    assert match_catalogue(at=AT, catalogue=NEW_VERSION) == 2
    for item in items:
        item.refresh_from_db()
        assert (item.phase_out, item.phase_out_by) == ("TT-99", date(2025, 6, 30))
    spared.refresh_from_db()
    assert spared.phase_out == ""
    assert match_catalogue(at=AT, catalogue=NEW_VERSION) == 0


@pytest.mark.parametrize(
    ("leaks", "planned", "expected"),
    [([10, 20], False, True), ([10], False, False), ([10, 20], True, False), ([10, 364], False, True), ([10, 365], False, False)],
)
def test_two_leaks_within_twelve_months(leaks: list[int], planned: bool, expected: bool) -> None:
    today = date(2025, 6, 1)
    assert flagged([today - timedelta(days=n) for n in leaks], planned=planned, on=today) is expected


@pytest.mark.django_db
@pytest.mark.requirement("J25-058")
def test_a_pipeline_that_leaks_twice_is_flagged_until_its_replacement_is_planned(stage: Stage) -> None:
    officer = stage.people.actor("county_officer")
    pipe = add_pipeline(officer, stage.firm, number="GL-01", installed_on=date(2010, 5, 1), at=AT)
    note_pipeline(officer, pipe, kind="leak", on=date(2024, 9, 1), at=AT)
    assert not HazardCandidate.objects.exists()
    note_pipeline(officer, pipe, kind="leak", on=date(2025, 1, 2), at=AT)
    candidate = HazardCandidate.objects.get()
    assert "泄漏2次" in candidate.title
    plan_replacement(officer, pipe, on=date(2025, 9, 30), at=AT)
    candidate.refresh_from_db()
    assert candidate.cleared_at == AT
