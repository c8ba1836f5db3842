"""Columns: how a record's value is read, shown and exported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from bihuan.foundation.lib.money import fen_to_wan
from bihuan.foundation.lib.times import shanghai

from .. import formats, markup

Kind = Literal["text", "number", "date", "datetime", "money", "status", "link", "due"]
Phone = Literal["title", "state", "text", "due"]
Reader = str | Callable[[Any], Any] | None
Exported = str | int | float | Decimal | date | datetime | None

DASH: SafeString = mark_safe('<span class="muted">—</span>')


def read(record: Any, path: str) -> Any:
    """Follow a dotted path; None on the way ends it; a choice field gives its label. A wrong name is an error."""
    value = record
    *way, last = path.split(".")
    for name in way:
        value = getattr(value, name)
        if value is None:
            return None
    label = getattr(value, f"get_{last}_display", None)
    if callable(label):
        return label()
    value = getattr(value, last)
    return value() if callable(value) else value


@dataclass(frozen=True, slots=True)
class Cell:
    """One drawn cell: its HTML and the classes of its <td>."""

    column: Column
    html: SafeString
    css: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    `value`: attribute path (`enterprise.name`), function of the record, or nothing for `key` itself. `status` wants a
    word, (word, tone) or a State; `due` a date, a moment or `formats.Due`; `money` fen. `sort`: the order_by expression,
    enabling the header link. `url`: a URL name taking `pk`, or a function of the record. `sub`: a second, small line.
    `phone`: the cell's part in the stacked layout; without one it is left out there.
    """

    key: str
    title: str
    value: Reader = None
    sort: str | None = None
    kind: Kind = "text"
    url: str | Callable[[Any], str | None] | None = None
    sub: Reader = None
    width: str = ""
    hidden: bool = False
    phone: Phone | None = None
    clamp: bool = False
    unit: str = ""
    export: bool = True

    def value_of(self, record: Any) -> Any:
        """The raw value."""
        return self._read(self.value if self.value is not None else self.key, record)

    @staticmethod
    def _read(reader: str | Callable[[Any], Any], record: Any) -> Any:
        return reader(record) if callable(reader) else read(record, reader)

    @property
    def numeric(self) -> bool:
        """Whether the column is set to the right."""
        return self.kind in {"number", "money"}

    def cell(self, record: Any, now: datetime) -> Cell:
        """Draw the cell of a record."""
        html = self._shown(self.value_of(record), now)
        target = self._target(record)
        if target:
            html = format_html('<a class="row-link" href="{}">{}</a>', target, html)
        if self.clamp:
            html = format_html('<span class="l2">{}</span>', html)
        below = self._read(self.sub, record) if self.sub is not None else None
        if below not in (None, ""):
            html = format_html('{}<small class="sub-line">{}</small>', html, below)
        return Cell(self, html, self.css)

    @property
    def css(self) -> str:
        """Classes of the header and its cells."""
        names = ["num"] if self.numeric else []
        if self.kind in {"date", "datetime", "due", "status"}:
            names.append("nw")
        names.append(f"p-{self.phone}" if self.phone else "p-none")
        return " ".join(names)

    def _target(self, record: Any) -> str | None:
        if self.url is None:
            return None
        return self.url(record) if callable(self.url) else reverse(self.url, kwargs={"pk": record.pk})

    def _shown(self, value: Any, now: datetime) -> SafeString:
        if self.kind == "status":
            return markup.status_tag(value)
        if self.kind == "due":
            return markup.due_html(value, now)
        if value is None or value == "":
            return DASH
        if self.kind == "date":
            return format_html('<span class="num">{}</span>', formats.iso_date(value))
        if self.kind == "datetime":
            return format_html('<span class="num">{}</span>', formats.iso_minute(value))
        if self.kind == "money":
            return format_html("{}", formats.wan(value))
        if self.kind == "number":
            return format_html("{}{}", f"{value:,}" if isinstance(value, int | float | Decimal) else value, self.unit)
        return format_html("{}", value)

    def exported(self, record: Any) -> Exported:
        """The value for a file: numbers stay numbers, dates dates (Shanghai, naive); money in 万元."""
        value = self.value_of(record)
        if self.kind == "status":
            return markup.status_parts(value)[0] or None
        if self.kind == "due":
            value = markup.due_of(value).on
        if value is None or value == "":
            return None
        if self.kind == "money":
            return fen_to_wan(value)
        if isinstance(value, datetime):
            local = shanghai(value).replace(tzinfo=None)
            return local.date() if self.kind == "date" else local
        if isinstance(value, bool):
            return "是" if value else "否"
        return value if isinstance(value, int | float | Decimal | date) else str(value)

    @property
    def export_title(self) -> str:
        """The header in a file, with the unit the page shows elsewhere."""
        if self.kind == "money" and "元" not in self.title:
            return f"{self.title}（万元）"
        return self.title
