"""This app's own parts of the one-firm page: the grade with what would lower it, the sites."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bihuan.enterprises.grading import formulas
from bihuan.enterprises.models import Enterprise, HazardCandidate, Site, SiteParty
from bihuan.enterprises.rules.grading import improvements
from bihuan.enterprises.site_drawing import draw
from bihuan.enterprises.summaries import loop_scores
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.lib.times import local_date

TONES = {"red": "red", "orange": "orange", "yellow": "yellow", "blue": "blue"}
WORDS = {"red": "重大（红）", "orange": "较大（橙）", "yellow": "一般（黄）", "blue": "低（蓝）"}


def grade_context(actor: Actor, enterprise: Enterprise, at: datetime) -> dict[str, Any]:
    """The last result with its contributions, what would lower it by the same formula, and the loop score."""
    results = list(enterprise.grade_results.all()[:6])
    last = results[0] if results else None
    formula = next((f for f in formulas() if last and (f.key, f.version) == (last.formula, last.version)), None)
    ways = improvements(formula, last.facts) if formula and last else []
    return {
        "last": last, "earlier": [(r, WORDS[r.grade], TONES[r.grade]) for r in results[1:]], "formula": formula,
        "word": WORDS[last.grade] if last else "", "tone": TONES[last.grade] if last else "gray",
        "parts": sorted(last.contributions, key=lambda part: -part["points"]) if last else [],
        "ways": [(way, WORDS[way.grade], TONES[way.grade], way.score - last.score) for way in ways] if last else [],
        "loop": loop_scores([enterprise.pk])[enterprise.pk],
    }  # fmt: skip


def site_context(actor: Actor, enterprise: Enterprise, at: datetime) -> dict[str, Any]:
    """The sites a firm owns or is on, with everybody there; links only to firms in sight."""
    own = Site.objects.filter(enterprise=enterprise)
    on = Site.objects.filter(parties__enterprise=enterprise)
    sites = list((own | on).distinct().select_related("enterprise", "within"))
    parties = list(SiteParty.objects.filter(site__in=sites).select_related("enterprise", "site__enterprise"))
    firms = {party.enterprise_id for party in parties}
    visible = set(Enterprise.objects.visible_to(actor).filter(pk__in=firms).values_list("pk", flat=True))
    day = local_date(at)
    return {
        "sites": sites, "parties": parties, "drawing": draw(sites, parties, on=day, visible=visible) if sites else None, "today": day,
        "candidates": HazardCandidate.objects.filter(enterprise=enterprise, cleared_at__isnull=True),
        "rows": [(party, party.lacks_agreement(day), party.present(day)) for party in parties],
        "may_edit": actor.holds("enterprises.edit", enterprise.organisation_id), "own": {site.pk for site in sites if site.enterprise_id == enterprise.pk},
    }  # fmt: skip
