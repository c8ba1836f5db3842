"""The first page: cockpit for a bureau, workbench for a firm."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from bihuan.foundation.access.pages import SIGNED_IN, BlankPage
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.messages.models import Todo
from bihuan.foundation.web.buttons import Button
from bihuan.hazards.models import Hazard, SelfCheckSession
from bihuan.reporting import cockpit


class Home(BlankPage):
    """/ : where each person starts."""

    capability = SIGNED_IN

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Cockpit, workbench, or one's to-dos."""
        home = self.actor.home_organisation
        if home is not None and home.kind == "enterprise":
            return self.go_to(reverse("reporting:workbench"))
        if self.actor.can("reporting.view"):
            return self.go_to(reverse("reporting:cockpit"))
        return self.go_to(reverse("notices:todos"))


class Cockpit(BlankPage):
    """驾驶舱: the state of my area in ten seconds; every number leads to its records."""

    capability = "reporting.view"
    template_name = "reporting/cockpit.html"

    def get_heading(self) -> str:
        """Whose cockpit."""
        home = self.actor.home_organisation
        return f"{home or '全省'}驾驶舱"

    def get_context(self) -> dict[str, Any]:
        """Figures, units, map, trend, overdue."""
        campaign = cockpit.campaign_for(self.actor, self.at)
        context = super().get_context() | {"campaign": campaign, "now": self.at}
        if campaign is None:
            return context
        rows, _, table = cockpit.unit_rows(campaign, self.actor, self.at)
        home = self.actor.home_organisation
        return context | {
            "rows": rows, "kpis": self._kpis(rows, table), "map": cockpit.tile_map(home.code if home else "", rows),
            "chart": cockpit.weekly_chart(self.actor, campaign, self.at), "overdue": cockpit.overdue_majors(self.actor, self.at),
            "days_left": max(0, (local_date(campaign.ends_at) - local_date(self.at)).days),
        }  # fmt: skip

    def _kpis(self, rows: list[cockpit.UnitRow], table: Any) -> list[dict[str, Any]]:
        found, fixed = table.total("hazards.all.major.found"), table.total("hazards.all.major.fixed")
        general, done = table.total("hazards.all.general.found"), table.total("hazards.all.general.fixed")
        late, open_now = sum(r.overdue for r in rows), sum(r.open for r in rows)
        handed = sum(1 for r in rows if r.weekly is not None and r.weekly.handed_in)
        expected = sum(1 for r in rows if r.weekly is not None)
        todos = Todo.objects.for_actor(self.actor)
        my_late = todos.filter(due_at__lt=self.at).count()
        ledger, weekly = reverse("hazards:list"), reverse("campaigns:returns")
        return [
            {"title": "重大事故隐患 · 未销号", "value": open_now, "unit": "条", "url": ledger, "note": f"逾期 {late} · 累计 {found}，已销号 {fixed}", "tone": "red" if late else ""},
            {"title": "重大隐患整改率", "value": f"{100 * fixed / found:.1f}" if found else "—", "unit": "%", "url": ledger, "note": f"{fixed}/{found}"},
            {"title": "一般隐患整改率", "value": f"{100 * done / general:.1f}" if general else "—", "unit": "%", "url": reverse("hazards:general"), "note": f"发现 {general:,}，已整改 {done:,}"},
            {"title": "我的待办逾期", "value": my_late, "unit": "项", "url": reverse("notices:todos") + "?tab=late", "note": f"待办共 {todos.count()} 项", "tone": "red" if my_late else ""},
            {"title": "本期周调度表", "value": f"{handed}/{expected}", "unit": "个单位已报", "url": weekly, "note": f"未报 {expected - handed}"},
        ]  # fmt: skip


class Workbench(BlankPage):
    """企业工作台: what the firm has to do, its open hazards, the principal's next check."""

    capability = "hazards.self_report"
    template_name = "reporting/workbench.html"
    heading = "企业工作台"

    def get_buttons(self) -> list[Button]:
        """Report first."""
        return [Button("上报隐患", reverse("hazards:report"), icon="plus", primary=True, capability="hazards.self_report")]

    def get_context(self) -> dict[str, Any]:
        """To-dos, open hazards, sessions."""
        seen: Any = Hazard.objects.counted().open().visible_to(self.actor, "hazards.self_report")
        sessions: Any = SelfCheckSession.objects.all().visible_to(self.actor)
        open_rows = list(seen.select_related("enterprise", "criterion").order_by("-level", "due_at")[:20])
        return super().get_context() | {
            "todos": list(Todo.objects.for_actor(self.actor)[:10]), "hazards": open_rows,
            "majors": sum(h.level == "major" for h in open_rows), "late": sum(h.is_overdue(self.at) for h in open_rows),
            "sessions": list(sessions[:3]),
        }  # fmt: skip
