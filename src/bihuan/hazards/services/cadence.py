"""Deep causes of findings, and how a firm stands with the cadences of its principal's checks."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.problems import Invalid
from bihuan.foundation.lib.times import local_date
from bihuan.hazards.choices import Cause
from bihuan.hazards.models import Hazard, HazardCause, SelfCheckSession
from bihuan.hazards.parameters import cadence_rows
from bihuan.hazards.rules.cadence import Duty, read_cadences, resolve


def code_cause(actor: Actor, hazard: Hazard, *, code: str, at: datetime, analysis: str = "") -> HazardCause:
    """Say why a finding came about (深层原因)."""
    require(actor, "hazards.self_check", hazard)
    if code not in Cause.values:
        raise Invalid({"code": [f"原因只能是：{'、'.join(Cause.labels)}"]})
    with transaction.atomic():
        cause, _ = HazardCause.objects.update_or_create(hazard=hazard, defaults={"code": code, "analysis": analysis.strip()})
        record(actor, "hazards.hazard.cause", hazard, at=at, after={"code": code, "analysis": cause.analysis}, detail={"title": "原因分析"})
    return cause


def duty_of(enterprise: Enterprise, *, at: datetime) -> Duty | None:
    """How the firm stands with its principal's checks: the strictest applicable cadence; one visit satisfies all."""
    rules = [
        rule for rule in read_cadences(cadence_rows())
        if rule.applies(sector=enterprise.sector, tags=enterprise.tags, division=enterprise.division_code)
    ]  # fmt: skip
    led = SelfCheckSession.objects.filter(enterprise=enterprise, led_at__isnull=False, held_at__lte=at)
    visits = [local_date(moment) for moment in led.values_list("held_at", flat=True)]
    return resolve(rules, visits, since=local_date(enterprise.registered_at), today=local_date(at))
