"""Entries of the side bar, and the firm page's part."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.panels import Panel, register
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.web import nav
from bihuan.foundation.web.nav import NavItem
from bihuan.inspections.models import Visit

SHOWN = 10


def firm_panel(actor: Actor, enterprise: Enterprise, at: datetime) -> dict[str, Any]:
    """The latest visits to one firm."""
    rows = Visit.objects.visible_to(actor).not_void().filter(enterprise=enterprise).with_names()
    return {
        "visits": list(rows.order_by("-started_at")[:SHOWN]), "total": rows.count(), "enterprise": enterprise,
        "may_visit": actor.holds("inspections.visit", enterprise.organisation_id),
    }  # fmt: skip


def register_navigation() -> None:
    """Make the pages findable."""
    nav.register(
        NavItem(
            "检查执法", "检查记录", "inspections:list", "inspections.view", "clipboard-check", order=10, phone=True, phone_title="检查"
        )
    )
    register(Panel("visits", "检查", 30, "inspections/firm_panel.html", firm_panel, "inspections.view"))
