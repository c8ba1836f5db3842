"""Pages about records: only those in the actor's sight."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import cached_property

from bihuan.foundation.access.scoping import require
from bihuan.foundation.lib.problems import NotFound

from .door import Page


class RecordsPage(Page):
    """A page about records of one model."""

    abstract = True
    model: ClassVar[type[Model]]

    def get_queryset(self) -> QuerySet[Any]:
        """The records in the actor's sight. Extend for select_related; never replace the scope."""
        manager: Any = self.model._default_manager
        queryset: QuerySet[Any] = manager.all().visible_to(self.actor)
        return queryset


class RecordPage(RecordsPage):
    """A page about one record, found by `pk` in the address."""

    abstract = True

    @cached_property
    def object(self) -> Any:
        """The record; NotFound when it does not exist or lies outside the actor's sight."""
        record = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if record is None:
            raise NotFound("access.not_found", "没有找到该记录，或它不在您的管辖范围内。")
        return record


class DetailPage(RecordPage):
    """One record: set `template_name` to a template that extends pages/detail.html."""

    abstract = True

    def get_heading(self) -> str:
        """The record's own name."""
        return self.heading or str(self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show it."""
        if isinstance(self.capability, str):
            require(self.actor, self.capability, self.object)
        return self.render()

    def get_context(self) -> dict[str, Any]:
        """Adds `object`."""
        return super().get_context() | {"object": self.object}


class PartPage(RecordPage):
    """A fragment for htmx (a panel, a picker's answers): set `template_name`; give data by `get_context()`."""

    abstract = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The fragment."""
        return self.render()
