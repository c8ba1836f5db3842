"""Queries on visits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from bihuan.foundation.access.actor import Actor, Everywhere
from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.foundation.tenancy.models import Organisation

BODY_KINDS = ("province", "city", "county", "zone", "department")


class VisitQuerySet(ScopedQuerySet[Any]):
    """Visits, seen with the firm."""

    view_capability = "inspections.view"
    organisation_path = "organisation"
    sector_path = "enterprise__sector"

    def not_void(self) -> VisitQuerySet:
        """Those that count."""
        return self.exclude(status="void")

    def beneath(self, organisation_id: int) -> VisitQuerySet:
        """Those to firms under an organisation."""
        return self.filter(organisation__above__ancestor_id=organisation_id)

    def of_units(self, units: Iterable[int]) -> VisitQuerySet:
        """Those these reporting units answer for."""
        return self.filter(unit_id__in=list(units))

    def with_names(self) -> VisitQuerySet:
        """Everything a list row shows, without further queries."""
        return self.select_related("enterprise", "unit", "body", "host_body")


class ProblemListQuerySet(ScopedQuerySet[Any]):
    """Problem lists, seen with their visit."""

    view_capability = "inspections.view"
    organisation_path = "visit__organisation"


class SignatureQuerySet(ScopedQuerySet[Any]):
    """Signatures, seen with their visit."""

    view_capability = "inspections.view"
    organisation_path = "problem_list__visit__organisation"


def inspecting_bodies(actor: Actor, capability: str = "inspections.visit") -> QuerySet[Organisation]:
    """Bodies that an actor may name as the one that inspected or decided: those of its own region, and those above it.

    The region is the city it works in, because cross-inspections are made by a neighbouring county.
    """
    bodies: QuerySet[Organisation] = Organisation.objects.active().of_kind(*BODY_KINDS)
    nodes = actor.nodes(capability)
    if isinstance(nodes, Everywhere):
        return bodies
    cities = Organisation.objects.of_kind("city").filter(below__descendant_id__in=nodes).values("pk")
    near = Q(above__ancestor_id__in=cities) | Q(above__ancestor_id__in=nodes) | Q(below__descendant_id__in=nodes)
    return bodies.filter(near).distinct()
