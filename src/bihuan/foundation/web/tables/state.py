"""What the address says about a table: filters, tab, order, page, columns. Shareable, and the back button works."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from .. import markup
from .columns import Cell, Column
from .filters import BoundFilter, Filter

SIZES = (20, 50, 100)
RESERVED = {"sort", "page", "size", "tab", "export"}


def meets_many(model: type[Model], condition: Q) -> bool:
    """Whether a condition looks through a relation to several rows, so that it may meet one record more than once."""
    for child in condition.children:
        if isinstance(child, Q):
            if meets_many(model, child):
                return True
        elif isinstance(child, tuple) and "__" in child[0]:
            name = child[0].split("__")[0]
            known = {f.name: f for f in model._meta.get_fields()}
            if name in known and (known[name].one_to_many or known[name].many_to_many):
                return True
    return False


@dataclass(frozen=True, slots=True)
class Tab:
    """A ready-made view of the list (未销号, 逾期). `when`: a condition, or a function of the request giving one."""

    key: str
    title: str
    when: Q | Callable[[HttpRequest], Q] | None = None
    hot: bool = False

    def condition(self, request: HttpRequest) -> Q:
        """The tab's condition; an empty one for all records."""
        if self.when is None:
            return Q()
        return self.when if isinstance(self.when, Q) else self.when(request)


@dataclass(frozen=True, slots=True)
class BoundTab:
    """A tab as drawn."""

    tab: Tab
    count: int
    current: bool
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A record as drawn."""

    record: Any
    cells: list[Cell]
    late: bool


@dataclass(frozen=True, slots=True)
class Header:
    """A column's header as drawn."""

    column: Column
    url: str
    order: str


@dataclass(frozen=True, slots=True)
class TablePage:
    """One page of a table, ready for `components/table.html`."""

    rows: list[Row]
    headers: list[Header]
    page: Page[Any]
    total: int
    tabs: list[BoundTab]


