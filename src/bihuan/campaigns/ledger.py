"""Annex 2: the major-hazard ledger (重大事故隐患台账), its rows computed from the records as of a cut-off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q

from bihuan.enforcement.models import Order, PenaltyDecision
from bihuan.foundation.figures.evaluate import Scope, in_window
from bihuan.foundation.lib.money import fen_to_wan
from bihuan.foundation.lib.times import cn_date, local_date
from bihuan.hazards.models import Hazard
from bihuan.hazards.summaries import HAZARDS

# The official headings, in order; the running number (序号) stands before them.
COLUMNS = (
    ("firm", "企业名称"), ("place", "所在市(县、区)"), ("sector", "行业类别"), ("stage", "检查环节"), ("checked_by", "检查单位"),
    ("checked_on", "检查时间"), ("detail", "重大隐患明细"), ("measures", "整改措施"), ("supervisor", "挂牌督办单位"),
    ("penalty", "行政处罚情况"), ("completion", "整改完成情况"), ("note", "备注"),
)  # fmt: skip


def majors(scope: Scope) -> Any:
    """The confirmed major hazards of the scope, oldest finding first."""
    return (
        HAZARDS.queryset().filter(in_window(HAZARDS, scope), level="major", confirmed_at__lte=scope.cutoff)
        .select_related("enterprise", "enterprise__supervisor", "checking_body", "criterion", "unit", "supervision__body", "double_report")
        .order_by("found_at", "pk")
    )  # fmt: skip


def ledger_rows(scope: Scope) -> list[dict[str, Any]]:
    """One row per major hazard with the twelve columns, plus its id and number for the links on the page."""
    hazards = list(majors(scope))
    penalties = _penalties([h.pk for h in hazards], scope)
    return [_row(hazard, penalties.get(hazard.pk, ""), scope) for hazard in hazards]


def _row(hazard: Hazard, penalty: str, scope: Scope) -> dict[str, Any]:
    supervision = getattr(hazard, "supervision", None)
    return {
        "id": hazard.pk, "number": hazard.number, "firm": hazard.enterprise.name, "place": str(hazard.enterprise.supervisor),
        "sector": hazard.enterprise.get_sector_display(), "stage": hazard.get_origin_display(), "checked_by": str(hazard.checking_body),
        "checked_on": local_date(hazard.found_at).isoformat(), "detail": detail(hazard), "measures": measures(hazard),
        "supervisor": str(supervision.body) if supervision else "", "penalty": penalty, "completion": completion(hazard, scope),
        "note": "企业自查上报" if hazard.sealed_at else "",
    }  # fmt: skip


def detail(hazard: Hazard) -> str:
    """What was found and by which criterion it is major."""
    return f"{hazard.description}（{hazard.basis_text}）" if hazard.basis_text else hazard.description


def measures(hazard: Hazard) -> str:
    """The five parts in one cell: 责任、措施、资金、时限、预案."""
    if hazard.plan_submitted_at is None:
        return "方案编制中"
    money = "不需资金" if not hazard.plan_amount_fen else f"{fen_to_wan(hazard.plan_amount_fen)}万元"
    due = cn_date(hazard.plan_due_on) if hazard.plan_due_on else ""
    return f"责任：{hazard.plan_person}；措施：{hazard.plan_measures}；资金：{money}；时限：{due}；预案：{hazard.plan_contingency}"


def completion(hazard: Hazard, scope: Scope) -> str:
    """Done with its date from the re-check (附件2 说明), or the state of the work as of the cut-off."""
    if hazard.closed_at is not None and hazard.closed_at <= scope.cutoff:
        return f"已完成整改，{cn_date(local_date(hazard.closed_at))}销号"
    if hazard.fixed_at is not None and hazard.fixed_at <= scope.cutoff:
        return "已整改，待复查"
    if hazard.due_at is not None:
        late = hazard.due_at < scope.cutoff
        return f"{'逾期未完成' if late else '整改中'}，期限{cn_date(local_date(hazard.due_at))}"
    return "整改中"


def _penalties(ids: list[int], scope: Scope) -> dict[int, str]:
    texts: dict[int, list[str]] = defaultdict(list)
    in_force = Q(void_at__isnull=True) | Q(void_at__gt=scope.cutoff)
    for order in Order.objects.filter(in_force, hazard_id__in=ids, issued_at__lte=scope.cutoff).order_by("issued_at"):
        texts[order.hazard_id].append(order.get_kind_display())
    for penalty in PenaltyDecision.objects.filter(in_force, hazard_id__in=ids, decided_at__lte=scope.cutoff).order_by("decided_at"):
        whom = penalty.person if penalty.target == "principal" else "企业"
        texts[penalty.hazard_id].append(f"对{whom}罚款{fen_to_wan(penalty.amount_fen)}万元")
    return {key: "；".join(parts) for key, parts in texts.items()}


def majors_facts(scope: Scope) -> Iterable[dict[str, Any]]:
    """What invariant 6 asks of every major hazard of the scope."""
    for hazard in majors(scope):
        supervision = getattr(hazard, "supervision", None)
        yield {
            "number": hazard.number, "firm": hazard.enterprise.name, "criterion": hazard.criterion_id is not None,
            "supervised": supervision is not None, "planned": hazard.plan_approved_at is not None,
            "past_planning": hazard.status not in ("planning", "found"), "self_found": hazard.origin == "self",
            "double_reported": _double_reported(hazard), "closed": hazard.status == "closed",
        }  # fmt: skip


def _double_reported(hazard: Hazard) -> bool:
    report = getattr(hazard, "double_report", None)
    return report is not None and report.received_at is not None and report.noticed_at is not None


def self_closed(scope: Scope) -> list[str]:
    """Numbers of hazards closed by the person who reported them fixed (invariant 7); the database refuses them too."""
    rows = HAZARDS.queryset().filter(in_window(HAZARDS, scope), status="closed", rechecked_by=F("rectified_by"))
    return list(rows.values_list("number", flat=True)[:20])
