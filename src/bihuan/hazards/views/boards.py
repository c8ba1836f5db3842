"""动态清零 (zero-board) and 治理统计 (loop metrics, statistics by field, place and operation)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from bihuan.foundation.access.pages import BlankPage
from bihuan.foundation.access.pages.records import RecordsPage
from bihuan.foundation.access.scoping import organisations_visible_to
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.web.charts import Tile, TileMap
from bihuan.hazards.choices import TagKind
from bihuan.hazards.models import Hazard
from bihuan.hazards.summaries.boards import by_tag, loop_metrics, zero_board

COLUMNS = 7


def place_of(unit: Organisation) -> str:
    """A unit's place, short enough for a tile: 定襄县应急管理局 → 定襄县."""
    return str(unit).removesuffix("应急管理局")[:5]


class Board(BlankPage, RecordsPage):
    """A page of numbers over the hazards in sight."""

    abstract = True
    capability = "hazards.view"
    model = Hazard


class ZeroBoard(Board):
    """Open major hazards by jurisdiction, with age and next action."""

    heading = "重大事故隐患动态清零"
    intro = "各报送单位未销号的重大隐患；目标为 0"
    template_name = "hazards/zero.html"

    def get_context(self) -> dict[str, Any]:
        """Rows, total, tiles."""
        units = organisations_visible_to(self.actor, "hazards.view").filter(kind__in=("county", "zone"), is_active=True)
        rows = zero_board(self.get_queryset(), units, self.at)
        shown = [{"row": row, "age": row.age_days(self.at), "url": f"{reverse('hazards:list')}?unit={row.unit.pk}"} for row in rows]
        by_order = sorted(rows, key=lambda row: (row.unit.order, row.unit.code))
        tiles = [
            Tile(title=place_of(row.unit), value=row.open, late=row.overdue, url=f"{reverse('hazards:list')}?unit={row.unit.pk}", column=n % COLUMNS, row=n // COLUMNS)
            for n, row in enumerate(by_order)
        ]  # fmt: skip
        return super().get_context() | {
            "rows": shown, "total": sum(row.open for row in rows), "late": sum(row.overdue for row in rows),
            "map": TileMap(title="未销号重大隐患", tiles=tiles, unit="条"),
        }  # fmt: skip


class Statistics(Board):
    """How well the loop closes, and where hazards lie."""

    heading = "隐患治理统计"
    intro = "均由隐患记录实时计算；未判定和并入他案的不计"
    template_name = "hazards/statistics.html"

    def get_context(self) -> dict[str, Any]:
        """Metrics for both levels, tables by tag."""
        rows: Any = self.get_queryset()
        levels = (("重大事故隐患", loop_metrics(rows.major(), self.at)), ("一般隐患", loop_metrics(rows.general(), self.at)))
        tables = [(TagKind(kind).label, items) for kind, items in by_tag(rows).items()]
        return super().get_context() | {"levels": levels, "tables": tables, "list_url": reverse("hazards:list"), "general_url": reverse("hazards:general")}