@dataclass(slots=True)
class TableState:
    """A table as the address asks for it."""

    request: HttpRequest
    key: str
    all_columns: tuple[Column, ...]
    columns: list[Column]
    filters: list[BoundFilter]
    tabs: tuple[Tab, ...]
    tab: Tab | None
    sort: str
    descending: bool
    number: int
    size: int
    now: datetime
    errors: list[str] = field(default_factory=list)
    default_order: tuple[str, ...] = ()

    @classmethod
    def from_request(
        cls,
        request: HttpRequest,
        *,
        key: str,
        columns: Sequence[Column],
        filters: Sequence[Filter] = (),
        tabs: Sequence[Tab] = (),
        default_order: Sequence[str] = (),
        chosen: Iterable[str] | None = None,
        now: datetime | None = None,
    ) -> TableState:
        """Read the address. `chosen` are the column keys this person saved; `default_order` is used without ?sort=."""
        reserved = RESERVED & {item.key for item in filters}
        if reserved:
            raise ValueError(f"filter key {reserved.pop()!r} is reserved by the table")
        state = cls(
            request=request,
            key=key,
            all_columns=tuple(columns),
            columns=visible_columns(columns, chosen),
            filters=[item.bind(request) for item in filters],
            tabs=tuple(tabs),
            tab=tabs[0] if tabs else None,
            sort="",
            descending=False,
            number=1,
            size=SIZES[0],
            now=now or timezone.now(),
            default_order=tuple(default_order),
        )
        state._read_address()
        return state

    def _read_address(self) -> None:
        query = self.request.GET
        self.errors += [bound.error for bound in self.filters if bound.error]
        sort = query.get("sort", "")
        self.sort, self.descending = sort.lstrip("-"), sort.startswith("-")
        if self.sort and not any(column.key == self.sort and column.sort for column in self.all_columns):
            self.errors.append(f"不能按“{self.sort}”排序，请点表头选择")
            self.sort = ""
        self.number = self._whole(query.get("page", ""), 1, "页码")
        self.size = self._whole(query.get("size", ""), SIZES[0], "每页条数")
        if self.size not in SIZES:
            self.errors.append("每页条数只能是 20、50 或 100")
            self.size = SIZES[0]
        wanted = query.get("tab", "")
        if wanted:
            self.tab = next((tab for tab in self.tabs if tab.key == wanted), None)
            if self.tab is None:
                self.errors.append(f"没有“{wanted}”这个分类")
                self.tab = self.tabs[0] if self.tabs else None

    def _whole(self, text: str, default: int, title: str) -> int:
        if not text:
            return default
        if not text.isdecimal() or int(text) < 1:
            self.errors.append(f"{title}应为正整数")
            return default
        return int(text)

    @property
    def filtered(self) -> bool:
        """Whether any filter is in use."""
        return any(bound.active for bound in self.filters)

    @property
    def sort_param(self) -> str:
        """The order as written in the address."""
        return f"-{self.sort}" if self.sort and self.descending else self.sort

    def filtered_set(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The records under the filters, tab and order left aside. A wrong filter gives none, never all."""
        if any(bound.error for bound in self.filters):
            return queryset.none()
        for bound in self.filters:
            if bound.value is not None:
                queryset = bound.filter.narrow(queryset, bound.value)
        return queryset

    def ordered(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The asked order, made unambiguous by the primary key so that pages do not overlap."""
        column = next((item for item in self.all_columns if item.key == self.sort), None)
        if column is None or not column.sort:
            return queryset.order_by(*self.default_order, "pk") if self.default_order else queryset.order_by("-pk")
        plain = column.sort.lstrip("-")
        backwards = column.sort.startswith("-") != self.descending
        return queryset.order_by(f"-{plain}" if backwards else plain, "pk")

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Filters, tab and order: what the page shows and the export writes."""
        queryset = self.filtered_set(queryset)
        if self.tab:
            queryset = queryset.filter(self.tab.condition(self.request))
        return self.ordered(queryset)

    def page_of(self, queryset: QuerySet[Any]) -> TablePage:
        """The page to draw; three queries whatever the number of tabs: tab counts, count, rows."""
        tabs = self._bound_tabs(queryset)
        paginator: Paginator[Any] = Paginator(self.apply(queryset), self.size)
        page = paginator.get_page(self.number)
        rows = [self._row(record) for record in page.object_list]
        return TablePage(rows, self._headers(), page, paginator.count, tabs)

    def _bound_tabs(self, queryset: QuerySet[Any]) -> list[BoundTab]:
        if not self.tabs:
            return []
        chosen = {tab.key: tab.condition(self.request) for tab in self.tabs}
        # Counting distinct ids costs a sort of everything in sight: only where a condition can meet a record twice.
        twice = any(meets_many(queryset.model, condition) for condition in chosen.values())
        counts = self.filtered_set(queryset).order_by().aggregate(
            **{f"tab_{key}": Count("pk", filter=condition, distinct=twice) for key, condition in chosen.items()}
        )
        return [
            BoundTab(tab, counts[f"tab_{tab.key}"], tab == self.tab, self.url(tab=tab.key, page=None)) for tab in self.tabs
        ]

    def _row(self, record: Any) -> Row:
        late = any(
            column.kind == "due" and markup.is_late(column.value_of(record), self.now) for column in self.all_columns
        )
        return Row(record, [column.cell(record, self.now) for column in self.columns], late)

    def _headers(self) -> list[Header]:
        return [self._header(column) for column in self.columns]

    def _header(self, column: Column) -> Header:
        if not column.sort:
            return Header(column, "", "")
        current = column.key == self.sort
        order = ("descending" if self.descending else "ascending") if current else "none"
        wanted = f"-{column.key}" if current and not self.descending else column.key
        return Header(column, self.url(sort=wanted, page=None), order)

    def url(self, **changes: Any) -> str:
        """This page's address with some parameters changed; None takes one out."""
        query = self.request.GET.copy()
        query.pop("export", None)
        for name, value in changes.items():
            query.pop(name, None)
            if value not in (None, ""):
                query[name] = str(value)
        encoded = urlencode([(name, value) for name, values in query.lists() for value in values if value != ""])
        return f"{self.request.path}?{encoded}" if encoded else self.request.path

    @property
    def clear_url(self) -> str:
        """The address without any filter."""
        return self.url(**{name: None for bound in self.filters for name in bound.names}, page=None)

    @property
    def export_urls(self) -> list[tuple[str, str]]:
        """Where the files of the current view are: (title, address)."""
        return [("Excel（xlsx）", self.url(export="xlsx", page=None)), ("CSV", self.url(export="csv", page=None))]

    @property
    def size_urls(self) -> list[tuple[int, str]]:
        """The page sizes and their addresses."""
        return [(size, self.url(size=size, page=None)) for size in SIZES]

    def page_url(self, number: int) -> str:
        """The address of another page."""
        return self.url(page=number if number > 1 else None)


def visible_columns(columns: Sequence[Column], chosen: Iterable[str] | None) -> list[Column]:
    """The chosen columns in declared order; those not hidden when nothing (that still exists) was chosen."""
    wanted = set(chosen or ()) & {column.key for column in columns}
    return [column for column in columns if (column.key in wanted if wanted else not column.hidden)]
