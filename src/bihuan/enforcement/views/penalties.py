"""Penalty decisions: list, registering, one decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse

from bihuan.enforcement.choices import PenaltyTarget
from bihuan.enforcement.forms import PenaltyForm
from bihuan.enforcement.models import PenaltyDecision
from bihuan.enforcement.services import record_penalty
from bihuan.enforcement.views.acts import ActPage, NewAct, bodies_in_sight, crumbs, rows_of, units_in_sight
from bihuan.foundation.access.pages import Button, ListPage
from bihuan.foundation.lib.money import fen_to_wan
from bihuan.foundation.lib.times import local_date, shanghai
from bihuan.foundation.web.tables import Column, Filter, Tab
from bihuan.reference.models import PenaltyBand


class PenaltyList(ListPage):
    """行政处罚: every decision in sight."""

    capability = "enforcement.view"
    heading = "行政处罚"
    model = PenaltyDecision
    columns = (
        Column("firm", "企业", "enterprise.name", url="enforcement:penalty", sort="enterprise__name", phone="title"),
        Column("target", "处罚对象", sort="target", phone="text", sub=lambda act: f"{act.person} {fen_to_wan(act.amount_fen)} 万元".strip()),
        Column("violation", "违法事实", clamp=True),
        Column("basis", "处罚依据", "basis_text", clamp=True),
        Column("amount", "罚款（万元）", "amount_fen", kind="money", sort="amount_fen"),
        Column("decided_at", "决定时间", kind="date", sort="decided_at", phone="due"),
        Column("body", "作出单位"),
        Column("document_number", "文书号", hidden=True),
        Column("unit", "报送单位", hidden=True),
        Column("status", "状态", "tag", kind="status", phone="state"),
    )
    filters = (
        Filter("q", "企业、文书号、违法事实", kind="search", fields=("enterprise__name", "document_number", "violation", "person")),
        Filter("unit", "属地", kind="unit", choices=units_in_sight, apply=lambda rows, pk: rows_of(rows).beneath(int(pk))),
        Filter("target", "处罚对象", choices=PenaltyTarget.choices),
        Filter("body", "作出单位", field="body_id", choices=bodies_in_sight),
        Filter("decided", "决定日期", kind="dates", field="decided_at"),
    )
    tabs = (
        Tab("valid", "有效", when=Q(void_at__isnull=True)),
        Tab("doubtful", "依据待核对", when=Q(void_at__isnull=True, basis_verified=False)),
        Tab("void", "已撤销", when=Q(void_at__isnull=False)), Tab("all", "全部"),
    )  # fmt: skip
    default_order = ("-decided_at", "-id")
    empty_text = "没有行政处罚记录"

    def get_buttons(self) -> Sequence[Button]:
        """Registering, and the orders."""
        return (
            Button("责令指令", reverse("enforcement:orders"), icon="list-details"),
            Button("登记处罚", reverse("enforcement:penalty-new"), icon="plus", primary=True, capability="enforcement.record"),
        )  # fmt: skip

    def get_queryset(self) -> QuerySet[Any]:
        """With what the columns show."""
        return rows_of(super().get_queryset()).with_names()


class PenaltyPage(ActPage):
    """One penalty decision."""

    model = PenaltyDecision

    def get_queryset(self) -> QuerySet[Any]:
        """With the other decision of the case."""
        return super().get_queryset().select_related("linked__enterprise")

    def get_buttons(self) -> Sequence[Button]:
        """The other respondent of the case, and withdrawing."""
        if not self.may_record():
            return ()
        other = "处罚主要负责人" if self.object.target == PenaltyTarget.FIRM else "处罚企业"
        return (
            self.void_button(), Button(f"同案{other}", f"{reverse('enforcement:penalty-new')}?linked={self.object.pk}", icon="gavel"),
        )  # fmt: skip

    def get_pairs(self) -> list[tuple[str, Any]]:
        """The facts."""
        act = self.object
        band = {True: "在法定幅度内", False: "在法定幅度外", None: "无固定幅度可核对"}[act.within_band]
        return [
            ("处罚对象", f"{act.get_target_display()} {act.person}".strip()), ("违法事实", act.violation),
            ("处罚依据", f"{act.basis_text}{'' if act.basis_verified else '（待核对原文）'}"),
            ("罚款金额", f"{fen_to_wan(act.amount_fen)} 万元（{band}）"), ("依据与金额说明", act.basis_note),
            ("决定时间", f"{shanghai(act.decided_at):%Y-%m-%d %H:%M}"), ("作出单位", act.body), ("文书号", act.document_number),
            ("报送单位", act.unit), *([("撤销原因", act.void_reason)] if act.void_at else []),
        ]  # fmt: skip

    def get_context(self) -> dict[str, Any]:
        """The other decisions of the case."""
        act = self.object
        others = [*([act.linked] if act.linked else []), *act.linked_to.select_related("enterprise")]
        return super().get_context() | {"others": others}


class NewPenalty(NewAct):
    """Registering a penalty decision."""

    heading = "登记处罚"
    model = PenaltyDecision
    form_class = PenaltyForm
    success_url = "enforcement:penalty"

    def wanted_link(self) -> PenaltyDecision | None:
        """The decision of the same case that led here."""
        text = self.request.GET.get("linked", "")
        found: PenaltyDecision | None = PenaltyDecision.objects.visible_to(self.actor).filter(pk=text).first() if text.isdecimal() else None
        return found

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """The way back."""
        return crumbs(self.model, (self.heading, ""))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Bands in force today."""
        return super().get_form_kwargs() | {"bands": PenaltyBand.objects.effective_on(local_date(self.at))}

    def get_initial(self) -> dict[str, Any]:
        """As the other decision of the case, where that led here."""
        first = self.wanted_link()
        if first is None:
            return super().get_initial() | {"target": PenaltyTarget.FIRM, "amount_unit": "万元"}
        other = PenaltyTarget.PRINCIPAL if first.target == PenaltyTarget.FIRM else PenaltyTarget.FIRM
        person = first.enterprise.principal_name if other == PenaltyTarget.PRINCIPAL else ""
        return super().get_initial() | {
            "enterprise": first.enterprise_id, "hazard": first.hazard_id or "", "target": other, "person": person,
            "violation": first.violation, "amount_unit": "万元",
        }  # fmt: skip

    def act(self, form: forms.BaseForm) -> Any:
        """Register."""
        assert isinstance(form, PenaltyForm)
        return record_penalty(self.actor, at=self.at, linked=self.wanted_link(), **form.for_service())
