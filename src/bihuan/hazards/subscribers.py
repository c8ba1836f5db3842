"""What follows from the loop's own events: the plate, the double report, investigations, the end of proposals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.deadlines.events import OVERDUE
from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.lib.events import subscribe
from bihuan.foundation.workflow.engine import perform
from bihuan.hazards import events, services
from bihuan.hazards.models import Hazard

Payload = Any


@subscribe(events.OPENED)
def report_major_at_once(actor: Actor, record: Hazard, at: datetime, **rest: Payload) -> None:
    """A finding proposed as major is reported to the bureau the moment it is entered."""
    if record.is_major:
        services.open_double_report(actor, record, at=at)


@subscribe("hazards.hazard.self_reclassify")
@subscribe("hazards.hazard.reclassify")
def report_raised(actor: Actor, record: Hazard, at: datetime, **rest: Payload) -> None:
    """So is one that is raised to major; one that is lowered needs none."""
    if record.is_major:
        services.open_double_report(actor, record, at=at)
    else:
        services.drop_double_report(record, at=at)


@subscribe("hazards.hazard.withdraw")
@subscribe("hazards.hazard.self_withdraw")
def end_double_report(actor: Actor, record: Hazard, at: datetime, **rest: Payload) -> None:
    """A withdrawn finding asks for no more deliveries."""
    services.drop_double_report(record, at=at)


@subscribe(events.CONFIRMED)
def supervise_major(actor: Actor, record: Hazard, at: datetime, **rest: Payload) -> None:
    """Every confirmed major hazard is listed, and its double report runs."""
    if record.is_major:
        services.open_double_report(actor, record, at=at)
        services.list_hazard(record, at=at)


@subscribe(events.CONFIRMED)
def look_for_repeats(actor: Actor, record: Hazard, at: datetime, **rest: Payload) -> None:
    """A hazard that came back is investigated."""
    services.investigate_repeat(record, at=at)


@subscribe(events.FIX_REPORTED)
def end_proposals(actor: Actor, record: Hazard, at: datetime, **rest: Payload) -> None:
    """Measures that nobody decided yet lapse when the fix is reported."""
    services.lapse_proposals(record, at=at, reason="企业已报告整改完成")


@subscribe(events.CLOSED)
def make_ready_for_removal(actor: Actor, record: Hazard, at: datetime, **rest: Payload) -> None:
    """The plate is ready to come down."""
    supervision = getattr(record, "supervision", None) if record.is_major else None
    if supervision is not None:
        perform(actor, supervision, "hazard_closed", at=at)


@subscribe(events.MERGED)
def void_supervision(actor: Actor, record: Hazard, at: datetime, **rest: Payload) -> None:
    """A merged hazard keeps neither plate nor open measures."""
    supervision = getattr(record, "supervision", None)
    if supervision is not None and supervision.is_open:
        perform(actor, supervision, "void", at=at, note=f"并入 {record.duplicate_of}")
    services.drop_double_report(record, at=at)
    services.lapse_proposals(record, at=at, reason="隐患已并案")


@subscribe(OVERDUE)
def propose_next_rung(clock: Clock, **rest: Payload) -> None:
    """The first rung is proposed the moment a rectification falls overdue."""
    if clock.subject_kind == "hazards.hazard" and clock.kind == "rectify" and clock.overdue_at is not None:
        hazard = Hazard.objects.counted().select_related("enterprise").filter(pk=clock.subject_id).first()
        if hazard is not None:
            services.propose_for(hazard, at=clock.overdue_at)
