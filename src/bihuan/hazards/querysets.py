"""Queries on hazards and what hangs on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db.models import F, Q

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.hazards.flow.hazard import AT_WORK, FOUND, OPEN, PLANNING, RECHECK


class HazardQuerySet(ScopedQuerySet[Any]):
    """Hazards, seen by whoever answers for the firm's node."""

    view_capability = "hazards.view"
    organisation_path = "organisation"
    sector_path = "enterprise__sector"

    def counted(self) -> Self:
        """Without linked duplicates: what every figure counts."""
        return self.filter(duplicate_of__isnull=True)

    def confirmed(self) -> Self:
        """Those whose level has been decided."""
        return self.filter(confirmed_at__isnull=False)

    def major(self) -> Self:
        """Major hazards (重大事故隐患)."""
        return self.filter(level="major")

    def general(self) -> Self:
        """General hazards (一般隐患)."""
        return self.filter(level="general")

    def open(self) -> Self:
        """Not closed yet (未销号)."""
        return self.filter(status__in=OPEN)

    def overdue(self, at: datetime) -> Self:
        """At work past the time limit; a paused clock is not overdue."""
        return self.filter(status__in=(PLANNING, *AT_WORK, "extension"), due_at__lt=at, paused_at__isnull=True)

    def awaiting_judgement(self) -> Self:
        """待判定."""
        return self.filter(status=FOUND)

    def awaiting_recheck(self) -> Self:
        """待复查."""
        return self.filter(status=RECHECK)

    def awaiting_plan_approval(self) -> Self:
        """待核准方案."""
        return self.filter(status=PLANNING)

    def closed(self) -> Self:
        """已销号."""
        return self.filter(status="closed")

    def of_units(self, units: Iterable[int]) -> Self:
        """Those these reporting units answer for."""
        return self.filter(unit_id__in=list(units))

    def beneath(self, organisation_id: int) -> Self:
        """Those of firms under an organisation."""
        return self.filter(organisation__above__ancestor_id=organisation_id)

    def from_source(self, kind: str, source_id: int) -> Self:
        """Those found on one occasion (an inspection visit, a tip-off)."""
        return self.filter(source_kind=kind, source_id=source_id)

    def ledger(self) -> Self:
        """附件2: confirmed major hazards, each counted once, by time of finding."""
        return self.counted().confirmed().major().order_by("found_at", "pk")

    def alike(self, *, enterprise_id: int, criterion_id: int | None, place: str, basis: str) -> Self:
        """Earlier findings of the same thing: same firm and place, same criterion (or, without one, same basis)."""
        same = self.filter(enterprise_id=enterprise_id, place_key=place)
        if criterion_id is not None:
            return same.filter(criterion__criterion_id=criterion_id)
        return same.filter(criterion__isnull=True, basis=basis) if basis else same.none()

    def with_people(self) -> Self:
        """Everything a list row shows, without further queries."""
        return self.select_related("enterprise", "enterprise__supervisor", "unit", "criterion", "criterion__criterion", "checking_body")

    def search(self, text: str) -> Self:
        """By number, firm or words."""
        text = text.strip()
        if not text:
            return self
        return self.filter(
            Q(number__icontains=text) | Q(enterprise__name__icontains=text) | Q(title__icontains=text) | Q(description__icontains=text)
        )

    def in_time(self) -> Self:
        """Fixed within the ordered time limit and accepted at the first re-check."""
        return self.filter(fixed_at__lte=F("first_due_at"), reject_count=0)


class HazardPartQuerySet(ScopedQuerySet[Any]):
    """Records that belong to one hazard and are seen with it."""

    view_capability = "hazards.view"
    organisation_path = "hazard__organisation"


class FirmRecordQuerySet(ScopedQuerySet[Any]):
    """Records of a firm's own work on hazards."""

    view_capability = "hazards.view"
    organisation_path = "organisation"

    def of_firm(self, enterprise_id: int) -> Self:
        """Those of one firm."""
        return self.filter(enterprise_id=enterprise_id)


class WorkshopQuerySet(ScopedQuerySet[Any]):
    """Workshops and their daily checks are seen by workshop heads only; see `of_head` for whose they are."""

    view_capability = "hazards.daily_check"
    organisation_path = "organisation"

    def of_head(self, actor: Actor) -> Self:
        """The workshops that this person heads."""
        return self.filter(head_id=actor.user_id or 0)


class CheckQuerySet(ScopedQuerySet[Any]):
    """Daily checks."""

    view_capability = "hazards.daily_check"
    organisation_path = "workshop__organisation"

    def of_head(self, actor: Actor) -> Self:
        """Those of the person's own workshops."""
        return self.filter(workshop__head_id=actor.user_id or 0)


class AssetQuerySet(FirmRecordQuerySet):
    """Silos and tanks."""

    def unchecked(self, since: datetime, until: datetime) -> Self:
        """Those without a check in the period."""
        return self.exclude(checks__checked_at__gte=since, checks__checked_at__lte=until)


class AssetPartQuerySet(ScopedQuerySet[Any]):
    """Checks of silos and tanks."""

    view_capability = "hazards.view"
    organisation_path = "asset__organisation"


class SupervisionQuerySet(HazardPartQuerySet):
    """Listed supervisions."""

    def running(self) -> Self:
        """Plates that hang."""
        return self.filter(status__in=("listed", "clearing"))


class ProposalQuerySet(HazardPartQuerySet):
    """Escalation proposals."""

    def undecided(self) -> Self:
        """Waiting for a person."""
        return self.filter(status="proposed")


class ProgressQuerySet(ScopedQuerySet[Any]):
    """Progress entries, seen with their supervision."""

    view_capability = "hazards.view"
    organisation_path = "supervision__organisation"


class SelfCheckQuerySet(ScopedQuerySet[Any]):
    """Self-check plans and sessions, seen with the firm."""

    view_capability = "hazards.view"
    organisation_path = "organisation"
    sector_path = "enterprise__sector"
