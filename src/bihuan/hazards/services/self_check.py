"""Self-check plans and the sessions led by the principal (自查自改)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require, require_at
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.problems import Conflict, Invalid
from bihuan.hazards.models import SelfCheckPlan, SelfCheckSession

CLOCK_SLACK = timedelta(minutes=5)


def make_self_check_plan(
    actor: Actor, *, enterprise: Enterprise, title: str, leader: str, members: str, scope: str, made_at: datetime, at: datetime
) -> SelfCheckPlan:
    """Register the firm's work plan; every part is required (忻应急发〔2024〕216号 三(一))."""
    require_at(actor, "hazards.self_check", enterprise.organisation_id)
    parts = {"title": ("方案名称", title), "leader": ("检查组组长", leader), "members": ("检查组成员", members), "scope": ("检查内容和范围", scope)}
    errors = {name: [f"请填写{word}"] for name, (word, text) in parts.items() if not text.strip()}
    if made_at > at + CLOCK_SLACK:
        errors["made_at"] = ["制定时间不能晚于现在"]
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        plan: SelfCheckPlan = SelfCheckPlan.objects.create(
            organisation_id=enterprise.organisation_id, enterprise=enterprise, unit_id=enterprise.reporting_unit_id, title=title.strip(),
            leader=leader.strip(), members=members.strip(), scope=scope.strip(), made_at=made_at, recorded_at=at, made_by_id=actor.user_id,
        )  # fmt: skip
        record(actor, "hazards.self_check_plan", plan, at=at, after={"enterprise": enterprise.pk, "title": title, "leader": leader})
    return plan


def open_session(actor: Actor, *, enterprise: Enterprise, places: str, held_at: datetime, at: datetime) -> SelfCheckSession:
    """Begin a check; it is compliant once the principal has signed in."""
    require_at(actor, "hazards.self_check", enterprise.organisation_id)
    if not places.strip():
        raise Invalid({"places": ["请填写检查部位"]})
    if held_at > at + CLOCK_SLACK:
        raise Invalid({"held_at": ["检查时间不能晚于现在"]})
    with transaction.atomic():
        session: SelfCheckSession = SelfCheckSession.objects.create(
            organisation_id=enterprise.organisation_id, enterprise=enterprise, unit_id=enterprise.reporting_unit_id, places=places.strip(),
            held_at=held_at, recorded_at=at,
        )  # fmt: skip
        record(actor, "hazards.session_open", session, at=at, after={"enterprise": enterprise.pk, "places": places})
    return session


def sign_in(actor: Actor, session: SelfCheckSession, *, at: datetime) -> SelfCheckSession:
    """A person signs in; the principal's own sign-in makes the session compliant. Nobody signs in for another."""
    leads = actor.holds("hazards.lead_check", session.organisation_id)
    require(actor, "hazards.lead_check" if leads else "hazards.self_check", session)
    with transaction.atomic():
        current: SelfCheckSession = SelfCheckSession.objects.select_for_update().get(pk=session.pk)
        if current.ended_at is not None:
            raise Conflict("hazards.session_ended", "这次自查已经结束，不能再签到。")
        if any(row["user"] == actor.user_id for row in current.attendance):
            return current
        current.attendance = [*current.attendance, {"user": actor.user_id, "name": actor.name, "at": at.isoformat(), "leads": leads}]
        if leads and current.led_at is None:
            current.led_at, current.led_by_id = at, actor.user_id
        current.save(update_fields=["attendance", "led_at", "led_by"])
        record(actor, "hazards.session_sign_in", current, at=at, after={"name": actor.name, "leads": leads})
    return current


def end_session(actor: Actor, session: SelfCheckSession, *, causes: Sequence[str], analysis: str, at: datetime) -> SelfCheckSession:
    """End the check with the deeper causes, for the self-check report."""
    require(actor, "hazards.self_check", session)
    with transaction.atomic():
        current: SelfCheckSession = SelfCheckSession.objects.select_for_update().get(pk=session.pk)
        if current.ended_at is not None:
            raise Conflict("hazards.session_ended", "这次自查已经结束。")
        current.ended_at, current.causes, current.analysis = at, list(causes), analysis.strip()
        current.save(update_fields=["ended_at", "causes", "analysis"])
        record(actor, "hazards.session_end", current, at=at, after={"causes": list(causes), "compliant": current.compliant})
    return current
