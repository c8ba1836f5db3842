"""Answers of the comboboxes: organisations in which the actor holds the right."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase

from bihuan.foundation.access.pages import Page
from bihuan.foundation.access.scoping import organisations_visible_to

OFFERED = 20


class UnitOptions(Page):
    """Bureaus one may administer."""

    capability = "administration.organisations"
    firms: ClassVar[bool] = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Those whose name or code fits."""
        text = request.GET.get("q", "").strip()
        rows = organisations_visible_to(self.actor, str(self.capability)).filter(is_active=True)
        if not self.firms:
            rows = rows.exclude(kind="enterprise")
        rows = rows.filter(Q(name__contains=text) | Q(short_name__contains=text) | Q(code__startswith=text)).order_by("order", "code")
        options: list[tuple[Any, str, str]] = [(unit.pk, unit.name, unit.get_kind_display()) for unit in rows[:OFFERED]]
        return self.render({"options": options, "more": max(0, rows.count() - OFFERED)}, template="components/combo_options.html")


class UserUnitOptions(UnitOptions):
    """Where one may open accounts."""

    capability = "administration.users"
    firms = True


class AppointUnitOptions(UnitOptions):
    """Where one may appoint."""

    capability = "administration.appoint"
    firms = True
