"""What pages of penalties and orders share, the pickers, and withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from bihuan.enforcement.forms import VoidForm
from bihuan.enforcement.models import FirmAct, Order, PenaltyDecision
from bihuan.enforcement.querysets import EnforcementQuerySet
from bihuan.enforcement.rules import limits
from bihuan.enforcement.services import void_act
from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.middleware import actor_of
from bihuan.foundation.access.pages import ActionPage, BlankPage, Button, DetailPage, FormPage
from bihuan.foundation.access.scoping import organisations_visible_to
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.lib.times import local_date, shanghai
from bihuan.hazards.models import Hazard
from bihuan.hazards.services import penalty_barred
from bihuan.inspections.querysets import BODY_KINDS, inspecting_bodies
from bihuan.reference.models import PenaltyBand

OFFERED = 12


def rows_of(queryset: QuerySet[Any]) -> EnforcementQuerySet:
    """The same, typed."""
    assert isinstance(queryset, EnforcementQuerySet)
    return queryset


def units_in_sight(request: HttpRequest) -> list[tuple[Any, str]]:
    """Supervising bodies in which the actor sees penalties."""
    units = organisations_visible_to(actor_of(request), "enforcement.view").filter(kind__in=BODY_KINDS[:4])
    return [(unit.pk, str(unit)) for unit in units]


def bodies_in_sight(request: HttpRequest) -> list[tuple[Any, str]]:
    """Bodies that may have decided."""
    return [(body.pk, str(body)) for body in inspecting_bodies(actor_of(request), "enforcement.view")]


def crumbs(model: type[FirmAct], *more: tuple[str, str]) -> Sequence[tuple[str, str]]:
    """The way back to the list."""
    orders = model is Order
    return (("责令指令" if orders else "行政处罚", reverse("enforcement:orders" if orders else "enforcement:penalties")), *more)


class ActPage(DetailPage):
    """One decision or order."""

    abstract = True
    capability = "enforcement.view"
    model: ClassVar[type[FirmAct]]
    template_name = "enforcement/act.html"

    def get_queryset(self) -> QuerySet[Any]:
        """With names."""
        return rows_of(super().get_queryset()).with_names()

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """The way back."""
        return crumbs(self.model, (str(self.object.enterprise), ""))

    def get_tags(self) -> Sequence[tuple[str, str]]:
        """Whether it counts."""
        return [self.object.tag]

    def may_record(self) -> bool:
        """Whether the actor may change it, and it still counts."""
        return not self.object.void_at and self.actor.holds("enforcement.record", self.object.organisation_id)

    def void_button(self) -> Button:
        """Withdrawing."""
        kind = "order" if self.model is Order else "penalty"
        return Button("撤销", reverse(f"enforcement:{kind}-void", args=[self.object.pk]), danger=True)

    def get_pairs(self) -> list[tuple[str, Any]]:
        """The facts."""
        raise NotImplementedError

    def get_context(self) -> dict[str, Any]:
        """Facts, the hazard, history."""
        act = self.object
        hazard = Hazard.objects.visible_to(self.actor).filter(pk=act.hazard_id).select_related("duplicate_of").first() if act.hazard_id else None
        return super().get_context() | {
            "pairs": self.get_pairs(), "hazard": hazard, "harbour": penalty_barred(hazard, at=self.at) if hazard else None,
            "history": [
                {"title": (e.detail or {}).get("title", e.action), "at": e.at, "who": e.actor_name, "note": e.note, "state": "done"}
                for e in Entry.objects.of(act)
            ],
        }  # fmt: skip


class NewAct(FormPage):
    """Registering one."""

    abstract = True
    capability = "enforcement.record"
    submit_title = "登记"
    success_message = "已登记"
    model: ClassVar[type[FirmAct]]

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """The way back."""
        return crumbs(self.model, (self.heading, ""))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Firms, hazards and bodies in sight."""
        return super().get_form_kwargs() | {
            "firms": Enterprise.objects.visible_to(self.actor).visible_to(self.actor, "enforcement.record"),
            "bodies": inspecting_bodies(self.actor, "enforcement.record"),
            "hazards": Hazard.objects.visible_to(self.actor).filter(confirmed_at__isnull=False),
        }  # fmt: skip

    def wanted_hazard(self) -> Hazard | None:
        """The hazard in the link that led here."""
        text = self.request.GET.get("hazard", "")
        found: Hazard | None = Hazard.objects.visible_to(self.actor).filter(pk=text).first() if text.isdecimal() else None
        return found

    def get_initial(self) -> dict[str, Any]:
        """From the hazard or firm that led here; decided now by one's own body."""
        hazard = self.wanted_hazard()
        now = shanghai(self.at).strftime("%Y-%m-%d %H:%M")
        return {
            "enterprise": hazard.enterprise_id if hazard else self.request.GET.get("enterprise", ""), "hazard": hazard.pk if hazard else "",
            "body": self.actor.home or "", "decided_at": now, "issued_at": now,
        }  # fmt: skip


