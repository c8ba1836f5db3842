"""Figures of visits: two levels, distinct totals, cut-offs, and any stream of visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.tests.factories import AT, firm
from bihuan.foundation.figures.evaluate import Scope, evaluate
from bihuan.inspections.models import Visit
from bihuan.inspections.services import void_visit
from bihuan.inspections.summaries import CITY_FIRMS, COUNTY_FIRMS, CROSS_COUNTIES, CROSS_FIRMS, JOINT_FIRMS
from bihuan.inspections.tests.factories import Stage

pytestmark = pytest.mark.django_db
FIGURES = (CITY_FIRMS, COUNTY_FIRMS, JOINT_FIRMS, CROSS_FIRMS, CROSS_COUNTIES)
DAY = timedelta(days=1)


def values(stage: Stage, cutoff: datetime = AT + DAY) -> tuple[int, ...]:
    """The county's figures, in the order of FIGURES."""
    table = evaluate(FIGURES, Scope.of(cutoff=cutoff))
    return tuple(table.value(figure, stage.firm.reporting_unit_id) for figure in FIGURES)


@pytest.mark.requirement("X24-062")
def test_a_firm_inspected_by_both_levels_is_in_both_and_once_in_the_distinct_total(stage: Stage) -> None:
    for _ in range(2):
        stage.visit()
        stage.visit("city_officer", level="city", body=stage.people.city)
    assert values(stage) == (1, 1, 1, 0, 0)
    second = firm(stage.people.county, 60)
    stage.visit(enterprise=second)
    assert values(stage) == (1, 2, 2, 0, 0)
    stage.visit("city_officer", level="city", body=stage.people.city, enterprise=stage.other)
    total = evaluate(FIGURES, Scope.of(cutoff=AT + DAY))
    assert [total.total(figure) for figure in FIGURES] == [2, 2, 3, 0, 0]


def test_cross_and_supervision_visits_are_not_joint_ones(stage: Stage) -> None:
    stage.visit(kind="cross", body=stage.people.sibling_county, host_body=stage.people.county)
    stage.visit("city_officer", kind="supervision", level="city", body=stage.people.city)
    assert values(stage) == (0, 0, 0, 1, 1)


def test_a_voided_visit_leaves_later_weeks_and_stays_in_earlier_ones(stage: Stage) -> None:
    visit = stage.visit()
    void_visit(stage.actor("county_officer"), visit, reason="企业选错了", at=AT + 3 * DAY)
    assert values(stage, AT + 2 * DAY)[1] == 1
    assert values(stage, AT + 4 * DAY)[1] == 0


VISITS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["city", "county", "cross"]), st.integers(0, 9)), max_size=14)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(stream=VISITS)
def test_any_stream_of_visits_counts_as_by_hand(stage: Stage, stream: Sequence[tuple[int, str, int]]) -> None:
    if not Enterprise.objects.filter(name="测试机械厂70").exists():
        for number in range(70, 73):
            firm(stage.people.county, number)
    firms = list(Enterprise.objects.filter(reporting_unit=stage.people.county).order_by("pk"))
    with transaction.atomic():
        for which, level, day in stream:
            row = Visit(
                organisation=firms[which].organisation, enterprise=firms[which], unit=stage.people.county, status="under_way", opened_at=AT + day * DAY,
                stepped_at=AT + day * DAY, kind="cross" if level == "cross" else "joint", level="city" if level == "city" else "county",
                body=stage.people.county, started_at=AT + day * DAY, inspectors=["甲", "乙"],
            )  # fmt: skip
            row.save()
        before: tuple[int, ...] = (0,) * len(FIGURES)
        for day in range(10):
            seen = [(which, level) for which, level, when in stream if when <= day]
            by = {name: {which for which, level in seen if level == name} for name in ("city", "county", "cross")}
            expected = (len(by["city"]), len(by["county"]), len(by["city"] | by["county"]), len(by["cross"]), min(1, len(by["cross"])))
            found = values(stage, AT + day * DAY)
            assert found == expected
            assert all(now >= was for now, was in zip(found, before, strict=True))
            before = found
        transaction.set_rollback(True)
