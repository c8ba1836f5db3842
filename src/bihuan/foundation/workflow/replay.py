"""Loads many finished histories at once: the same table, guards and chain as the engine, written in bulk.

For demonstration regions, scale tests and the take-over of old ledgers. Steps run in memory on unsaved records; `flush`
writes records, entries, heads, clocks and to-dos in a few statements. Nothing is announced: subscribers act on living
records only, so what they would have made has to be loaded beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import transaction

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import owner_of
from bihuan.foundation.audit.models import Entry, Head, Ref
from bihuan.foundation.audit.services import build_entry
from bihuan.foundation.deadlines.choices import EventKind
from bihuan.foundation.deadlines.models import Clock, ClockEvent
from bihuan.foundation.lib.events import announce
from bihuan.foundation.messages.models import Todo
from bihuan.foundation.messages.todos import link_of
from bihuan.foundation.workflow import engine
from bihuan.foundation.workflow.flow import StartClock, Step
from bihuan.foundation.workflow.models import LoopModel

R = TypeVar("R", bound=LoopModel)
BATCH = 500


@dataclass
class _Act:
    actor: Actor
    action: str
    at: datetime
    note: str
    before: dict[str, Any] | None
    after: dict[str, Any]


@dataclass
class _Story(Generic[R]):
    record: R
    acts: list[_Act] = field(default_factory=list)
    clocks: dict[str, tuple[StartClock, Step, datetime]] = field(default_factory=dict)


class Replay(Generic[R]):
    """Collects stories of one model; call `open`, then `step` for each, then `flush` once."""

    def __init__(self, model: type[R]) -> None:
        self.model = model
        self.stories: list[_Story[R]] = []

    def open(self, actor: Actor, record: R, *, at: datetime, note: str = "") -> _Story[R]:
        """Start a story with an unsaved record."""
        flow = record.flow
        record.status, record.version, record.opened_at, record.stepped_at = flow.initial, 1, at, at
        record.created_by_id = actor.user_id
        story = _Story(record)
        kept = {k: v for k, v in engine.field_values(record).items() if v not in (None, "") and k not in engine.ENGINE_FIELDS}
        story.acts.append(_Act(actor, f"{flow.name}.open", at, note, None, kept))
        self._start(story, flow.opening, Step(actor=actor, transition="open", at=at, note=note))
        self.stories.append(story)
        return story

    def step(self, story: _Story[R], actor: Actor, name: str, *, at: datetime, note: str = "", **inputs: Any) -> None:
        """Take one transition in memory; raises what the engine would raise, except for rights, which the loader answers for."""
        record = story.record
        transition = record.flow.transition(name)
        step = Step(actor=actor, transition=name, at=at, note=note, inputs=inputs)
        before = engine.advance(record, transition, step)
        changed = {k: v for k, v in engine.field_values(record).items() if v != before[k] and k not in engine.ENGINE_FIELDS}
        story.acts.append(_Act(actor, f"{record.flow.name}.{name}", at, note, {k: before[k] for k in changed}, changed))
        for kind in (*transition.stops, *transition.pauses):
            story.clocks.pop(kind, None)
        self._start(story, transition.starts, step)

    def _start(self, story: _Story[R], clocks: Sequence[StartClock], step: Step) -> None:
        for clock in clocks:
            due_at = clock.due(story.record, step)
            if due_at is not None:
                story.clocks[clock.kind] = (clock, step, due_at)

    def flush(self) -> list[R]:
        """Write everything; returns the saved records in order."""
        with transaction.atomic():
            saved: list[R] = self.model._base_manager.bulk_create([s.record for s in self.stories], batch_size=BATCH)
            for story, record in zip(self.stories, saved, strict=True):
                story.record = record
            self._write_history()
            self._write_clocks()
            self._write_todos()
            announce("records.loaded", model=self.model)
        self.stories = []
        return saved

    def _write_history(self) -> None:
        entries: list[Entry] = []
        heads: list[Head] = []
        for story in self.stories:
            ref = Ref(self.model._meta.label_lower, story.record.pk)
            previous = ""
            for seq, act in enumerate(story.acts, 1):
                after = act.after | {"id": ref.id} if seq == 1 and "id" in act.after else act.after
                entry = build_entry(
                    act.actor, act.action, ref, seq=seq, previous_hash=previous, at=act.at, before=act.before, after=after, note=act.note
                )
                previous = entry.hash
                entries.append(entry)
            heads.append(Head(kind=ref.kind, subject_id=ref.id, seq=len(story.acts), hash=previous))
        Entry.objects.bulk_create(entries, batch_size=BATCH)
        Head.objects.bulk_create(heads, batch_size=BATCH)

    def _write_clocks(self) -> None:
        """Running clocks only: those that ended left their traces in the record's milestones."""
        kind = self.model._meta.label_lower
        started: list[tuple[Clock, Step]] = []
        for story in self.stories:
            for clock, step, due_at in story.clocks.values():
                row = Clock(
                    kind=clock.kind, subject_kind=kind, subject_id=story.record.pk, organisation_id=owner_of(story.record), title=clock.title,
                    started_at=step.at, due_at=due_at, last_event_at=step.at,
                )  # fmt: skip
                started.append((row, step))
        Clock.objects.bulk_create([row for row, _ in started], batch_size=BATCH)
        ClockEvent.objects.bulk_create([_started(row, step) for row, step in started], batch_size=BATCH)
        entries = [_started_entry(row, step) for row, step in started]
        Entry.objects.bulk_create(entries, batch_size=BATCH)
        Head.objects.bulk_create([Head(kind=e.kind, subject_id=e.subject_id, seq=1, hash=e.hash) for e in entries], batch_size=BATCH)

    def _write_todos(self) -> None:
        kind = self.model._meta.label_lower
        todos = []
        for story in self.stories:
            record, state = story.record, story.record.state
            if state.todo:
                due = min((due for _, _, due in story.clocks.values()), default=None)
                todos.append(
                    Todo(kind=kind, subject_id=record.pk, organisation_id=owner_of(record), capability=state.todo, created_at=record.stepped_at,
                         title=state.todo_title or state.title, subject_title=str(record)[:200], link=link_of(record), due_at=due)
                )  # fmt: skip
        Todo.objects.bulk_create(todos, batch_size=BATCH)


def _started(row: Clock, step: Step) -> ClockEvent:
    return ClockEvent(
        clock=row, kind=EventKind.START, at=step.at, who_id=step.actor.user_id, who_name=step.actor.name, home_id=step.actor.home, due_after=row.due_at
    )


def _started_entry(row: Clock, step: Step) -> Entry:
    return build_entry(
        step.actor, f"deadlines.{EventKind.START}", Ref(row._meta.label_lower, row.pk), seq=1, previous_hash="", at=step.at,
        after={"state": row.state, "due_at": row.due_at, "due_words": ""}, detail={"subject": [row.subject_kind, row.subject_id], "kind": row.kind},
    )  # fmt: skip
