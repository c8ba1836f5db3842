"""Entry of the side bar, and the firm page's part."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from bihuan.assistance.models import Benchmark, Pairing, ServiceVisit
from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.panels import Panel, register
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.web import nav
from bihuan.foundation.web.nav import NavItem

SHOWN = 5


def firm_panel(actor: Actor, enterprise: Enterprise, at: datetime) -> dict[str, Any]:
    """Where the firm helps, is helped, and was advised."""
    pairings = Pairing.objects.visible_to(actor).filter(Q(enterprise=enterprise) | Q(helper=enterprise))
    return {
        "benchmark": Benchmark.objects.visible_to(actor).running().filter(enterprise=enterprise).first(),
        "pairings": list(pairings.select_related("enterprise", "helper").order_by("-started_at")[:SHOWN]),
        "services": list(ServiceVisit.objects.visible_to(actor).filter(enterprise=enterprise)[:SHOWN]), "enterprise": enterprise,
        "may_serve": actor.holds("assistance.serve", enterprise.organisation_id),
    }  # fmt: skip


def register_navigation() -> None:
    """Make the pages findable."""
    nav.register(NavItem("检查执法", "结对帮扶", "assistance:pairings", "assistance.view", "heart-handshake", order=30))
    register(Panel("assistance", "结对帮扶", 50, "assistance/firm_panel.html", firm_panel, "assistance.view"))
