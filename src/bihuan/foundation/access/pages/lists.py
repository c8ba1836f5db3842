"""List pages: a table over the records in the actor's sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property

from bihuan.foundation.jobs.services import enqueue
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.web.buttons import BulkAction, permitted
from bihuan.foundation.web.models import ColumnChoice
from bihuan.foundation.web.services import save_columns
from bihuan.foundation.web.tables import Column, Filter, Tab, TableState
from bihuan.foundation.web.tables.files import export_response

from . import exports
from .door import is_htmx
from .records import RecordsPage


class ListPage(RecordsPage):
    """A table with filters, tabs, order, column chooser, paging, xlsx and csv export, empty state, phone layout."""

    abstract = True
    template_name = "pages/list.html"
    columns: ClassVar[Sequence[Column]] = ()
    filters: ClassVar[Sequence[Filter]] = ()
    tabs: ClassVar[Sequence[Tab]] = ()
    default_order: ClassVar[Sequence[str]] = ()
    exportable: ClassVar[bool] = True
    bulk: ClassVar[Sequence[BulkAction]] = ()
    empty_text: ClassVar[str] = "还没有记录"
    empty_good: ClassVar[bool] = False
    """Whether an empty list is good news (green)."""

    @property
    def table_key(self) -> str:
        """Under which name column choices are kept."""
        return f"{type(self).__module__.removeprefix('bihuan.')}.{type(self).__qualname__}"

    def get_columns(self) -> Sequence[Column]:
        """The columns on offer."""
        return self.columns

    def get_filters(self) -> Sequence[Filter]:
        """The filters on offer."""
        return self.filters

    def get_tabs(self) -> Sequence[Tab]:
        """The tabs; the first one is shown without ?tab=."""
        return self.tabs

    def get_bulk(self) -> Sequence[BulkAction]:
        """Deeds on chosen rows."""
        return self.bulk

    @cached_property
    def state(self) -> TableState:
        """What the address asks for."""
        return TableState.from_request(
            self.request,
            key=self.table_key,
            columns=self.get_columns(),
            filters=self.get_filters(),
            tabs=self.get_tabs(),
            default_order=self.default_order,
            chosen=ColumnChoice.objects.keys_for(self.actor.user_id, self.table_key),
            now=self.at,
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, its table alone for htmx, or the export file."""
        form = request.GET.get("export", "")
        if form and self.exportable:
            return self.export(form)
        if is_htmx(request):
            return self.render(template=f"{self.template_name}#list")
        return self.render()

    def export(self, form: str) -> HttpResponseBase:
        """The file of everything the current view holds."""
        if form not in {"xlsx", "csv"}:
            raise Problem("web.export_form", "只能导出 xlsx 或 csv 文件。", status=400)
        if self.state.errors:
            raise Problem("web.filter", "；".join(self.state.errors), status=400)
        queryset = self.state.apply(self.get_queryset())
        count = queryset.count()
        if count > exports.JOB_ROWS and self.actor.user_id is not None:
            return self.export_later(form, count)
        return export_response(form, self.get_heading(), local_date(self.at), self.state.columns, queryset)

    def export_later(self, form: str, count: int) -> HttpResponseBase:
        """A long file is written in the background; the person follows it on the job's page."""
        job = enqueue(
            self.actor, exports.export_list, title=f"导出{self.get_heading()}", organisation_id=self.actor.home, at=self.at,
            page=f"{type(self).__module__}.{type(self).__qualname__}", path=self.request.get_full_path(), form=form,
            home=self.actor.home, arguments=self.kwargs,
        )  # fmt: skip
        return self.go_to(reverse("jobs:detail", kwargs={"pk": job.pk}), f"共 {count:,} 条，正在后台导出，可离开此页")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep the chosen columns."""
        if request.POST.get("do") != "columns" or self.actor.user_id is None:
            raise Problem("web.unknown_action", "无法识别的操作，请刷新页面后重试。", status=400)
        known = {column.key for column in self.get_columns()}
        save_columns(self.actor.user_id, self.table_key, keys=[key for key in request.POST.getlist("columns") if key in known])
        return self.go_to(request.get_full_path(), "已保存显示的列")

    def get_context(self) -> dict[str, Any]:
        """Adds `state` and `table`."""
        return super().get_context() | {
            "state": self.state,
            "table": self.state.page_of(self.get_queryset()),
            "exportable": self.exportable,
            "bulk": permitted(self.get_bulk(), self.actor),
            "empty_text": self.empty_text,
            "empty_good": self.empty_good,
        }
