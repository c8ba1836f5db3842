"""The week opens by itself; the missing are reminded once and named on Friday evening."""

from datetime import timedelta

import pytest

from bihuan.campaigns.jobs import open_weeks, remind_and_name_missing
from bihuan.campaigns.models import Return
from bihuan.campaigns.services import returns
from bihuan.campaigns.tests.factories import Board, board
from bihuan.foundation.messages.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def b() -> Board:
    return board()


def test_the_week_opens_once(b: Board) -> None:
    monday = b.friday(2) - timedelta(days=4)
    assert open_weeks(monday) == 3
    assert open_weeks(monday + timedelta(days=1)) == 0
    assert open_weeks(b.campaign.ends_at + timedelta(days=7)) == 0


@pytest.mark.requirement("X24-055")
def test_missing_units_are_reminded_once_and_named_on_friday_evening(b: Board) -> None:
    rows = b.week(1)
    returns.submit_return(b.stage.cast.actor("reporter"), rows["140921"], signer="报送甲", at=b.friday(1))
    for _ in range(2):
        remind_and_name_missing(b.friday(1))
    reminder = Notice.objects.get(key__startswith="return-due-")
    assert reminder.organisation_id == b.stage.cast.sibling_county.pk
    for _ in range(2):
        remind_and_name_missing(rows["140921"].due_at + timedelta(hours=1))
    named = Notice.objects.get(key__startswith="return-missing-")
    assert (named.organisation_id, named.body) == (b.stage.cast.city.pk, "未报送：五台县应急管理局")
    assert Return.objects.missing().count() == 1
