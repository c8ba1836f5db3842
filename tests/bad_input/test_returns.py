"""Numbers that cannot be: someone has edited the database by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.campaigns.models import Snapshot
from bihuan.campaigns.services import returns
from bihuan.campaigns.services.compile import compile_return
from bihuan.campaigns.tests.factories import board
from bihuan.foundation.lib.problems import Problem
from bihuan.hazards.models import Hazard

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("INV-1")
def test_more_fixed_than_found_is_refused_in_words_and_nothing_is_signed() -> None:
    b = board()
    hazard = b.stage.closed()
    weekly = b.week(1)["140921"]
    # Confirmed after the cut-off, closed before it: no service can do this.
    Hazard.objects.filter(pk=hazard.pk).update(confirmed_at=b.friday(1) + timedelta(days=2))
    values = compile_return(weekly, at=b.friday(1)).values
    assert (values["hazards.inspection.county.general.found"], values["hazards.inspection.county.general.fixed"]) == (0, 1)
    with pytest.raises(Problem, match="1 大于发现数 0，请打开记录核对") as refused:
        returns.submit_return(b.stage.cast.actor("reporter"), weekly, signer="报送甲", at=b.friday(1))
    assert (refused.value.code, refused.value.status) == ("returns.inconsistent", 409)
    weekly.refresh_from_db()
    assert weekly.status == "draft"
    assert not Snapshot.objects.exists()
