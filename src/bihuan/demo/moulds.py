"""Moulds: one story taken through the real engine with marks in place of values, then cast a million times by text.

The engine itself (guards, effects, stamps) runs once per kind of story. Every copy gets the same record, entries and
hashes that the engine would have written for its values; a test replays copies one by one and compares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.lib.canonical import canonical_json, plain_json
from bihuan.foundation.lib.sm3 import sm3_hex
from bihuan.foundation.lib.times import end_of_day
from bihuan.foundation.workflow import engine
from bihuan.foundation.workflow.flow import StartClock, Step
from bihuan.foundation.workflow.models import LoopModel

# Marks look like nothing that a record holds: ten-digit numbers, days of 2001, words in § signs.
FIRST_NUMBER, FIRST_DAY, FIRST_MOMENT = 7_700_000_000, date(2001, 6, 1), datetime(2001, 2, 5, 1, 0, tzinfo=UTC)
Values = dict[str, Any]


class Marks:
    """Hands out marks by name and finds them again in text and in columns."""

    def __init__(self) -> None:
        self.text: dict[str, str] = {}
        self.columns: dict[Any, str] = {}
        self._known: dict[str, Any] = {}

    def _mark(self, name: str, mark: Any, text: str, column: str) -> Any:
        if name not in self._known:
            self._known[name], self.text[text], self.columns[mark] = mark, name, column
        return self._known[name]

    def number(self, name: str) -> int:
        """A whole number or key."""
        mark = FIRST_NUMBER + len(self.columns)
        return int(self._mark(name, mark, str(mark), name))

    def word(self, name: str) -> str:
        """A text; values must need no escape in JSON."""
        return str(self._mark(name, f"§{name}§", f"§{name}§", name))

    def moment(self, name: str) -> datetime:
        """A time; marks asked for later are later."""
        return self._moment(name, FIRST_MOMENT + timedelta(days=len(self.columns)))

    def _moment(self, name: str, mark: datetime) -> datetime:
        made: datetime = self._mark(name, mark, plain_json(mark), f"{name}.db")
        return made

    def day(self, name: str) -> date:
        """A day; its last moment goes by the same name with `.end`."""
        mark = FIRST_DAY + timedelta(days=len(self.columns))
        known: date = self._mark(name, mark, mark.isoformat(), name)
        self._moment(f"{name}.end", end_of_day(known))
        return known

    def person(self, name: str) -> Actor:
        """Somebody who acts; "system" is the system itself."""
        if name == "system":
            return Actor(kind="system", user_id=None, name=self.word("system.name"))
        return Actor(kind="user", user_id=self.number(f"{name}.id"), name=self.word(f"{name}.name"), home=self.number(f"{name}.home"))

    def template(self, value: Any) -> str:
        """Canonical JSON with `%(name)s` where marks stand."""
        text = canonical_json(value).decode().replace("%", "%%")
        for mark in sorted(self.text, key=len, reverse=True):
            text = text.replace(mark, f"%({self.text[mark]})s")
        return text


@dataclass(frozen=True)
class Act:
    """One entry to cast."""

    actor: str
    action: str
    at: str
    before: str | None
    after: str | None
    detail: str | None
    note: str


@dataclass
class Mould:
    """A finished story: the record's columns and its entries, with marks where the values go."""

    kind: str
    constants: list[Any]
    slots: list[tuple[int, str]]
    texts: list[tuple[int, str]]
    acts: list[Act]
    state: Any
    clocks: list[tuple[StartClock, str, str, str]]

    def record(self, values: Values) -> list[Any]:
        """The record's row in the order of `columns_of`."""
        row = self.constants.copy()
        for place, name in self.slots:
            row[place] = values[name]
        for place, template in self.texts:
            row[place] = template % values
        return row

    def entries(self, ident: int, values: Values) -> tuple[list[tuple[Any, ...]], str]:
        """Rows of the history, in the order of ENTRY_COLUMNS, and the hash of the last one."""
        rows, previous = [], ""
        for seq, act in enumerate(self.acts, 1):
            before = None if act.before is None else act.before % values
            after = None if act.after is None else act.after % values
            detail = act.detail
            who, home = values[f"{act.actor}.id"], values[f"{act.actor}.home"]
            kind = "system" if who is None else "user"
            name, at, note = values[f"{act.actor}.name"], values[act.at], act.note % values
            text = (
                f'{{"action":"{act.action}","actor":["{kind}",{_json(who)},"{name}",{_json(home)}],"after":{after or "null"},"at":"{at}",'
                f'"before":{before or "null"},"captured_at":null,"detail":{detail or "null"},"kind":"{self.kind}","note":"{note}",'
                f'"previous":"{previous}","seq":{seq},"subject":{ident}}}'
            )
            digest, moment = sm3_hex(text.encode()), values[f"{act.at}.db"]
            rows.append((self.kind, ident, seq, act.action, kind, who, name, home, moment, before, after, detail, note, previous, digest, moment))
            previous = digest
        return rows, previous


