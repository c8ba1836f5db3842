"""Every write on clocks: start, pause, resume, extend, stop. See `overdue.py` for the sweep."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F

from bihuan.foundation.audit.models import Ref, reference
from bihuan.foundation.audit.services import Acting
from bihuan.foundation.audit.services import record as record_entry
from bihuan.foundation.deadlines import rules
from bihuan.foundation.deadlines.choices import ClockState, EventKind
from bihuan.foundation.deadlines.explanation import explain
from bihuan.foundation.deadlines.models import Clock, ClockEvent
from bihuan.foundation.deadlines.overdue import sweep
from bihuan.foundation.lib.problems import Conflict, Problem
from bihuan.foundation.lib.times import cn_date, local_date

__all__ = ["explain", "extend_clock", "pause_clock", "resume_clock", "start_clock", "stop_clock", "sweep"]

Subject = models.Model | Ref
# Two servers' clocks differ a little: an act this much "before" the last one counts as at the same moment.
SLACK = timedelta(minutes=5)


def start_clock(
    actor: Acting, record: Subject, kind: str, *, at: datetime, title: str, organisation_id: int,
    due_at: datetime | None = None, working_days: int | None = None, days: int | None = None,
    due_words: str = "", reason: str = "", assume_weekdays: bool = True,
) -> Clock:  # fmt: skip
    """Start the clock `kind` of a record: until `due_at`, for `working_days`, for `days`, or without due date.

    Working days that reach into a year without published holidays count by the plain week and the explanation says so;
    with `assume_weekdays=False` they raise Problem deadlines.calendar_unknown instead. Raises Problem
    deadlines.already_running when the record's clock of this kind is still open.
    """
    if sum(value is not None for value in (due_at, working_days, days)) > 1:
        raise ValueError("give one of due_at, working_days, days")
    if min(working_days or 0, days or 0) < 0:
        raise ValueError("a period cannot be negative")
    ref = reference(record)
    basis = rules.basis_of(due_at, working_days=working_days, days=days)
    assumed = False
    if working_days is not None:
        due_at = rules.due_after_working_days(at, working_days, assume_weekdays=assume_weekdays)
        assumed = rules.uses_unpublished_year(at, due_at)
    elif days is not None:
        due_at = rules.due_after_days(at, days)
    if due_at is not None and due_at < at:
        raise Problem("deadlines.due_in_past", "到期时间不能早于起算时间，请重新填写。", field="due_at")
    clock = Clock(
        subject_kind=ref.kind, subject_id=ref.id, kind=kind, organisation_id=organisation_id, title=title,
        started_at=at, due_at=due_at, due_words=due_words, basis=basis, calendar_assumed=assumed, last_event_at=at,
        length=working_days if working_days is not None else days,
    )  # fmt: skip
    try:
        with transaction.atomic():
            clock.save(force_insert=True)
            _note(actor, clock, EventKind.START, at=at, reason=reason, due_before=None)
    except IntegrityError as fault:
        if Clock.objects.of(ref).open().filter(kind=kind).exists():
            raise Problem("deadlines.already_running", f"“{title}”已在计时，不能重复起算；请先办结原时限。", status=409) from fault
        raise
    return clock


def pause_clock(actor: Acting, record: Subject, kind: str, *, at: datetime, reason: str) -> Clock:
    """Freeze the remaining time (中止). Refused once due: a missed limit cannot be stopped from showing."""
    _need_reason(reason, "中止")
    clock, at = _open_clock(record, kind, at)
    if clock.state == ClockState.PAUSED:
        raise Problem("deadlines.already_paused", f"“{clock.title}”已处于中止状态。", status=409)
    _refuse_if_due(clock, at, "中止")
    return _change(actor, clock, EventKind.PAUSE, at=at, reason=reason, state=ClockState.PAUSED, paused_at=at)


def resume_clock(actor: Acting, record: Subject, kind: str, *, at: datetime, reason: str = "") -> Clock:
    """Go on counting (恢复): the due moment moves so that what remained when pausing remains now."""
    clock, at = _open_clock(record, kind, at)
    if clock.state != ClockState.PAUSED or clock.paused_at is None:
        raise Problem("deadlines.not_paused", f"“{clock.title}”未中止，无需恢复。", status=409)
    due_at, assumed = clock.due_at, clock.calendar_assumed
    if due_at is not None:
        due_at = rules.due_after_pause(clock.basis, due_at=due_at, paused_at=clock.paused_at, resumed_at=at)
        if clock.basis == "working":
            assumed = assumed or rules.uses_unpublished_year(clock.paused_at, due_at)
    return _change(
        actor, clock, EventKind.RESUME, at=at, reason=reason, state=ClockState.RUNNING, paused_at=None,
        due_at=due_at, calendar_assumed=assumed,
    )  # fmt: skip


def extend_clock(
    actor: Acting, record: Subject, kind: str, *, at: datetime, due_at: datetime, reason: str, due_words: str = ""
) -> Clock:
    """Set a later due moment (延期). Refused once due (deadlines.already_due), while paused, and for an earlier moment.

    A clock that had no due moment gets its first one.
    """
    _need_reason(reason, "延期")
    clock, at = _open_clock(record, kind, at)
    if clock.state == ClockState.PAUSED:
        raise Problem("deadlines.paused", f"“{clock.title}”已中止，请先恢复计时再办理延期。", status=409)
    _refuse_if_due(clock, at, "延期")
    if due_at <= at or (clock.due_at is not None and due_at <= clock.due_at):
        bound = cn_date(local_date(max(at, clock.due_at or at)))
        raise Problem("deadlines.not_later", f"延期后的到期日必须晚于{bound}，请重新填写。", field="due_at")
    return _change(actor, clock, EventKind.EXTEND, at=at, reason=reason, due_at=due_at, due_words=due_words)


def stop_clock(actor: Acting, record: Subject, kind: str, *, at: datetime, reason: str = "") -> Clock:
    """End the clock (办结), running or paused; whether it was in time stays readable."""
    clock, at = _open_clock(record, kind, at)
    return _change(
        actor, clock, EventKind.STOP, at=at, reason=reason, state=ClockState.STOPPED, stopped_at=at, paused_at=None
    )


def _open_clock(record: Subject, kind: str, at: datetime) -> tuple[Clock, datetime]:
    """The record's open clock of this kind, and `at`, never before the clock's last event."""
    clock: Clock | None = Clock.objects.of(record).open().filter(kind=kind).first()
    if clock is None:
        raise Problem("deadlines.not_running", "该事项没有正在计时的时限，可能已经办结。", status=409)
    if at + SLACK < clock.last_event_at:
        raise Problem("deadlines.backdated", f"时间不能早于“{clock.title}”的上一次变动，请核对后重新填写。", field="at")
    return clock, max(at, clock.last_event_at)


def _need_reason(reason: str, deed: str) -> None:
    if not reason.strip():
        raise Problem("deadlines.reason_missing", f"请填写{deed}原因。", field="reason")


def _refuse_if_due(clock: Clock, at: datetime, deed: str) -> None:
    if clock.due_at is not None and clock.due_at <= at:
        day = cn_date(local_date(clock.due_at))
        raise Problem("deadlines.already_due", f"“{clock.title}”已于{day}到期，到期后不能再{deed}；请按逾期处理。", status=409)


def _change(actor: Acting, clock: Clock, event: EventKind, *, at: datetime, reason: str, **changes: Any) -> Clock:
    """Write the change only if nobody was first, then its event and audit entry."""
    due_before = clock.due_at
    # Stopping is right whatever happened meanwhile (an overdue mark, a pause), as long as nobody stopped it before.
    unchanged = Clock.objects.open() if event == EventKind.STOP else Clock.objects.filter(version=clock.version)
    with transaction.atomic():
        mine = unchanged.filter(pk=clock.pk)
        if not mine.update(version=F("version") + 1, last_event_at=at, **changes):
            raise Conflict("deadlines.changed", f"“{clock.title}”刚刚被他人变动，请刷新后核对再办理。")
        clock.refresh_from_db()
        _note(actor, clock, event, at=at, reason=reason, due_before=due_before)
    return clock


def _note(actor: Acting, clock: Clock, kind: EventKind, *, at: datetime, reason: str, due_before: datetime | None) -> None:
    ClockEvent.objects.create(
        clock=clock, kind=kind, at=at, who_id=actor.user_id, who_name=actor.name, home_id=actor.home, reason=reason,
        due_before=due_before, due_after=clock.due_at, due_words=clock.due_words,
    )  # fmt: skip
    record_entry(
        actor, f"deadlines.{kind}", clock, at=at, note=reason,
        before=None if kind == EventKind.START else {"due_at": due_before},
        after={"state": clock.state, "due_at": clock.due_at, "due_words": clock.due_words},
        detail={"subject": list(clock.subject), "kind": clock.kind},
    )  # fmt: skip
