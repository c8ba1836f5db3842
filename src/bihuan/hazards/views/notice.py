"""What employees read about a major hazard."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from bihuan.foundation.access.pages import DetailPage
from bihuan.foundation.lib.problems import NotFound
from bihuan.hazards import services
from bihuan.hazards.models import Hazard


class NoticePage(DetailPage):
    """重大事故隐患通报, with the number of readers."""

    capability = "hazards.read_notice"
    model = Hazard
    template_name = "hazards/notice.html"

    def get_queryset(self) -> QuerySet[Any]:
        """Hazards of the employee's own firm that have a notice."""
        rows: Any = Hazard.objects.visible_to(self.actor, "hazards.read_notice")
        found: QuerySet[Any] = rows.filter(double_report__noticed_at__isnull=False).select_related("double_report__notice", "double_report__noticed_by")
        return found

    def get_heading(self) -> str:
        """What it is about."""
        return f"重大事故隐患通报：{self.object.title}"

    def get_context(self) -> dict[str, Any]:
        """The text, and whether this person has read it."""
        report = self.object.double_report
        if report.notice is None:
            raise NotFound("hazards.no_notice", "企业尚未发布该隐患的职工通报。")
        return super().get_context() | {"report": report, "read": report.notice.reads.filter(user_id=self.actor.user_id).exists()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Note the reading."""
        services.read_notice(self.actor, self.object, at=self.at)
        return self.go_to(request.path, "已记录阅知")
