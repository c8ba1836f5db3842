"""The summary is drafted from signed snapshots; its totals are those last handed in."""

from datetime import timedelta

import pytest
from django.test import Client

from bihuan.campaigns.services import returns
from bihuan.campaigns.services.summary import draft_summary
from bihuan.campaigns.tests.factories import Board, board

pytestmark = pytest.mark.django_db


@pytest.fixture
def b() -> Board:
    return board()


@pytest.mark.requirement("X24-057")
def test_draft_totals_equal_the_last_snapshot_even_when_more_was_found_since(b: Board) -> None:
    county, reporter = b.stage.cast.county, b.stage.cast.actor("reporter")
    assert draft_summary(b.campaign, county) is None
    for number in (1, 2):
        b.stage.now = b.friday(number) - timedelta(hours=3)
        b.stage.closed(place=f"P{number}")
        weekly = b.week(number)["140921"]
        returns.save_narratives(reporter, weekly, texts={"problems": "力量不足"}, at=b.friday(number))
        returns.submit_return(reporter, weekly, signer="报送甲", at=b.friday(number))
    b.stage.now = b.friday(2) + timedelta(hours=1)
    b.stage.closed(place="later")
    draft = draft_summary(b.campaign, county)
    assert draft is not None
    assert {f.key: value for f, value in draft.totals} == weekly.snapshot.figures
    assert (len(draft.weeks), draft.problems) == (2, ["力量不足"])


def test_a_page_shows_ones_own_draft(b: Board) -> None:
    client = Client()
    client.force_login(b.stage.cast.user["reporter"], backend="django.contrib.auth.backends.ModelBackend")
    assert "还没有签字提交" in client.get(f"/campaigns/{b.campaign.pk}/summary/").content.decode()
    returns.submit_return(b.stage.cast.actor("reporter"), b.week(1)["140921"], signer="报送甲", at=b.friday(1))
    assert "取自最近一次签字的快照" in client.get(f"/campaigns/{b.campaign.pk}/summary/").content.decode()
    stranger = Client()
    stranger.force_login(b.stage.cast.user["other_city_officer"], backend="django.contrib.auth.backends.ModelBackend")
    assert stranger.get(f"/campaigns/{b.campaign.pk}/summary/").status_code == 404
