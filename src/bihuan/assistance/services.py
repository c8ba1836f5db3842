"""Every write to benchmark firms, pairings and service visits."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from bihuan.assistance.models import Benchmark, Pairing, ServiceVisit
from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.services import set_pairing_role
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require, require_at
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.problems import Conflict, Invalid, Problem

LATE_ENTRY = timedelta(days=7)
CLOCK_SLACK = timedelta(minutes=5)


def choose_benchmark(actor: Actor, *, enterprise: Enterprise, at: datetime, note: str = "") -> Benchmark:
    """Make a firm a benchmark; once at a time."""
    require_at(actor, "assistance.manage", enterprise.organisation_id)
    if Benchmark.objects.running().filter(enterprise=enterprise).exists():
        raise Conflict("assistance.benchmark_known", f"{enterprise} 已是标杆企业。", field="enterprise")
    if enterprise.pairing_role == "helped":
        raise Problem("assistance.is_helped", f"{enterprise} 正在被帮扶，不能同时确定为标杆企业。", field="enterprise")
    try:
        with transaction.atomic():
            row: Benchmark = Benchmark.objects.create(
                organisation=enterprise.organisation, enterprise=enterprise, unit=enterprise.reporting_unit, started_at=at, note=note
            )
            set_pairing_role(actor, enterprise, role="benchmark", at=at)
            record(actor, "assistance.benchmark", row, at=at, after={"enterprise": enterprise.pk}, note=note)
    except IntegrityError:
        raise Conflict("assistance.benchmark_known", f"{enterprise} 已是标杆企业。", field="enterprise") from None
    return row


def pair(actor: Actor, *, helper: Enterprise, helped: Enterprise, plan: str, at: datetime) -> Pairing:
    """Pair a benchmark firm with one that needs help; a plan (结对帮扶计划) is required."""
    require_at(actor, "assistance.manage", helped.organisation_id)
    if not plan.strip():
        raise Invalid({"plan": ["请填写结对帮扶计划"]})
    if helper.pk == helped.pk:
        raise Invalid({"helped": ["企业不能帮扶自己"]})
    if helper.pairing_role != "benchmark":
        raise Problem("assistance.not_benchmark", f"{helper} 还不是标杆企业，请先确定。", field="helper")
    if Pairing.objects.running().filter(enterprise=helped).exists():
        raise Conflict("assistance.already_helped", f"{helped} 已有帮扶企业。", field="helped")
    if helped.pairing_role == "benchmark":
        raise Problem("assistance.benchmark_helped", f"{helped} 是标杆企业，不需要帮扶。", field="helped")
    try:
        with transaction.atomic():
            row: Pairing = Pairing.objects.create(
                organisation=helped.organisation, helper=helper, enterprise=helped, unit=helped.reporting_unit, plan=plan, started_at=at
            )
            set_pairing_role(actor, helped, role="helped", at=at)
            record(actor, "assistance.pair", row, at=at, after={"helper": helper.pk, "helped": helped.pk})
    except IntegrityError:
        raise Conflict("assistance.already_helped", f"{helped} 已有帮扶企业。", field="helped") from None
    return row


def end_pairing(actor: Actor, pairing: Pairing, *, at: datetime, outcome: str) -> None:
    """End the help and write down what came of it."""
    require(actor, "assistance.manage", pairing)
    if not outcome.strip():
        raise Invalid({"outcome": ["请填写帮扶成效"]})
    with transaction.atomic():
        if not Pairing.objects.filter(pk=pairing.pk, ended_at__isnull=True).update(ended_at=at, outcome=outcome):
            raise Problem("assistance.ended", "该结对已经结束。", status=409)
        set_pairing_role(actor, pairing.enterprise, role="", at=at)
        record(actor, "assistance.end", pairing, at=at, after={"outcome": outcome})


def end_benchmark(actor: Actor, benchmark: Benchmark, *, at: datetime, reason: str) -> None:
    """Take a firm off the benchmarks; refused while it helps others."""
    require(actor, "assistance.manage", benchmark)
    if not reason.strip():
        raise Invalid({"reason": ["请填写取消标杆的原因"]})
    if Pairing.objects.running().filter(helper=benchmark.enterprise).exists():
        raise Problem("assistance.still_helping", f"{benchmark.enterprise} 还有未结束的结对帮扶，请先结束结对。", status=409)
    with transaction.atomic():
        if not Benchmark.objects.filter(pk=benchmark.pk, ended_at__isnull=True).update(ended_at=at):
            raise Problem("assistance.ended", "该标杆企业已经取消。", status=409)
        set_pairing_role(actor, benchmark.enterprise, role="", at=at)
        record(actor, "assistance.benchmark_end", benchmark, at=at, after={"ended_at": at}, note=reason.strip())
    benchmark.refresh_from_db()


def record_service(
    actor: Actor, *, enterprise: Enterprise, visited_at: datetime, experts: str, subject: str, advice: str, at: datetime, found: str = ""
) -> ServiceVisit:
    """Note a visit of experts. What they found is advice: it becomes neither hazard nor penalty by itself."""
    require_at(actor, "assistance.serve", enterprise.organisation_id)
    errors = {
        name: [f"请填写{word}"]
        for name, word, text in (("experts", "专家姓名", experts), ("subject", "服务内容", subject), ("advice", "指导意见", advice))
        if not text.strip()
    }
    if visited_at > at + CLOCK_SLACK:
        errors["visited_at"] = ["服务时间不能晚于现在"]
    if at - visited_at > LATE_ENTRY:
        errors["visited_at"] = ["超过 7 天不能补录"]
    if errors:
        raise Invalid(errors, code="assistance.service_invalid")
    with transaction.atomic():
        row: ServiceVisit = ServiceVisit.objects.create(
            organisation=enterprise.organisation, enterprise=enterprise, unit=enterprise.reporting_unit, visited_at=visited_at,
            experts=experts.strip(), subject=subject.strip(), found=found.strip(), advice=advice.strip(), recorded_at=at,
            recorded_by_id=actor.user_id,
        )  # fmt: skip
        record(actor, "assistance.service", row, at=at, after={"enterprise": enterprise.pk, "visited_at": visited_at, "experts": row.experts,
               "subject": row.subject, "found": row.found, "advice": row.advice})  # fmt: skip
    return row
