"""Orders: list, registering, one order, lifting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from bihuan.enforcement.choices import OrderKind
from bihuan.enforcement.forms import LiftForm, OrderForm
from bihuan.enforcement.models import Order
from bihuan.enforcement.services import issue_order, lift_order
from bihuan.enforcement.views.acts import ActPage, NewAct, bodies_in_sight, crumbs, rows_of, units_in_sight
from bihuan.foundation.access.pages import ActionPage, Button, ListPage
from bihuan.foundation.lib.times import shanghai, utc_now
from bihuan.foundation.web.formats import Due
from bihuan.foundation.web.tables import Column, Filter, Tab


def _overdue(request: HttpRequest) -> Q:
    return Q(void_at__isnull=True, lifted_at__isnull=True, due_at__lt=utc_now())


class OrderList(ListPage):
    """责令指令: every order in sight."""

    capability = "enforcement.view"
    heading = "责令指令"
    model = Order
    columns = (
        Column("firm", "企业", "enterprise.name", url="enforcement:order", sort="enterprise__name", phone="title"),
        Column("kind", "指令种类", sort="kind", phone="text"),
        Column("content", "内容", clamp=True),
        Column("issued_at", "下达时间", kind="date", sort="issued_at"),
        Column("due", "期限", lambda order: Due(order.due_at, done=bool(order.lifted_at or order.void_at)), kind="due", sort="due_at", phone="due"),
        Column("lifted_at", "解除时间", kind="date", sort="lifted_at"),
        Column("body", "作出单位"),
        Column("document_number", "文书号", hidden=True),
        Column("unit", "报送单位", hidden=True),
        Column("status", "状态", "tag", kind="status", phone="state"),
    )
    filters = (
        Filter("q", "企业、文书号、内容", kind="search", fields=("enterprise__name", "document_number", "content")),
        Filter("unit", "属地", kind="unit", choices=units_in_sight, apply=lambda rows, pk: rows_of(rows).beneath(int(pk))),
        Filter("kind", "指令种类", choices=OrderKind.choices),
        Filter("body", "作出单位", field="body_id", choices=bodies_in_sight),
        Filter("issued", "下达日期", kind="dates", field="issued_at"),
    )
    tabs = (
        Tab("valid", "有效", when=Q(void_at__isnull=True)),
        Tab("standing", "执行中", when=Q(void_at__isnull=True, lifted_at__isnull=True)),
        Tab("late", "逾期", when=_overdue, hot=True),
        Tab("void", "已撤销", when=Q(void_at__isnull=False)), Tab("all", "全部"),
    )  # fmt: skip
    default_order = ("-issued_at", "-id")
    empty_text = "没有责令指令"

    def get_buttons(self) -> Sequence[Button]:
        """Registering, and the penalties."""
        return (
            Button("行政处罚", reverse("enforcement:penalties"), icon="gavel"),
            Button("登记指令", reverse("enforcement:order-new"), icon="plus", primary=True, capability="enforcement.record"),
        )  # fmt: skip

    def get_queryset(self) -> QuerySet[Any]:
        """With what the columns show."""
        return rows_of(super().get_queryset()).with_names()


class OrderPage(ActPage):
    """One order."""

    model = Order

    def get_buttons(self) -> Sequence[Button]:
        """Lifting and withdrawing."""
        if not self.may_record():
            return ()
        order, found = self.object, [self.void_button()]
        if order.lifted_at is None and order.kind != OrderKind.CLOSE:
            found.append(Button("解除", reverse("enforcement:order-lift", args=[order.pk]), icon="circle-check", primary=True))
        return found

    def get_pairs(self) -> list[tuple[str, Any]]:
        """The facts."""
        order = self.object
        due = f"{shanghai(order.due_at):%Y-%m-%d %H:%M}" if order.due_at else ""
        lifted = f"{shanghai(order.lifted_at):%Y-%m-%d %H:%M} {order.lift_note}" if order.lifted_at else ""
        return [
            ("指令种类", order.get_kind_display()), ("内容", order.content), ("下达时间", f"{shanghai(order.issued_at):%Y-%m-%d %H:%M}"),
            ("期限", due), ("解除", lifted), ("作出单位", order.body), ("文书号", order.document_number), ("报送单位", order.unit),
            *([("撤销原因", order.void_reason)] if order.void_at else []),
        ]  # fmt: skip


class NewOrder(NewAct):
    """Registering an order."""

    heading = "登记指令"
    model = Order
    form_class = OrderForm
    success_url = "enforcement:order"

    def get_initial(self) -> dict[str, Any]:
        """To rectify."""
        return super().get_initial() | {"kind": OrderKind.RECTIFY}

    def act(self, form: forms.BaseForm) -> Any:
        """Register."""
        return issue_order(self.actor, at=self.at, **form.cleaned_data)


class LiftOrder(ActionPage):
    """Lifting an order."""

    capability = "enforcement.record"
    heading = "解除指令"
    model = Order
    form_class = LiftForm
    submit_title = "解除"
    success_message = "已解除"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the order."""
        return crumbs(Order, (str(self.object), self.object.get_absolute_url()), (self.heading, ""))

    def get_initial(self) -> dict[str, Any]:
        """Now."""
        return {"lifted_at": shanghai(self.at).strftime("%Y-%m-%d %H:%M")}

    def act(self, form: forms.BaseForm) -> Any:
        """Lift."""
        return lift_order(self.actor, self.object, at=self.at, **form.cleaned_data)
