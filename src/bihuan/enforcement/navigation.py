"""Entries of the side bar, and the firm page's part."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bihuan.enforcement.models import Order, PenaltyDecision
from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.panels import Panel, register
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.web import nav
from bihuan.foundation.web.nav import NavItem

SHOWN = 10


def firm_panel(actor: Actor, enterprise: Enterprise, at: datetime) -> dict[str, Any]:
    """The latest penalties and orders against one firm."""
    penalties = PenaltyDecision.objects.visible_to(actor).in_force().filter(enterprise=enterprise)
    orders = Order.objects.visible_to(actor).in_force().filter(enterprise=enterprise)
    return {
        "penalties": list(penalties.with_names().order_by("-decided_at")[:SHOWN]),
        "orders": list(orders.with_names().order_by("-issued_at")[:SHOWN]),
        "enterprise": enterprise, "may_record": actor.holds("enforcement.record", enterprise.organisation_id),
    }  # fmt: skip


def register_navigation() -> None:
    """Make the pages findable."""
    nav.register(NavItem("检查执法", "行政处罚", "enforcement:penalties", "enforcement.view", "gavel", order=20))
    register(Panel("enforcement", "行政处罚", 40, "enforcement/firm_panel.html", firm_panel, "enforcement.view"))
