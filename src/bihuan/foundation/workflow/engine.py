"""Runs loops: checks, changes, stamps, history, clocks, to-dos and the event, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import models, transaction

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import owner_of, require, require_at, sector_of
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.audit.services import record as write_history
from bihuan.foundation.deadlines import services as deadlines
from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.lib.events import announce
from bihuan.foundation.lib.problems import Conflict, Invalid, Problem
from bihuan.foundation.lib.times import shanghai
from bihuan.foundation.messages import todos
from bihuan.foundation.workflow.flow import Flow, StartClock, Step, Transition
from bihuan.foundation.workflow.models import LoopModel

R = TypeVar("R", bound=LoopModel)
ENGINE_FIELDS = frozenset({"id", "version", "stepped_at"})
# A field device may run ahead of the server by this much before its time is refused.
CLOCK_SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class Offer:
    """A transition that leaves the present state; `refusal` says why it cannot be taken now."""

    transition: Transition
    refusal: str | None


@dataclass(frozen=True)
class HistoryLine:
    """One line of a record's timeline."""

    at: datetime
    captured_at: datetime | None
    who: str
    organisation_id: int | None
    action: str
    title: str
    note: str
    before: dict[str, Any]
    after: dict[str, Any]
    hash: str


def field_values(record: models.Model) -> dict[str, Any]:
    """All column values of a record by attribute name."""
    return {f.attname: f.value_from_object(record) for f in record._meta.concrete_fields}


def open_loop(actor: Actor, record: R, *, at: datetime, capability: str, note: str = "", captured_at: datetime | None = None) -> R:
    """Save a new record in the first state, with history, opening clocks and the first to-do."""
    flow = record.flow
    require_at(actor, capability, owner_of(record))
    record.status, record.version = flow.initial, 1
    record.opened_at = record.stepped_at = at
    record.created_by_id = actor.user_id
    step = Step(actor=actor, transition="open", at=at, note=note, captured_at=captured_at)
    with transaction.atomic():
        record.save(force_insert=True)
        after = {k: v for k, v in field_values(record).items() if v not in (None, "") and k not in ENGINE_FIELDS}
        write_history(actor, f"{flow.name}.open", record, at=at, after=after, note=note, captured_at=captured_at)
        _start_clocks(actor, record, flow.opening, step)
        _hand_over(record, at)
        announce("records.written", record=record, before=None, after=field_values(record))
        announce(f"{flow.name}.opened", actor=actor, record=record, at=at)
    return record


def perform(
    actor: Actor, record: R, name: str, *, at: datetime, expect: int | None = None, note: str = "",
    captured_at: datetime | None = None, **inputs: Any,
) -> R:  # fmt: skip
    """Take one transition. Raises NotFound, Forbidden, Conflict, Invalid or Problem; then nothing has changed.

    `expect` is the version the person saw; `record` is refreshed and changed in place.
    """
    transition = _transition(record.flow, name)
    require(actor, transition.capability, record)
    step = Step(actor=actor, transition=name, at=at, note=note, captured_at=captured_at, inputs=inputs)
    with transaction.atomic():
        record.refresh_from_db()
        before = advance(record, transition, step, expect=expect)
        after = field_values(record)
        changed = {k: v for k, v in after.items() if v != before[k]}
        _write(record, before, changed)
        _record_step(actor, record, transition, step, before, changed)
        _drive_clocks(actor, record, transition, step)
        _hand_over(record, at)
        announce("records.written", record=record, before=before, after=after)
        announce(transition.announces or f"{record.flow.name}.{name}", actor=actor, record=record, at=at, step=step)
    return record


def advance(record: LoopModel, transition: Transition, step: Step, *, expect: int | None = None) -> dict[str, Any]:
    """Check and apply a transition in memory; returns the values before. Writing and history are the caller's."""
    _check_order(record, transition, step, expect)
    _check_inputs(transition, step)
    refusal = _refusal(record, transition, step)
    if refusal:
        raise refusal
    before = field_values(record)
    _apply(record, transition, step)
    return before


def available(actor: Actor, record: LoopModel, *, at: datetime) -> list[Offer]:
    """The transitions the actor may take from here; those that a guard refuses now carry the reason."""
    offers = []
    organisation, sector = owner_of(record), sector_of(record)
    for transition in record.flow.leaving(record.status):
        if transition.hidden or not actor.holds(transition.capability, organisation, sector):
            continue
        same = _same_person(actor, record, transition)
        offers.append(Offer(transition, same.message if same else None))
    return offers


def history_of(record: LoopModel) -> list[HistoryLine]:
    """The record's timeline, oldest first."""
    return [_line(record.flow, entry) for entry in Entry.objects.of(record)]


def _line(flow: Flow, entry: Entry) -> HistoryLine:
    name = entry.action.removeprefix(f"{flow.name}.")
    titles = {t.name: t.title for t in flow.transitions} | {"open": "登记"}
    title = titles.get(name) or (entry.detail or {}).get("title") or entry.action
    return HistoryLine(
        at=entry.at, captured_at=entry.captured_at, who=entry.actor_name, organisation_id=entry.organisation_id,
        action=entry.action, title=title, note=entry.note, before=entry.before or {}, after=entry.after or {}, hash=entry.hash,
    )  # fmt: skip