ENTRY_COLUMNS = (
    "kind", "subject_id", "seq", "action", "actor_kind", "actor_id", "actor_name", "organisation_id", "at", "before", "after", "detail", "note",
    "previous_hash", "hash", "recorded_at",
)  # fmt: skip


def _json(value: int | None) -> str:
    return "null" if value is None else str(value)


def columns_of(model: type[models.Model]) -> list[str]:
    """All columns of a model."""
    return [str(f.column) for f in model._meta.concrete_fields]


@dataclass
class Story:
    """Runs one story on marks: `open`, `step`, `note`; then `mould`."""

    marks: Marks
    record: LoopModel
    acts: list[Act] = field(default_factory=list)
    clocks: dict[str, tuple[StartClock, str, str, str]] = field(default_factory=dict)

    def open(self, who: str, at: str, *, note: str = "") -> None:
        """The first entry, as `open_loop` writes it."""
        record, actor, moment = self.record, self.marks.person(who), self.marks.moment(at)
        flow = record.flow
        record.status, record.version, record.opened_at, record.stepped_at = flow.initial, 1, moment, moment
        record.created_by_id = actor.user_id
        kept = {k: v for k, v in engine.field_values(record).items() if v not in (None, "") and k not in engine.ENGINE_FIELDS}
        self._act(who, f"{flow.name}.open", at, None, kept, note=note)
        self._start(flow.opening, Step(actor=actor, transition="open", at=moment), who, at)

    def step(self, who: str, name: str, at: str, *, note: str = "", **inputs: Any) -> None:
        """One transition through the engine."""
        record, transition = self.record, self.record.flow.transition(name)
        step = Step(actor=self.marks.person(who), transition=name, at=self.marks.moment(at), note=note, inputs=inputs)
        before = engine.advance(record, transition, step)
        changed = {k: v for k, v in engine.field_values(record).items() if v != before[k] and k not in engine.ENGINE_FIELDS}
        self._act(who, f"{record.flow.name}.{name}", at, {k: before[k] for k in changed}, changed, note=note)
        for kind in (*transition.stops, *transition.pauses):
            self.clocks.pop(kind, None)
        self._start(transition.starts, step, who, at)

    def note(self, who: str, action: str, at: str, after: Mapping[str, Any], *, detail: Mapping[str, Any] | None = None) -> None:
        """An entry that is no transition (a receipt, a signature)."""
        self.marks.person(who)
        self.marks.moment(at)
        self._act(who, action, at, None, after, detail=detail)

    def _act(
        self, who: str, action: str, at: str, before: Any, after: Any, *, note: str = "", detail: Mapping[str, Any] | None = None
    ) -> None:
        write = self.marks.template
        self.acts.append(
            Act(who, action, at, None if before is None else write(before), write(after), None if detail is None else canonical_json(detail).decode(),
                json.loads(write(note)))
        )  # fmt: skip

    def _start(self, clocks: tuple[StartClock, ...], step: Step, who: str, at: str) -> None:
        for clock in clocks:
            due = clock.due(self.record, step)
            if due is not None:
                self.clocks[clock.kind] = (clock, who, at, self.marks.columns.get(due, ""))

    def mould(self) -> Mould:
        """The finished mould."""
        constants: list[Any] = []
        slots: list[tuple[int, str]] = []
        texts: list[tuple[int, str]] = []
        for place, column in enumerate(self.record._meta.concrete_fields):
            value = column.value_from_object(self.record)
            name = self.marks.columns.get(value) if isinstance(value, int | str | date) and not isinstance(value, bool) else None
            if isinstance(column, models.JSONField):
                texts.append((place, self.marks.template(value)))
                constants.append(None)
            elif name is None and isinstance(value, date):
                raise TypeError(f"{column.name} holds a time that is not marked: {value}")
            else:
                constants.append(value)
            if name is not None:
                slots.append((place, name))
        state = self.record.state
        clocks = [] if state.final else list(self.clocks.values())
        return Mould(self.record._meta.label_lower, constants, slots, texts, self.acts, state, clocks)
