"""What can be reported, how late, and how duplicates count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bihuan.foundation.figures.evaluate import Scope, evaluate
from bihuan.foundation.lib.problems import Forbidden, Invalid, Problem
from bihuan.hazards import services
from bihuan.hazards.choices import Origin
from bihuan.hazards.models import Hazard
from bihuan.hazards.summaries import PAIRS, found
from bihuan.hazards.tests.factories import DAY, Stage, criterion

pytestmark = pytest.mark.django_db


def test_found_in_the_future_or_too_long_ago_is_refused(stage: Stage) -> None:
    with pytest.raises(Invalid, match="不能晚于当前时间"):
        stage.report("county_officer", found_at=stage.now + DAY)
    with pytest.raises(Invalid, match="72 小时的补录时限"):
        stage.report("county_officer", found_at=stage.now - timedelta(hours=73))
    late = stage.report("county_officer", found_at=stage.now - timedelta(hours=71), captured_at=stage.now - timedelta(hours=71))
    assert late.reported_at == stage.now
    assert late.captured_at < late.reported_at
    assert Hazard.objects.count() == 1


@pytest.mark.requirement("X24-005")
def test_major_without_a_criterion_is_refused_at_report_and_at_confirmation(stage: Stage) -> None:
    with pytest.raises(Invalid) as caught:
        stage.report("county_officer", level="major", criterion=None)
    assert "criterion" in caught.value.errors
    hazard = stage.report("county_officer")
    with pytest.raises(Problem, match="须选择判定标准条款"):
        stage.confirm(hazard, level="major")
    stage.confirm(hazard, level="major", criterion=stage.criterion)
    stored = Hazard.objects.select_related("criterion__criterion").get(pk=hazard.pk)
    assert (stored.criterion.criterion.code, stored.criterion.number) == ("MEM10-11-3", 1)


@pytest.mark.requirement("P24-019")
def test_an_old_finding_keeps_its_version_and_a_new_one_cannot_use_it(stage: Stage) -> None:
    old = stage.at_work(level="major")
    type(stage.criterion).objects.filter(pk=stage.criterion.pk).update(effective_to=date(2025, 1, 31))
    newer = criterion(since=date(2025, 2, 1), number=2)
    stage.tick(30 * DAY)
    stage.criterion.refresh_from_db()
    second = stage.report("county_officer", place="二车间")
    with pytest.raises(Problem, match="不在有效期内"):
        stage.confirm(second, level="major", criterion=stage.criterion)
    stage.confirm(second, level="major", criterion=newer)
    old.refresh_from_db()
    assert (old.criterion.number, second.criterion.number) == (1, 2)


@pytest.mark.requirement("X24-075")
def test_a_finding_without_basis_is_refused(stage: Stage) -> None:
    with pytest.raises(Invalid) as caught:
        stage.report("county_officer", basis="  ")
    assert "basis" in caught.value.errors


def test_the_five_stages_are_closed(stage: Stage) -> None:
    with pytest.raises(Invalid, match="企业自查、市县检查、交叉检查、市级督查、群众举报"):
        stage.report("county_officer", origin="sixth")
    assert Origin.labels == ["企业自查", "市县检查", "交叉检查", "市级督查", "群众举报"]


def test_a_body_that_does_not_fit_the_stage_is_refused(stage: Stage) -> None:
    with pytest.raises(Invalid, match="检查单位不能是"):
        stage.report("county_officer", origin="city_supervision")
    assert stage.report("city_officer", origin="city_supervision").checking_level == "city"
    assert stage.report("county_officer").checking_level == "county"
    assert stage.report("worker").checking_level == "enterprise"


def test_a_firm_cannot_report_for_another_nor_under_an_inspection(stage: Stage) -> None:
    with pytest.raises(Problem):
        stage.report("principal", enterprise=stage.other_firm)
    with pytest.raises(Forbidden):
        stage.report("principal", origin="inspection", checking_body=stage.cast.county)


def test_only_the_firms_own_report_is_sealed(stage: Stage) -> None:
    assert stage.report("principal").sealed_at == stage.now
    assert stage.report("county_officer", origin="self").sealed_at is None
    assert stage.report("county_officer").sealed_at is None


@pytest.mark.requirement("L22-005")
def test_the_same_hazard_from_two_origins_is_linked_and_counts_once_with_the_earliest_finding(stage: Stage) -> None:
    own = stage.report("principal", at=stage.now)
    stage.confirm(own, "safety_manager")
    stage.tick(DAY)
    inspected = stage.report("county_officer")
    stage.confirm(inspected)
    assert own in services.possible_duplicates(inspected)
    counting, merged = services.link_duplicates(stage.cast.actor("county_officer"), inspected, own, at=stage.now, note="同一处积尘")
    assert (counting.pk, merged.pk, merged.status, merged.duplicate_of_id) == (own.pk, inspected.pk, "withdrawn", own.pk)
    stage.tick(DAY)
    table = evaluate([item for pair in PAIRS.values() for item in pair], Scope.of(cutoff=stage.now))
    unit = stage.cast.county.pk
    assert table.value(found("self.general"), unit) == 1
    assert table.value(found("inspection.general"), unit) == 0
    assert table.value(found("all.general"), unit) == 1


def test_a_firm_cannot_link_away_a_finding(stage: Stage) -> None:
    first, second = stage.report("principal"), stage.report("county_officer")
    with pytest.raises(Forbidden):
        services.link_duplicates(stage.cast.actor("principal"), first, second, at=stage.now, note="同一处")


def test_numbers_run_by_division_and_year(stage: Stage) -> None:
    numbers = [stage.report("county_officer").number for _ in range(3)] + [stage.report("sibling_officer", enterprise=stage.other_firm).number]
    assert numbers == ["YH-140921-2025-000001", "YH-140921-2025-000002", "YH-140921-2025-000003", "YH-140922-2025-000001"]