def _transition(flow: Flow, name: str) -> Transition:
    try:
        return flow.transition(name)
    except KeyError:
        raise Problem("workflow.unknown", f"“{flow.title}”没有名为“{name}”的办理步骤。", status=404) from None


def _check_order(record: LoopModel, transition: Transition, step: Step, expect: int | None) -> None:
    if expect is not None and expect != record.version:
        raise Conflict("workflow.stale", f"{record} 刚刚已被他人办理（{shanghai(record.stepped_at):%m-%d %H:%M}），请核对最新状态后再办理。")
    if record.status not in transition.source:
        raise Conflict("workflow.wrong_state", f"当前状态为“{record.state.title}”，不能办理“{transition.title}”。")
    if step.at + CLOCK_SLACK < record.stepped_at:
        raise Problem(
            "workflow.backdated", f"办理时间不能早于上一步（{shanghai(record.stepped_at):%Y-%m-%d %H:%M}），历史不可倒填。", field="at"
        )


def _check_inputs(transition: Transition, step: Step) -> None:
    known = {i.name for i in transition.inputs}
    unknown = set(step.inputs) - known
    if unknown:
        raise TypeError(f"{transition.name} takes no {sorted(unknown)}")
    missing = {i.name: [f"请填写{i.title}"] for i in transition.inputs if i.required and step.get(i.name) in (None, "", [], ())}
    if transition.needs_note and not step.note.strip():
        missing["note"] = ["请写明理由"]
    if missing:
        raise Invalid(missing)


def _same_person(actor: Actor, record: LoopModel, transition: Transition) -> Problem | None:
    for name in transition.not_by:
        if actor.user_id is not None and getattr(record, f"{name}_id") == actor.user_id:
            title = getattr(record._meta.get_field(name), "verbose_name", name)
            return Problem("workflow.same_person", f"您是该记录的“{title}”，“{transition.title}”须由另一人办理。", status=403)
    return None


def _refusal(record: LoopModel, transition: Transition, step: Step) -> Problem | None:
    same = _same_person(step.actor, record, transition)
    if same:
        return same
    for guard in transition.guards:
        text = guard.refusal(record, step)
        if text:
            return Problem(f"{record.flow.name}.{transition.name}_refused", text, status=409)
    return None


def _apply(record: LoopModel, transition: Transition, step: Step) -> None:
    target = transition.target if isinstance(transition.target, str) else transition.target(record, step)
    if transition.effect:
        transition.effect(record, step)
    moment = max(step.at, record.stepped_at)
    for name in transition.stamps:
        setattr(record, name, moment)
    for name in transition.signs:
        setattr(record, f"{name}_id", step.actor.user_id)
    record.status, record.stepped_at = target, moment
    record.version += 1
    if record.flow.state(target).final:
        record.closed_at = moment


def _write(record: LoopModel, before: dict[str, Any], changed: dict[str, Any]) -> None:
    rows = type(record)._base_manager.filter(pk=record.pk, status=before["status"], version=before["version"])
    if rows.update(**changed) != 1:
        raise Conflict("workflow.stale", f"{record} 刚刚已被他人办理，请核对最新状态后再办理。")


def _record_step(
    actor: Actor, record: LoopModel, transition: Transition, step: Step, before: dict[str, Any], changed: dict[str, Any]
) -> None:
    kept = {k: v for k, v in changed.items() if k not in ENGINE_FIELDS}
    write_history(
        actor, f"{record.flow.name}.{transition.name}", record, at=step.at, note=step.note, captured_at=step.captured_at,
        before={k: before[k] for k in kept}, after=kept,
    )  # fmt: skip


def _drive_clocks(actor: Actor, record: LoopModel, transition: Transition, step: Step) -> None:
    at = record.stepped_at
    running = set(Clock.objects.of(record).open().values_list("kind", flat=True))
    for kind in running & set(transition.stops):
        deadlines.stop_clock(actor, record, kind, at=at)
    for kind in running & set(transition.pauses):
        deadlines.pause_clock(actor, record, kind, at=at, reason=step.note or transition.title)
    for kind in running & set(transition.resumes):
        deadlines.resume_clock(actor, record, kind, at=at)
    _start_clocks(actor, record, transition.starts, step)


def _start_clocks(actor: Actor, record: LoopModel, clocks: tuple[StartClock, ...], step: Step) -> None:
    for clock in clocks:
        due_at = clock.due(record, step)
        if due_at is not None:
            deadlines.start_clock(
                actor, record, clock.kind, at=step.at, due_at=due_at, title=clock.title, organisation_id=owner_of(record)
            )


def _hand_over(record: LoopModel, at: datetime) -> None:
    state = record.state
    todos.finish(record, at=at, keep=state.todo or None)
    if state.todo:
        due = Clock.objects.of(record).running().filter(due_at__isnull=False).order_by("due_at").values_list("due_at", flat=True).first()
        todos.hand_over(
            record, capability=state.todo, title=state.todo_title or state.title, organisation_id=owner_of(record), at=at, due_at=due
        )