class VoidAct(ActionPage):
    """Withdrawing one; it stays in the history."""

    abstract = True
    capability = "enforcement.record"
    heading = "撤销"
    intro = "撤销后不再计入统计，记录和原因保留；已上报的周累计数按“更正”处理。"
    form_class = VoidForm
    submit_title = "撤销"
    success_message = "已撤销"
    model: ClassVar[type[FirmAct]]

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the record."""
        return crumbs(self.model, (str(self.object), self.object.get_absolute_url()), (self.heading, ""))

    def act(self, form: forms.BaseForm) -> Any:
        """Withdraw."""
        void_act(self.actor, self.object, at=self.at, reason=form.cleaned_data["reason"])
        return self.object


class VoidPenalty(VoidAct):
    """Withdrawing a penalty decision."""

    heading = "撤销处罚决定"
    model = PenaltyDecision


class VoidOrder(VoidAct):
    """Withdrawing an order."""

    heading = "撤销指令"
    model = Order


class Answers(BlankPage):
    """Answers of a picker, from two characters on."""

    abstract = True
    capability = "enforcement.record"
    template_name = "components/combo_options.html"

    def find(self, text: str) -> QuerySet[Any]:
        """The rows."""
        raise NotImplementedError

    def option(self, row: Any) -> tuple[Any, str, str]:
        """Id, title, subtitle."""
        raise NotImplementedError

    def get_context(self) -> dict[str, Any]:
        """The options."""
        query = self.request.GET
        text = (query.get("q") or query.get(f"{query.get('for', '')}_text", "")).strip()
        if len(text) < 2:
            return {"options": [], "more": 0}
        rows = self.find(text)
        return {"options": [self.option(row) for row in rows[:OFFERED]], "more": max(0, rows.count() - OFFERED)}


class HazardOptions(Answers):
    """Confirmed hazards in sight, of the chosen firm where one is chosen."""

    def find(self, text: str) -> QuerySet[Any]:
        """By number or words."""
        rows = Hazard.objects.visible_to(self.actor).confirmed().search(text).select_related("enterprise").order_by("-found_at")
        firm = self.request.GET.get("enterprise", "")
        found: QuerySet[Any] = rows.filter(enterprise_id=firm) if firm.isdecimal() else rows
        return found

    def option(self, row: Any) -> tuple[Any, str, str]:
        """With the firm."""
        return row.pk, str(row), f"{row.enterprise} · {row.get_level_display()}"


def band_title(band: PenaltyBand) -> str:
    """The violation, and whether somebody has compared it with the text."""
    return band.violation if band.verified else f"【待核对】{band.violation}"


class BandOptions(Answers):
    """Penalty bands in force today, with their ranges; superseded ones are not offered."""

    def find(self, text: str) -> QuerySet[Any]:
        """By law, article or words."""
        rows = PenaltyBand.objects.effective_on(local_date(self.at)).filter(superseded_by="")
        condition = Q(code__icontains=text) | Q(violation__icontains=text) | Q(law__icontains=text)
        return rows.filter(condition | Q(article=int(text)) if text.isdecimal() else condition)

    def option(self, row: Any) -> tuple[Any, str, str]:
        """With article and ranges."""
        band = {"who": row.who, "first": row.first, "aggravated": row.aggravated}
        firm, person = ("；".join(str(limit) for limit in limits(band, target)) for target in ("firm", "principal"))
        ranges = [text for text in (f"单位：{firm}" if firm else "", f"个人：{person}" if person else "") if text]
        return row.pk, band_title(row), " · ".join([row.citation, *ranges])
