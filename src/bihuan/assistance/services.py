"""Every write to benchmark firms and pairings."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bihuan.assistance.models import Benchmark, Pairing
from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.services import set_pairing_role
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require, require_at
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.problems import Conflict, Invalid, Problem


def choose_benchmark(actor: Actor, *, enterprise: Enterprise, at: datetime, note: str = "") -> Benchmark:
    """Make a firm a benchmark; once at a time."""
    require_at(actor, "assistance.manage", enterprise.organisation_id)
    if Benchmark.objects.running().filter(enterprise=enterprise).exists():
        raise Conflict("assistance.benchmark_known", f"{enterprise} 已是标杆企业。", field="enterprise")
    if enterprise.pairing_role == "helped":
        raise Problem("assistance.is_helped", f"{enterprise} 正在被帮扶，不能同时确定为标杆企业。", field="enterprise")
    with transaction.atomic():
        row = Benchmark.objects.create(
            organisation=enterprise.organisation, enterprise=enterprise, unit=enterprise.reporting_unit, started_at=at, note=note
        )
        set_pairing_role(actor, enterprise, role="benchmark", at=at)
        record(actor, "assistance.benchmark", row, at=at, after={"enterprise": enterprise.pk}, note=note)
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
    with transaction.atomic():
        row = Pairing.objects.create(
            organisation=helped.organisation, helper=helper, enterprise=helped, unit=helped.reporting_unit, plan=plan, started_at=at
        )
        set_pairing_role(actor, helped, role="helped", at=at)
        record(actor, "assistance.pair", row, at=at, after={"helper": helper.pk, "helped": helped.pk})
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
