"""Filters: what may be typed into a table's filter bar, how it is checked, and the condition it becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from django.db.models import DateTimeField, Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, QueryDict

from bihuan.foundation.lib.times import start_of_day

FilterKind = Literal["choice", "multi", "search", "dates", "boolean", "unit"]
Choices = Sequence[tuple[Any, str]]
COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
MAX_SEARCH_WORDS = 5


def parse_date(text: str) -> date | None:
    """2025-03-07, 2025-3-7, 2025/3/7 or 20250307; None for an empty field; ValueError in Chinese otherwise."""
    text = text.strip()
    if not text:
        return None
    compact = COMPACT_DATE.fullmatch(text)
    parts = compact.groups() if compact else tuple(re.split(r"[-/.年月]", text.rstrip("日")))
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"“{text}”不是日期，请写作 2025-03-07") from None


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter, kept in the address under `key` (`key_from` and `key_to` for dates).

    `field` is the lookup (default `key`); `fields` those of a text search. `choices` are (value, label) pairs or a
    function of the request. `unit` chooses an organisation and everything beneath: `apply` must narrow the queryset.
    `apply(queryset, value)` replaces the usual condition of any kind.
    """

    key: str
    title: str
    kind: FilterKind = "choice"
    field: str = ""
    fields: tuple[str, ...] = ()
    choices: Choices | Callable[[HttpRequest], Choices] = ()
    apply: Callable[[QuerySet[Any], Any], QuerySet[Any]] | None = None
    placeholder: str = ""

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        """The choices as text, for this request."""
        pairs = self.choices(request) if callable(self.choices) else self.choices
        return [(str(value), str(label)) for value, label in pairs]

    def bind(self, request: HttpRequest) -> BoundFilter:
        """Read the filter from the address."""
        bound = BoundFilter(self, self.options(request) if self.kind in {"choice", "multi", "unit"} else [])
        bound.read(request.GET)
        return bound

    def narrow(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The queryset under this filter's condition."""
        if self.apply is not None:
            return self.apply(queryset, value)
        lookup = self.field or self.key
        if self.kind == "search":
            return queryset.filter(self._search(value))
        if self.kind == "multi":
            return queryset.filter(**{f"{lookup}__in": value})
        if self.kind == "dates":
            return self._between(queryset, lookup, *value)
        if self.kind == "unit":
            raise TypeError(f"filter {self.key!r}: a unit filter needs apply=")
        return queryset.filter(**{lookup: value})

    def _search(self, text: str) -> Q:
        condition = Q()
        for word in text.split()[:MAX_SEARCH_WORDS]:
            anywhere = Q()
            for name in self.fields or (self.field or self.key,):
                anywhere |= Q(**{f"{name}__icontains": word})
            condition &= anywhere
        return condition

    @staticmethod
    def _between(queryset: QuerySet[Any], lookup: str, first: date | None, last: date | None) -> QuerySet[Any]:
        moments = is_moment(queryset.model, lookup)
        if first:
            queryset = queryset.filter(**{f"{lookup}__gte": start_of_day(first) if moments else first})
        if last:
            until = {f"{lookup}__lt": start_of_day(last + timedelta(days=1))} if moments else {f"{lookup}__lte": last}
            queryset = queryset.filter(**until)
        return queryset


def is_moment(model: type[Model], lookup: str) -> bool:
    """Whether a lookup path ends in a field with a time of day."""
    *way, last = lookup.split(LOOKUP_SEP)
    for name in way:
        related = model._meta.get_field(name).related_model
        if not isinstance(related, type):
            raise TypeError(f"{lookup!r}: {name!r} is not a relation")
        model = related
    return isinstance(model._meta.get_field(last), DateTimeField)


@dataclass(slots=True)
class BoundFilter:
    """A filter with what the address says; `error` is a Chinese message, and then `value` is None."""

    filter: Filter
    options: list[tuple[str, str]]
    value: Any = None
    raw: dict[str, list[str]] = field(default_factory=dict)
    error: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names it uses in the address."""
        key = self.filter.key
        return (f"{key}_from", f"{key}_to") if self.filter.kind == "dates" else (key,)

    @property
    def active(self) -> bool:
        """Whether anything is asked of it."""
        return self.value is not None or bool(self.error)

    @property
    def text(self) -> str:
        """The typed text of a single field."""
        return next(iter(self.raw.get(self.filter.key, [])), "")

    @property
    def first(self) -> str:
        """The typed first day."""
        return next(iter(self.raw.get(f"{self.filter.key}_from", [])), "")

    @property
    def last(self) -> str:
        """The typed last day."""
        return next(iter(self.raw.get(f"{self.filter.key}_to", [])), "")

    @property
    def chosen(self) -> list[str]:
        """The chosen values, as text."""
        return self.raw.get(self.filter.key, [])

    def read(self, query: QueryDict) -> None:
        """Take the values from the address and check them."""
        self.raw = {name: [text for text in query.getlist(name) if text.strip()] for name in self.names}
        try:
            self.value = self._checked()
        except ValueError as fault:
            self.error = f"{self.filter.title}：{fault}"

    def _checked(self) -> Any:
        kind = self.filter.kind
        if kind == "dates":
            first, last = parse_date(self.first), parse_date(self.last)
            if first and last and first > last:
                raise ValueError("开始日期晚于结束日期")
            return (first, last) if first or last else None
        if not self.chosen:
            return None
        if kind == "search":
            return self.text.strip()
        if kind == "boolean":
            if self.text not in {"0", "1"}:
                raise ValueError("请选择是或否")
            return self.text == "1"
        self._refuse_unknown(self.chosen)
        return self.chosen if kind == "multi" else self.text

    def _refuse_unknown(self, values: Iterable[str]) -> None:
        known = {value for value, _ in self.options}
        unknown = [value for value in values if value not in known]
        if unknown:
            raise ValueError(f"没有“{unknown[0]}”这个选项，请重新选择")
