"""The risk grade: explained, versioned, with improvements that hold what they promise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from bihuan.enterprises.grading import formula_on, register_facts
from bihuan.enterprises.models import Enterprise, GradeResult
from bihuan.enterprises.rules.grading import GRADES, improvements, score
from bihuan.enterprises.services import grade_all, grade_firms, update_enterprise
from bihuan.enterprises.tests.factories import AT, BUILDER, Stage, firm
from bihuan.foundation.audit.services import verify
from bihuan.foundation.lib.times import local_date

FORMULA = formula_on(local_date(AT))
FACTS = st.fixed_dictionaries(
    {f.key: st.integers(0, 3) if f.kind == "table" else st.integers(0, 1) if f.kind == "when" else st.integers(0, 60) for f in FORMULA.factors}
)
LATER = AT + timedelta(days=1)


@given(FACTS)
def test_every_improvement_gives_exactly_the_grade_it_promises(facts: dict[str, int]) -> None:
    now = score(FORMULA, facts)
    for item in improvements(FORMULA, facts):
        then = score(FORMULA, {**facts, **item.facts})
        assert (then.score, then.grade, then.inspections) == (item.score, item.grade, item.inspections)
        assert item.score < now.score
        assert GRADES.index(item.grade) <= GRADES.index(now.grade)


@given(FACTS)
def test_the_contributions_add_up_to_the_score(facts: dict[str, int]) -> None:
    result = score(FORMULA, facts)
    assert sum(part.points for part in result.contributions) == result.score


@given(FACTS, st.integers(0, 3), st.integers(0, 3))
def test_a_better_standard_never_means_more_inspections(facts: dict[str, int], one: int, other: int) -> None:
    quality = {0: 0, 3: 1, 2: 2, 1: 3}
    worse, better = sorted((one, other), key=lambda level: quality[level])
    planned = [score(FORMULA, {**facts, "standardisation_level": level}).inspections for level in (worse, better)]
    assert planned[1] <= planned[0]


@pytest.mark.django_db
@pytest.mark.requirement("J25-010", "L22-036")
def test_raising_the_level_lowers_the_planned_frequency_and_lowering_it_raises_it_again(stage: Stage) -> None:
    officer = stage.people.actor("county_officer")
    planned = []
    for day, level in enumerate((None, 2, None), start=1):
        update_enterprise(officer, stage.firm, at=AT + timedelta(days=day), headcount=186 + day, standardisation_level=level, dust_workers=30)
        planned.append(stage.firm.grade_results.first())
    assert planned[1].inspections < planned[0].inspections
    assert planned[2].inspections > planned[1].inspections
    assert {row.version for row in planned} == {FORMULA.version}
    assert planned[0].formula == FORMULA.key


@pytest.mark.django_db
def test_results_are_kept_for_good_and_only_when_something_changed(stage: Stage) -> None:
    assert stage.firm.grade_results.count() == 1
    assert grade_all(at=LATER) == 0
    with pytest.raises(TypeError):
        stage.firm.grade_results.first().delete()
    update_enterprise(BUILDER, stage.firm, at=LATER, dust_workers=40)
    assert stage.firm.grade_results.count() == 2
    part = next(p for p in stage.firm.grade_results.first().contributions if p["key"] == "dust_workers")
    assert (part["fact"], part["points"]) == (40, 15)
    assert verify().fault is None


@pytest.mark.django_db
def test_facts_of_higher_apps_count(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.enterprises.grading._providers", {})
    register_facts("open_majors", lambda ids, at: {pk: 3 for pk in ids if pk == stage.firm.pk})
    grade_all(at=LATER)
    stage.firm.refresh_from_db()
    stage.other.refresh_from_db()
    assert stage.firm.grade in ("orange", "red")
    assert stage.other.grade in ("blue", "yellow")


@pytest.mark.django_db
def test_many_firms_cost_as_many_queries_as_few(stage: Stage) -> None:
    def cost() -> int:
        GradeResult.objects.all()._raw_delete(using="default")
        with CaptureQueriesContext(connection) as queries:
            grade_all(at=LATER)
        return len(queries)

    few = cost()
    for number in range(100, 112):
        firm(stage.people.county, number)
    assert cost() <= few + 1  # heads of histories are written in batches
    assert not Enterprise.objects.filter(grade="").exists()


@pytest.mark.django_db
def test_a_stale_object_is_graded_by_what_the_database_says(stage: Stage) -> None:
    stale = Enterprise.objects.get(pk=stage.firm.pk)
    update_enterprise(BUILDER, stage.firm, at=LATER, dust_workers=40)
    grade_firms([stale], at=LATER, reason="再评")
    assert stage.firm.grade_results.first().facts["dust_workers"] == 40
