"""The nightly check (夜间核对) of what must hold for every hazard (requirements section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from bihuan.hazards.models import Hazard
from bihuan.hazards.rules.plans import missing_owners, missing_parts

PLAN_COLUMNS = ("plan_person", "plan_measures", "plan_amount_fen", "plan_due_on", "plan_contingency")


@dataclass(frozen=True)
class Breach:
    """One hazard that breaks one rule."""

    rule: str
    number: str
    hazard_id: int
    text: str


def breaches(at: datetime) -> Iterator[Breach]:
    """Every breach there is; none is repaired here, a person has to look."""
    major = Hazard.objects.counted().confirmed().major().filter(confirmed_at__lte=at).order_by("pk")
    simple: tuple[tuple[str, str, Q], ...] = (
        ("no_criterion", "重大事故隐患没有判定条款", Q(criterion__isnull=True)),
        ("no_supervision", "重大事故隐患没有挂牌督办", Q(supervision__isnull=True)),
        ("no_double_report", "重大事故隐患没有双报告记录", Q(double_report__isnull=True)),
        ("closed_without_double_report", "自报重大隐患已销号，但双报告未完成",
         Q(origin="self", status="closed") & (Q(double_report__received_at__isnull=True) | Q(double_report__noticed_at__isnull=True))),
        ("plate_still_up", "隐患已销号，挂牌督办未转入摘牌", Q(status="closed", supervision__status="listed")),
    )  # fmt: skip
    for rule, text, condition in simple:
        for pk, number in major.filter(condition).values_list("pk", "number"):
            yield Breach(rule, number, pk, text)
    yield from _plans(major)
    same = Hazard.objects.filter(status="closed", rechecked_by__isnull=False, rechecked_by=F("rectified_by"))
    for pk, number in same.values_list("pk", "number"):
        yield Breach("same_person", number, pk, "销号人与整改报告人为同一人")
    for pk, number in Hazard.objects.filter(status="closed", rechecked_at__isnull=True).values_list("pk", "number"):
        yield Breach("no_recheck", number, pk, "已销号但没有复查时间")


def _plans(major: object) -> Iterator[Breach]:
    approved = major.filter(plan_approved_at__isnull=False)  # type: ignore[attr-defined]
    for row in approved.values("pk", "number", "plan_owners", *PLAN_COLUMNS).iterator(1000):
        missing = missing_parts(row) + [f"{title}责任人" for title in missing_owners(row["plan_owners"] or {})]
        if missing:
            yield Breach("plan_incomplete", row["number"], row["pk"], f"已核准方案缺少：{'、'.join(missing)}")
