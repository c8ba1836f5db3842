"""A small campaign for tests: the city, two counties, one week open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bihuan.campaigns.models import Campaign, Return
from bihuan.campaigns.services import returns, setup
from bihuan.hazards.tests.factories import Stage, stage

PACK = Path(__file__).parents[1] / "packs" / "winter_2024.yaml"
START = datetime(2024, 12, 11, 1, 0, tzinfo=UTC)


@dataclass
class Board:
    """The stage with a campaign on it."""

    stage: Stage
    campaign: Campaign

    def week(self, number: int) -> dict[str, Return]:
        """Open the returns of that week (1 = first Friday): by organisation code."""
        friday = self.campaign.fridays()[number - 1]
        returns.open_week(self.campaign, friday=friday, at=self.campaign.cutoff_of(friday) - timedelta(days=4))
        return {r.organisation.code: r for r in Return.objects.filter(campaign=self.campaign, friday=friday).select_related("organisation", "campaign")}

    def friday(self, number: int) -> datetime:
        """15:00 of that Friday."""
        return self.campaign.cutoff_of(self.campaign.fridays()[number - 1])


def board() -> Board:
    """The campaign of the notice with its true dates; the two counties of the cast are its units."""
    scene = stage()
    scene.now = START
    cast = scene.cast
    campaign = setup.set_up_campaign(
        cast.actor("city_officer"), host=cast.city, pack=setup.read_pack(PACK), units=[cast.county, cast.sibling_county], at=START
    )
    for unit in campaign.units.all():
        setup.organise_unit(cast.actor("city_officer"), unit, leader="组长甲", contact="联系人甲", at=START)
    return Board(scene, campaign)
