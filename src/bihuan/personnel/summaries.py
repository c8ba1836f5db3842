"""Empty posts, for one firm's page and for grading many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count

from bihuan.enterprises.models import Enterprise, EnterpriseTag
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.lib.times import local_date
from bihuan.personnel.models import Appointment
from bihuan.personnel.positions import position_rules
from bihuan.personnel.rules import Firm, Gap, gaps


def gaps_of(firm_ids: Sequence[int], at: datetime) -> dict[int, list[Gap]]:
    """Gaps by firm; three queries for any number of firms."""
    firms = Enterprise.objects.filter(pk__in=firm_ids).values_list("pk", "sector", "headcount")
    features: dict[int, set[str]] = {}
    for firm_id, code in EnterpriseTag.objects.filter(enterprise__in=firm_ids, ended_at__isnull=True).values_list("enterprise_id", "code"):
        features.setdefault(firm_id, set()).add(code)
    filled: dict[int, dict[str, int]] = {}
    rows = Appointment.objects.filter(enterprise__in=firm_ids).on(local_date(at))
    for firm_id, post, number in rows.order_by().values("enterprise", "post").annotate(n=Count("person", distinct=True)).values_list("enterprise", "post", "n"):
        filled.setdefault(firm_id, {})[post] = number
    rules = position_rules()
    return {
        pk: gaps(Firm(sector, frozenset(features.get(pk, ())), headcount), filled.get(pk, {}), rules) for pk, sector, headcount in firms
    }


def gap_counts(firm_ids: Sequence[int], at: datetime) -> dict[int, int]:
    """Number of gaps by firm: the fact `position_gaps` of the risk grade."""
    return {pk: len(found) for pk, found in gaps_of(firm_ids, at).items()}


def panel_context(actor: Actor, enterprise: Enterprise, at: datetime) -> dict[str, Any]:
    """Gaps and who holds what today."""
    return {
        "gaps": gaps_of([enterprise.pk], at)[enterprise.pk], "people": Appointment.objects.filter(enterprise=enterprise).on(local_date(at)),
        "may_edit": actor.holds("personnel.edit", enterprise.organisation_id),
    }  # fmt: skip
