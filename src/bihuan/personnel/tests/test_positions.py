"""Which posts a firm must fill, and what is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from bihuan.enterprises.services import add_tag
from bihuan.enterprises.tests.conftest import people, stage  # noqa: F401
from bihuan.enterprises.tests.factories import AT, BUILDER, Stage, firm
from bihuan.foundation.lib.problems import NotFound
from bihuan.foundation.lib.times import local_date
from bihuan.personnel.positions import position_rules
from bihuan.personnel.rules import Firm, gaps
from bihuan.personnel.services import appoint_post, end_post
from bihuan.personnel.summaries import gaps_of
from bihuan.reference.tests.factories import load_shipped

DAY = local_date(AT)


def codes(firm: Firm, **filled: int) -> list[str]:
    return [gap.code for gap in gaps(firm, filled, position_rules())]


@pytest.mark.requirement("J25-020")
@pytest.mark.parametrize(
    ("headcount", "filled", "missing"),
    [(100, {}, ["P-08"]), (100, {"part_time": 1}, []), (101, {"part_time": 1}, ["P-07"]), (101, {"full_time": 1}, []), (101, {"safety_body": 1}, []),
     (1, {}, ["P-08"])],
)  # fmt: skip
def test_the_threshold_of_one_hundred_people(headcount: int, filled: dict[str, int], missing: list[str]) -> None:
    assert codes(Firm("machinery", frozenset(), headcount), **filled) == missing


def test_full_time_staff_of_smelters_grows_with_the_headcount() -> None:
    def needed(headcount: int) -> int:
        found = gaps(Firm("metallurgy", frozenset({"F-SMELT"}), headcount), {}, position_rules())
        return next(gap.needed for gap in found if gap.title == "专职安全管理人员")

    assert [needed(n) for n in (99, 100, 1000, 1001, 5000)] == [1, 3, 3, 4, 15]


@pytest.mark.requirement("C23-010")
def test_a_firm_above_the_threshold_shows_one_gap_for_each_post() -> None:
    found = gaps(Firm("metallurgy", frozenset({"F-SMELT"}), 1200), {}, position_rules())
    assert [gap.title for gap in found] == ["安全总监或安全副总", "安全管理机构", "专职安全管理人员", "注册安全工程师", "安全技术人员"]
    assert codes(Firm("outside", frozenset({"F-SMELT"}), 1200)) == []


@pytest.mark.django_db
@pytest.mark.requirement("J25-018")
def test_a_smelter_without_safety_director_shows_a_gap_until_one_is_appointed(stage: Stage) -> None:  # noqa: F811
    load_shipped()
    smelter = firm(stage.people.county, 61, processes=["炼钢"], headcount=50)
    officer = stage.people.actor("county_officer")

    def missing() -> list[str]:
        return [gap.code for gap in gaps_of([smelter.pk], AT)[smelter.pk]]

    assert "P-01" in missing()
    before = smelter.grade_results.first().score
    row = appoint_post(officer, smelter, post="safety_director", person="赵安", since=DAY, at=AT)
    assert "P-01" not in missing()
    assert smelter.grade_results.first().score < before
    client = Client()
    client.force_login(stage.people.user["county_officer"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(smelter.get_absolute_url()).content.decode()
    assert "赵安" in page
    assert "安全管理机构：应有 1 人，现有 0 人" in page
    end_post(officer, row, until=DAY, at=AT + timedelta(hours=1))
    assert "P-01" in missing()
    with pytest.raises(NotFound):
        appoint_post(stage.people.actor("sibling_officer"), smelter, post="engineer", person="x", since=DAY, at=AT)


@pytest.mark.django_db
def test_a_feature_given_by_an_officer_counts_too(stage: Stage) -> None:  # noqa: F811
    load_shipped()
    add_tag(BUILDER, stage.firm, code="F-SMELT", reason="现场核实", at=AT)
    assert "P-01" in [gap.code for gap in gaps_of([stage.firm.pk], AT)[stage.firm.pk]]
