"""Entries of the side bar, and the firm page's part."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.panels import Panel, register
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.web.nav import Badge, NavItem
from bihuan.foundation.web.nav import register as register_item
from bihuan.hazards.models import Hazard

SHOWN = 10


def open_majors(actor: Any) -> Badge | None:
    """Open major hazards in sight; hot when one is overdue."""
    rows = Hazard.objects.visible_to(actor).counted().major().open()
    late = rows.overdue(utc_now()).count()
    return Badge(late, hot=True) if late else None


def firm_panel(actor: Actor, enterprise: Enterprise, at: datetime) -> dict[str, Any]:
    """Hazards of one firm: counts and the latest ones."""
    rows = Hazard.objects.visible_to(actor).counted().filter(enterprise=enterprise)
    return {
        "open_major": rows.major().open().count(), "open_general": rows.general().open().count(), "overdue": rows.overdue(at).count(),
        "closed": rows.closed().count(), "hazards": list(rows.select_related("criterion").order_by("-found_at")[:SHOWN]), "now": at,
    }  # fmt: skip


def register_navigation() -> None:
    """Make the pages findable."""
    items = (
        NavItem("隐患治理", "重大隐患台账", "hazards:list", "hazards.view", "alert-triangle", order=10, phone=True, phone_title="隐患", badge=open_majors),
        NavItem("隐患治理", "一般问题隐患", "hazards:general", "hazards.view", "clipboard-list", order=20),
        NavItem("隐患治理", "企业自查自改", "hazards:workbench", "hazards.self_check", "clipboard-check", order=5, phone=True, phone_title="自查"),
        NavItem("隐患治理", "车间日检", "hazards:daily", "hazards.daily_check", "calendar", order=6, phone=True, phone_title="日检"),
        NavItem("隐患治理", "随手拍", "hazards:report", "hazards.self_report", "camera", order=7, phone=True, phone_title="随手拍"),
        NavItem("隐患治理", "挂牌督办", "hazards:supervisions", "hazards.list", "flag", order=30),
        NavItem("隐患治理", "督办建议", "hazards:proposals", "hazards.escalate", "speakerphone", order=40),
    )
    for item in items:
        register_item(item)
    register(Panel("hazards", "隐患", 20, "hazards/firm_panel.html", firm_panel, "hazards.view"))
