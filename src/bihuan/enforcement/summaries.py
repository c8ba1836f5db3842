"""Figures of penalties and orders (附件1 行5)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bihuan.enforcement.models import Order, PenaltyDecision
from bihuan.foundation.figures.registry import Base, Distinct, Measure, Sum, figure

SOURCE = "忻应急发〔2024〕216号 附件1 行5"
PENALTIES = Base(
    "enforcement.penalty", "行政处罚决定", queryset=lambda: PenaltyDecision.objects.all(), unit="unit_id",
    window="decided_at", link="enforcement:penalties", ends=("void_at",), recorded="recorded_at",
)  # fmt: skip
ORDERS = Base(
    "enforcement.order", "责令整改指令", queryset=lambda: Order.objects.all(), unit="unit_id", window="issued_at", link="enforcement:orders",
    ends=("void_at",), recorded="recorded_at",
)


def _penalty(key: str, title: str, unit: str, target: str, measure: Measure, definition: str, **more: Any) -> Any:
    return figure(
        f"enforcement.{key}", title, unit=unit, base=PENALTIES, at="decided_at", when=Q(target=target), measure=measure,
        definition=definition, source=SOURCE, **more,
    )  # fmt: skip


def _order(kind: str, title: str, definition: str) -> Any:
    return figure(
        f"enforcement.order.{kind}", title, unit="家", base=ORDERS, at="issued_at", when=Q(kind=kind),
        measure=Distinct("enterprise_id"), definition=definition, source=SOURCE,
    )  # fmt: skip


FIRMS = _penalty("firms", "处罚企业", "家", "firm", Distinct("enterprise_id"), "受到行政处罚的不同企业。")
FIRM_AMOUNT = _penalty("firms.amount", "处罚企业金额", "万元", "firm", Sum("amount_fen"), "对企业罚款的合计，按分累计、输出时换算为万元并四舍五入到两位小数。", money=True)
PRINCIPALS = _penalty("principals", "处罚企业主要负责人", "人", "principal", Distinct("enterprise_id"), "受到行政处罚的企业主要负责人，一家企业计一人。")
PRINCIPAL_AMOUNT = _penalty("principals.amount", "处罚主要负责人金额", "万元", "principal", Sum("amount_fen"), "对主要负责人罚款的合计，换算规则同上。", money=True)
RECTIFY = _order("rectify", "限期整改", "被责令限期整改的不同企业。")
STOP = _order("stop", "停产整改", "被责令停产停业整顿的不同企业。")
CLOSE = _order("close", "取缔关闭", "被依法取缔关闭的不同企业。")
