"""Sight and deeds: the only two questions, answered here for pages, API, commands and jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.db import models
from django.db.models import Q

from bihuan.foundation.access.actor import Actor, Everywhere
from bihuan.foundation.access.registry import title_of
from bihuan.foundation.accounts.models import User
from bihuan.foundation.lib.problems import Forbidden, NotFound
from bihuan.foundation.tenancy.models import Ancestry, Membership, Organisation
from bihuan.foundation.tenancy.roles import roles_with

M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M], Generic[M]):
    """A queryset that knows who may see its records.

    `view_capability` None makes a public code table: any signed-in person sees it. `organisation_path` leads to the
    organisation that owns the record ("" where nobody does: a deed is then held wherever the actor holds it); `sector_path`, where set, lets a membership limited to sectors see only these.
    """

    view_capability: ClassVar[str | None]
    organisation_path: ClassVar[str] = "organisation"
    sector_path: ClassVar[str | None] = None

    def visible_to(self, actor: Actor, capability: str | None = None) -> Self:
        """The records in the actor's sight (for `capability`, by default the one for viewing)."""
        wanted = capability or self.view_capability
        if wanted is None:
            return self if actor.is_signed_in else self.none()
        nodes = actor.nodes(wanted)
        if isinstance(nodes, Everywhere):
            return self
        whole = {a.organisation_id for a in actor.granting(wanted) if not a.sectors or self.sector_path is None}
        condition = Q(**self._beneath(whole)) if whole else Q(pk__in=[])
        for assignment in actor.granting(wanted):
            if assignment.organisation_id not in whole and self.sector_path is not None:
                limited = Q(**self._beneath({assignment.organisation_id}))
                condition |= limited & Q(**{f"{self.sector_path}__in": list(assignment.sectors)})
        return self.filter(condition)

    def _beneath(self, nodes: set[int]) -> dict[str, Any]:
        path = self.organisation_path
        key = "pk__in" if path == "pk" else f"{path}_id__in" if "__" not in path else f"{path}__in"
        return {key: Ancestry.objects.filter(ancestor_id__in=nodes).values("descendant_id")}


def owner_of(record: models.Model) -> int:
    """Id of the organisation that owns the record."""
    path = type(record)._default_manager.all().organisation_path  # type: ignore[attr-defined]
    value: Any = record
    parts = path.split("__")
    for part in parts[:-1]:
        value = getattr(value, part)
    last = parts[-1]
    return int(value.pk if last == "pk" else getattr(value, f"{last}_id"))


def sector_of(record: models.Model) -> str | None:
    """The record's sector, where its kind is divided by sectors."""
    path = type(record)._default_manager.all().sector_path  # type: ignore[attr-defined]
    value: Any = record
    for part in path.split("__") if path else ():
        value = getattr(value, part)
    return str(value) if path else None


def require(actor: Actor, capability: str, record: models.Model) -> None:
    """Raise NotFound when the record is out of sight, Forbidden when in sight but the deed is not the actor's."""
    if actor.kind == "system":
        return
    manager = type(record)._default_manager
    if not manager.all().visible_to(actor).filter(pk=record.pk).exists():  # type: ignore[attr-defined]
        # Who holds the deed itself may act on a record that plain viewing does not list (a worker's own report).
        if not manager.all().visible_to(actor, capability).filter(pk=record.pk).exists():  # type: ignore[attr-defined]
            raise NotFound("access.not_found", "没有找到该记录，或它不在您的管辖范围内。")
        return
    if capability == manager.all().view_capability:  # type: ignore[attr-defined]
        return  # what is in one's sight may be looked at, also when the owner is further up (the host of a campaign)
    owned = bool(manager.all().organisation_path)  # type: ignore[attr-defined]
    if not (actor.holds(capability, owner_of(record), sector_of(record)) if owned else actor.can(capability)):
        raise Forbidden("access.forbidden", f"您没有“{title_of(capability)}”的权限；如需办理，请联系本单位系统运维人员授权。")


def require_at(actor: Actor, capability: str, organisation_id: int) -> None:
    """As `require`, for creating something under an organisation."""
    if actor.kind == "system" or actor.holds(capability, organisation_id):
        return
    if actor.can(capability):
        raise NotFound("access.not_found", "没有找到该单位，或它不在您的管辖范围内。")
    raise Forbidden("access.forbidden", f"您没有“{title_of(capability)}”的权限；如需办理，请联系本单位系统运维人员授权。")


def organisations_visible_to(actor: Actor, capability: str) -> models.QuerySet[Organisation]:
    """The organisations in which the actor holds `capability` (for pickers and lists of units)."""
    nodes = actor.nodes(capability)
    every: models.QuerySet[Organisation] = Organisation.objects.all()
    if isinstance(nodes, Everywhere):
        return every
    return every.filter(pk__in=Ancestry.objects.filter(ancestor_id__in=nodes).values("descendant_id"))


def who_may(capability: str, organisation_id: int, *, at: datetime, sector: str | None = None) -> models.QuerySet[User]:
    """The people who may do this to a record of that organisation, at `at`."""
    memberships = Membership.objects.valid(at).above(organisation_id).filter(role__in=roles_with(capability))
    if sector is not None:
        ids = [m.user_id for m in memberships if not m.sectors or sector in m.sectors]
        return User.objects.filter(pk__in=ids, is_active=True)
    return User.objects.filter(pk__in=memberships.values("user_id"), is_active=True)
