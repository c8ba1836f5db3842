"""The list of firms as a sheet that the import reads back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.rules.columns import TARGETS
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.documents.cells import SheetColumn
from bihuan.foundation.documents.ledger import write_ledger

COUNTS = {"headcount", "dust_workers"}
COLUMNS = tuple(SheetColumn(t.key, t.title, "integer" if t.key in COUNTS else "text") for t in TARGETS)
LEVELS = {1: "一级", 2: "二级", 3: "三级"}


def write_enterprises(actor: Actor, target: Path) -> int:
    """Write every firm in the actor's sight, by name; returns how many."""
    rows = Enterprise.objects.visible_to(actor).select_related("supervisor").order_by("name", "id")
    return write_ledger(target, COLUMNS, _rows(rows), name="企业名单")


def _rows(rows: Any) -> Iterator[dict[str, Any]]:
    for firm in rows.iterator(chunk_size=2000):
        yield {
            "name": firm.name, "credit_code": firm.credit_code, "short_name": firm.short_name, "supervisor": firm.supervisor.name,
            "division": firm.division_code, "address": firm.address, "sector": firm.get_sector_display(), "industry_code": firm.industry_code,
            "processes": "、".join(firm.processes), "ownership": firm.get_ownership_display(), "scale": firm.get_scale_display(),
            "above_scale": "是" if firm.above_scale else "否", "headcount": firm.headcount, "dust_workers": firm.dust_workers,
            "principal_name": firm.principal_name, "principal_phone": firm.principal_phone, "safety_contact": firm.safety_contact,
            "safety_phone": firm.safety_phone, "status": firm.get_status_display(),
            "standardisation_level": LEVELS.get(firm.standardisation_level, "未达标"),
        }  # fmt: skip
