"""The quarterly report on major hazards (季度统计分析报告), drafted from the ledger and signed by the principal."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, Sum

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.lib.canonical import canonical_json
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.sm3 import sm3_hex
from bihuan.foundation.lib.times import end_of_day, local_date, start_of_day
from bihuan.foundation.workflow.engine import open_loop, perform
from bihuan.hazards.models import Hazard, QuarterlyReport
from bihuan.hazards.parameters import parameter


def span_of(year: int, quarter: int) -> tuple[datetime, datetime]:
    """First and last moment of a quarter in China."""
    first = date(year, quarter * 3 - 2, 1)
    following = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return start_of_day(first), end_of_day(following - timedelta(days=1))


def quarter_numbers(enterprise: Enterprise, year: int, quarter: int) -> dict[str, int]:
    """The report's numbers, from the records: found, closed and open at the end of the quarter; money in fen."""
    since, until = span_of(year, quarter)
    rows = Hazard.objects.counted().confirmed().filter(enterprise=enterprise, confirmed_at__lte=until).order_by()
    inside, closed_inside = Q(found_at__range=(since, until)), Q(closed_at__range=(since, until))
    still_open = Q(closed_at__isnull=True) | Q(closed_at__gt=until)
    counted: dict[str, Any] = {}
    for level in ("major", "general"):
        of_level = Q(level=level)
        counted |= {
            f"{level}_found": Count("pk", filter=of_level & inside), f"{level}_closed": Count("pk", filter=of_level & closed_inside),
            f"{level}_open": Count("pk", filter=of_level & still_open),
            f"{level}_overdue": Count("pk", filter=of_level & still_open & Q(due_at__lte=until)),
        }  # fmt: skip
    counted |= {
        "self_found": Count("pk", filter=inside & Q(origin="self", level="major")),
        "recurred": Count("pk", filter=inside & Q(recurrence_of__isnull=False)),
        "amount_fen": Sum("plan_amount_fen", filter=closed_inside, default=0),
    }
    return {key: int(value or 0) for key, value in rows.aggregate(**counted).items()}


def draft_words(numbers: dict[str, int], year: int, quarter: int) -> str:
    """A first wording of the conclusions; the principal edits it."""
    return (
        f"{year}年第{quarter}季度，本企业发现重大事故隐患{numbers['major_found']}条（其中自查发现{numbers['self_found']}条），整改销号{numbers['major_closed']}条，"
        f"季末未销号{numbers['major_open']}条、逾期{numbers['major_overdue']}条；发现一般隐患{numbers['general_found']}条，整改销号{numbers['general_closed']}条。"
        f"复发{numbers['recurred']}条。"
    )


def draft_quarterly_report(actor: Actor, *, enterprise: Enterprise, year: int, quarter: int, at: datetime) -> QuarterlyReport:
    """Draft the report of a quarter that is over; the same quarter a second time gives the first draft back."""
    if quarter not in (1, 2, 3, 4):
        raise Problem("hazards.no_such_quarter", "季度为 1 至 4。", field="quarter")
    known: QuarterlyReport | None = QuarterlyReport.objects.filter(enterprise=enterprise, year=year, quarter=quarter).first()
    if known is not None:
        return known
    _, until = span_of(year, quarter)
    if at <= until:
        raise Problem("hazards.quarter_running", f"{year}年第{quarter}季度尚未结束，季后再生成报告。", status=409)
    numbers = quarter_numbers(enterprise, year, quarter)
    report = QuarterlyReport(
        organisation_id=enterprise.organisation_id, enterprise=enterprise, unit_id=enterprise.reporting_unit_id, year=year, quarter=quarter,
        due_at=end_of_day(local_date(until) + timedelta(days=parameter("quarterly_report_days"))), numbers=numbers,
        conclusions=draft_words(numbers, year, quarter),
    )  # fmt: skip
    try:
        with transaction.atomic():
            report.due_at = max(report.due_at, at)
            return open_loop(actor, report, at=at, capability="hazards.self_check")
    except IntegrityError:
        first: QuarterlyReport = QuarterlyReport.objects.get(enterprise=enterprise, year=year, quarter=quarter)
        return first


def sign_quarterly_report(actor: Actor, report: QuarterlyReport, *, conclusions: str, at: datetime, expect: int | None = None) -> QuarterlyReport:
    """The principal signs: numbers are taken from the records once more and bound with the words by SM3."""
    numbers = quarter_numbers(report.enterprise, report.year, report.quarter)
    return perform(
        actor, report, "sign", at=at, expect=expect, conclusions=conclusions.strip(), numbers=numbers, digest=content_digest(report, numbers, conclusions.strip())
    )


def content_digest(report: QuarterlyReport, numbers: dict[str, int], conclusions: str) -> str:
    """SM3 over what is signed; any later change of the stored content shows."""
    return sm3_hex(canonical_json({"enterprise": report.enterprise_id, "year": report.year, "quarter": report.quarter, "numbers": numbers, "conclusions": conclusions}))


def is_intact(report: QuarterlyReport) -> bool:
    """Whether the signed content is still what was signed."""
    return report.digest == content_digest(report, report.numbers, report.conclusions)


def draft_due(at: datetime) -> int:
    """In the first days of a quarter, draft the last quarter's report of every firm; safe to run twice."""
    today = local_date(at)
    if today.month not in (1, 4, 7, 10) or today.day > 3:
        return 0
    year, quarter = (today.year - 1, 4) if today.month == 1 else (today.year, today.month // 3)
    done = QuarterlyReport.objects.filter(year=year, quarter=quarter).values("enterprise_id")
    waiting = Enterprise.objects.supervised().exclude(pk__in=done).order_by("pk")
    count = 0
    for enterprise in waiting.iterator(500):
        draft_quarterly_report(system_actor("季度报告"), enterprise=enterprise, year=year, quarter=quarter, at=at)
        count += 1
    return count
