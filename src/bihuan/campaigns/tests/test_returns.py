"""A weekly return from its opening to the locked city table."""

from datetime import timedelta

import pytest

from bihuan.campaigns.models import Return, Snapshot
from bihuan.campaigns.services import returns
from bihuan.campaigns.services.compile import check, compile_return, differences
from bihuan.campaigns.tests.factories import Board, board
from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.lib.problems import Conflict, Forbidden, Invalid, NotFound, Problem
from bihuan.hazards import services as hazards

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def b() -> Board:
    return board()


def test_the_true_dates_give_sixteen_fridays(b: Board) -> None:
    fridays = b.campaign.fridays()
    assert (str(fridays[0]), str(fridays[12]), str(fridays[-1]), len(fridays)) == ("2024-12-13", "2025-03-07", "2025-03-28", 16)


@pytest.mark.requirement("X24-058")
def test_a_unit_has_one_return_a_week(b: Board) -> None:
    first = b.week(1)
    assert set(first) == {"140900", "140921", "140922"}
    b.week(1)
    assert Return.objects.count() == 3


@pytest.mark.requirement("X24-060")
def test_numbers_come_from_records_and_nobody_types_them(b: Board) -> None:
    b.stage.closed()
    b.stage.at_work(reporter="safety_manager")
    b.stage.now = b.friday(1) - HOUR
    weekly = b.week(1)["140921"]
    values = compile_return(weekly, at=b.friday(1)).values
    assert values["hazards.inspection.county.general.found"] == 1
    assert values["hazards.inspection.county.general.fixed"] == 1
    assert values["hazards.self.general.found"] == 1
    assert values["hazards.self.general.fixed"] == 0
    reporter = b.stage.cast.actor("reporter")
    with pytest.raises(TypeError):
        returns.save_narratives(reporter, weekly, texts={"hazards.self.general.found": "9"}, at=b.friday(1))


@pytest.mark.requirement("X24-063")
def test_cross_inspection_is_empty_and_not_zero_before_it_starts(b: Board) -> None:
    weekly = b.week(1)["140921"]
    assert compile_return(weekly, at=b.friday(1)).values["hazards.cross.general.found"] is None


@pytest.mark.requirement("X24-015")
def test_records_outside_the_window_do_not_count(b: Board) -> None:
    b.stage.now = b.campaign.starts_at - 2 * HOUR
    b.stage.at_work()
    b.stage.now = b.campaign.ends_at + 2 * HOUR
    b.stage.at_work(place="铸造区")
    weekly = b.week(16)["140921"]
    weekly.cutoff = b.campaign.ends_at + 5 * HOUR
    assert compile_return(weekly, at=weekly.cutoff).values["hazards.inspection.county.general.found"] == 0


@pytest.mark.requirement("X24-056")
def test_submit_takes_an_immutable_snapshot_bound_by_its_digest(b: Board) -> None:
    b.stage.at_work(level="major")
    weekly = b.week(1)["140921"]
    reporter = b.stage.cast.actor("reporter")
    returns.save_narratives(reporter, weekly, texts={"problems": "力量不足"}, at=b.friday(1))
    returns.submit_return(reporter, weekly, signer="报送甲", at=b.friday(1) + HOUR)
    snapshot = weekly.snapshot
    assert weekly.status == "submitted"
    assert snapshot.figures["hazards.inspection.county.major.found"] == 1
    assert len(snapshot.ledger) == 1
    assert snapshot.digest == returns.snapshot_digest(returns.snapshot_content(Snapshot.objects.get(pk=snapshot.pk)))
    with pytest.raises(TypeError):
        snapshot.save()
    with pytest.raises(Conflict):
        returns.save_narratives(reporter, weekly, texts={"problems": "改"}, at=b.friday(1) + HOUR)
    with pytest.raises(Conflict):
        returns.submit_return(reporter, weekly, signer="报送甲", at=b.friday(1) + 2 * HOUR)


def test_sent_back_with_a_reason_and_handed_in_again(b: Board) -> None:
    weekly = b.week(1)["140921"]
    reporter, city = b.stage.cast.actor("reporter"), b.stage.cast.actor("city_officer")
    returns.submit_return(reporter, weekly, signer="报送甲", at=b.friday(1))
    with pytest.raises(Invalid):
        returns.send_back(city, weekly, reason=" ", at=b.friday(1) + HOUR)
    returns.send_back(city, weekly, reason="文字未填写", at=b.friday(1) + HOUR)
    assert (weekly.status, weekly.return_reason) == ("returned", "文字未填写")
    returns.submit_return(reporter, weekly, signer="报送甲", at=b.friday(1) + 2 * HOUR)
    returns.accept_return(city, weekly, at=b.friday(1) + 3 * HOUR)
    assert weekly.status == "accepted"
    assert [s.revision for s in weekly.snapshots.all()] == [1, 2]


def test_who_may(b: Board) -> None:
    weekly = b.week(1)["140921"]
    cast = b.stage.cast
    with pytest.raises(NotFound):
        returns.submit_return(cast.actor("sibling_officer"), weekly, signer="x", at=b.friday(1))
    with pytest.raises(Forbidden):
        returns.submit_return(cast.actor("auditor"), weekly, signer="x", at=b.friday(1))


@pytest.mark.requirement("X24-052")
def test_a_vacant_reporter_cannot_hand_in(b: Board) -> None:
    weekly = b.week(1)["140922"]
    with pytest.raises(Problem, match="尚未指定信息报送员"):
        returns.submit_return(system_actor("x"), weekly, signer="x", at=b.friday(1))


def test_a_merged_finding_lowers_the_figure_only_with_a_signed_correction(b: Board) -> None:
    first = b.stage.at_work()
    b.stage.tick()
    second = b.stage.at_work()
    cast, reporter = b.stage.cast, b.stage.cast.actor("reporter")
    one, two = b.week(1)["140921"], b.week(2)["140921"]
    returns.submit_return(reporter, one, signer="报送甲", at=b.friday(1))
    key = "hazards.inspection.county.general.found"
    assert one.snapshot.figures[key] == 2
    hazards.link_duplicates(cast.actor("county_officer"), first, second, at=b.friday(1) + 24 * HOUR, note="同一处积尘")
    assert compile_return(two, at=b.friday(2)).values[key] == 1
    with pytest.raises(Problem, match="累计数只增不减"):
        returns.submit_return(reporter, two, signer="报送甲", at=b.friday(2))
    returns.correct(reporter, two, figure=key, reason="两处登记为同一隐患，已并案", signer="报送甲", at=b.friday(2))
    returns.submit_return(reporter, two, signer="报送甲", at=b.friday(2))
    assert two.snapshot.figures[key] == 1
    # The past week stays what it was (invariant 8).
    assert differences(one.snapshot) == []


def test_city_table_is_the_sum_and_reconciles_with_the_ledger(b: Board) -> None:
    b.stage.at_work(level="major")
    b.stage.at_work(level="major", reporter="city_officer", origin="city_supervision", place="熔炼区")
    city = b.week(1)["140900"]
    draft = compile_return(city, at=b.friday(1))
    findings = check(city, draft)
    assert len(draft.ledger) == 2
    assert [f for f in findings if f.severity == "block"] == []
    assert any(f.code == "returns.reconciled" and "市级督查、群众举报 1 条" in f.message for f in findings)
    returns.submit_return(b.stage.cast.actor("city_officer"), city, signer="李岩", at=b.friday(1))
    assert city.status == "reported"
    assert city.snapshot.by_unit[str(b.stage.cast.county.pk)]["hazards.inspection.county.major.found"] == 1
