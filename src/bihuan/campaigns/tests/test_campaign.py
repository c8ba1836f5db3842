"""Organisation, deployment, one-off reports and the fair board."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bihuan.campaigns.choices import SIX_MECHANISMS
from bihuan.campaigns.forms import MechanismForm
from bihuan.campaigns.models import CampaignUnit
from bihuan.campaigns.ranking import SMALL, Rate, rank
from bihuan.campaigns.services import returns, setup
from bihuan.campaigns.services.compile import compile_return
from bihuan.campaigns.summaries import USES
from bihuan.campaigns.tests.factories import Board, board
from bihuan.foundation.figures.evaluate import Scope, evaluate
from bihuan.foundation.lib.problems import Conflict, Invalid, Problem
from bihuan.hazards.choices import Channel, Origin
from bihuan.hazards.models import Hazard

pytestmark = pytest.mark.django_db


@pytest.fixture
def b() -> Board:
    return board()


@pytest.mark.requirement("X24-001")
def test_a_unit_without_leader_and_contact_cannot_begin(b: Board) -> None:
    weekly = b.week(1)["140921"]
    unit = CampaignUnit.objects.get(campaign=b.campaign, unit=b.stage.cast.county)
    CampaignUnit.objects.filter(pk=unit.pk).update(leader="", contact="")
    reporter = b.stage.cast.actor("reporter")
    with pytest.raises(Problem, match="领导组组长和办公室联系人"):
        returns.submit_return(reporter, weekly, signer="报送甲", at=b.friday(1))
    with pytest.raises(Invalid):
        setup.organise_unit(b.stage.cast.actor("county_officer"), unit, leader="张局长", contact=" ", at=b.friday(1))
    setup.organise_unit(b.stage.cast.actor("county_officer"), unit, leader="张局长", contact="李科长", at=b.friday(1))
    returns.submit_return(reporter, weekly, signer="报送甲", at=b.friday(1))
    assert weekly.status == "submitted"


@pytest.mark.requirement("X24-003")
def test_every_hazard_of_the_campaign_has_one_of_the_five_channels(b: Board) -> None:
    b.stage.report("principal")
    b.stage.firm.pairing_role = "helped"
    b.stage.firm.save()
    b.stage.report("safety_manager", place="B")
    for number, origin in enumerate((Origin.INSPECTION, Origin.CROSS, Origin.TIPOFF)):
        b.stage.report("county_officer", origin=origin.value, place=f"C{number}")
    b.stage.report("city_officer", origin="city_supervision", place="D")
    channels = set(Hazard.objects.values_list("channel", flat=True))
    assert channels <= set(Channel.values)
    assert {"self_check", "paired_help", "targeted_enforcement", "supervision"} <= channels


@pytest.mark.requirement("X24-048")
def test_the_six_mechanisms_are_selectable_and_counted(b: Board) -> None:
    offered = {key for key, _ in MechanismForm.base_fields["kind"].choices}
    assert {kind.value for kind in SIX_MECHANISMS} <= offered
    officer, county = b.stage.cast.actor("county_officer"), b.stage.cast.county
    for kind in SIX_MECHANISMS:
        setup.record_mechanism(officer, campaign=b.campaign, unit=county, kind=kind.value, title=kind.label, held_at=b.friday(1), at=b.friday(1))
    table = evaluate(list(USES), Scope.of(cutoff=b.friday(1), since=b.campaign.starts_at))
    assert [table.value(f, county.pk) for f in USES] == [1] * 6
    client = Client()
    client.force_login(b.stage.cast.user["city_officer"], backend="django.contrib.auth.backends.ModelBackend")
    html = client.get(f"/campaigns/{b.campaign.pk}/").content.decode()
    assert all(kind.label in html for kind in SIX_MECHANISMS)


@pytest.mark.requirement("X24-059")
def test_the_number_of_plans_is_the_number_of_units_that_registered_one(b: Board) -> None:
    officer, sibling = b.stage.cast.actor("county_officer"), b.stage.cast.actor("sibling_officer")
    at = b.friday(1) - timedelta(hours=2)
    for _ in range(2):
        setup.record_mechanism(officer, campaign=b.campaign, unit=b.stage.cast.county, kind="plan", title="方案", held_at=at, at=at)
    city = b.week(1)["140900"]
    assert compile_return(city, at=b.friday(1)).values["campaigns.plans"] == 1
    setup.record_mechanism(sibling, campaign=b.campaign, unit=b.stage.cast.sibling_county, kind="plan", title="方案", held_at=at, at=at)
    assert compile_return(city, at=b.friday(1)).values["campaigns.plans"] == 2


@pytest.mark.requirement("X24-054")
def test_the_plan_report_is_due_on_12_december(b: Board) -> None:
    milestone = b.campaign.milestones.get(key="plan")
    reporter, county = b.stage.cast.actor("reporter"), b.stage.cast.county
    on_time = setup.submit_milestone(reporter, milestone=milestone, unit=county, text="已部署", at=datetime(2024, 12, 12, 10, tzinfo=UTC))
    assert on_time.days_late() == 0
    with pytest.raises(Conflict):
        setup.submit_milestone(reporter, milestone=milestone, unit=county, text="再报", at=datetime(2024, 12, 12, 11, tzinfo=UTC))
    on_time.submitted_at = datetime(2024, 12, 13, 2, tzinfo=UTC)
    assert on_time.days_late() == 1


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1))
def test_small_denominators_are_never_ranked(units: dict[str, tuple[int, int]]) -> None:
    lines = rank({name: Rate(*pair) for name, pair in units.items()})
    assert len(lines) == len(units)
    assert all((line.place is None) == (line.rate.whole < SMALL) for line in lines)
    lows = [line.rate.interval[0] for line in lines if line.place is not None and line.rate.interval]
    assert lows == sorted(lows, reverse=True)


@pytest.mark.requirement("P24-056")
def test_the_board_shows_definitions_and_greys_small_numbers(b: Board) -> None:
    for n in range(SMALL):
        b.stage.closed(place=f"P{n}")
    client = Client()
    client.force_login(b.stage.cast.user["city_officer"], backend="django.contrib.auth.backends.ModelBackend")
    html = client.get(f"/campaigns/{b.campaign.pk}/ranking/").content.decode()
    assert "样本少" in html
    assert "截至统计时点经他人复查通过" in html
    assert "100.0%" in html
    # Three of three does not beat ninety-nine of a hundred.
    assert [line.unit for line in rank({"many": Rate(99, 100), "few": Rate(6, 6)})] == ["many", "few"]
