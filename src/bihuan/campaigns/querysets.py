"""Queries on campaigns, units, returns and snapshots."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from bihuan.foundation.access.actor import Actor, Everywhere
from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.foundation.tenancy.models import Ancestry


class CampaignQuerySet(ScopedQuerySet[Any]):
    """Campaigns are seen by the host and by every unit beneath it."""

    view_capability = "campaigns.view"
    organisation_path = "organisation"

    def visible_to(self, actor: Actor, capability: str | None = None) -> CampaignQuerySet:
        """Those of one's own tree, upwards and downwards."""
        nodes = actor.nodes(capability or "campaigns.view")
        if isinstance(nodes, Everywhere):
            return self
        above = Ancestry.objects.filter(descendant_id__in=nodes).values("ancestor_id")
        beneath = Ancestry.objects.filter(ancestor_id__in=nodes).values("descendant_id")
        return self.filter(Q(organisation_id__in=above) | Q(organisation_id__in=beneath))

    def running(self, at: datetime) -> CampaignQuerySet:
        """Under way at `at`."""
        return self.filter(starts_at__lte=at, ends_at__gte=at)


class UnitQuerySet(ScopedQuerySet[Any]):
    """Reporting units of a campaign: one's own and those beneath."""

    view_capability = "campaigns.view"
    organisation_path = "unit"

    def reporting(self) -> UnitQuerySet:
        """Counties, zones and key firms; not the city's roll-up."""
        return self.exclude(kind="city")


class ReturnQuerySet(ScopedQuerySet[Any]):
    """Returns: one's own unit's and those beneath."""

    view_capability = "campaigns.view"
    organisation_path = "organisation"

    def of_week(self, label: str) -> ReturnQuerySet:
        """One week's."""
        return self.filter(week=label)

    def missing(self) -> ReturnQuerySet:
        """Not handed in (or sent back and not handed in again)."""
        return self.filter(status__in=("draft", "returned")).exclude(kind="city")

    def handed_in(self) -> ReturnQuerySet:
        """Handed in, whatever came after."""
        return self.filter(status__in=("submitted", "accepted", "reported"))


class ReturnPartQuerySet(ScopedQuerySet[Any]):
    """Parts of a return."""

    view_capability = "campaigns.view"
    organisation_path = "weekly_return__organisation"


class MechanismQuerySet(ScopedQuerySet[Any]):
    """Deployment and mechanism records."""

    view_capability = "campaigns.view"
    organisation_path = "unit"
