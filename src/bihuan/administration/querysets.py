"""Who sees which node, account, appointment and entry."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bihuan.foundation.access.actor import Actor, Everywhere
from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.foundation.tenancy.models import Ancestry, Membership


class NodeQuerySet(ScopedQuerySet[Any]):
    """Organisations beneath those one administers."""

    view_capability = "administration.organisations"
    organisation_path = "pk"


class PersonQuerySet(ScopedQuerySet[Any]):
    """Accounts looked after by an organisation beneath one's own, or of people who work there."""

    view_capability = "administration.users"
    organisation_path = ""

    def visible_to(self, actor: Actor, capability: str | None = None) -> PersonQuerySet:
        """By the account's own organisation, or by an appointment that is not over."""
        nodes = actor.nodes(capability or self.view_capability)
        if isinstance(nodes, Everywhere):
            return self
        beneath = Ancestry.objects.filter(ancestor_id__in=nodes).values("descendant_id")
        workers = Membership.objects.filter(organisation_id__in=beneath, valid_to__isnull=True).values("user_id")
        return self.filter(Q(organisation_id__in=beneath) | Q(pk__in=workers))


class AppointmentQuerySet(ScopedQuerySet[Any]):
    """Appointments in organisations beneath one's own."""

    view_capability = "administration.appoint"
    organisation_path = "organisation"

    def mine_or_visible_to(self, actor: Actor) -> AppointmentQuerySet:
        """One's own offices too: a reporter names a deputy without asking the administrator."""
        return self.filter(Q(user_id=actor.user_id) | Q(pk__in=self.model.objects.visible_to(actor).values("pk")))


class TrailQuerySet(ScopedQuerySet[Any]):
    """The history of what people of one's own organisations did; the system's own acts are seen from the root."""

    view_capability = "audit.trail"
    organisation_path = "organisation"
