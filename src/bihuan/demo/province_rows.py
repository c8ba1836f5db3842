"""The tables that the province streams into, and how one cast record becomes rows of several of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.db import connection, models

from bihuan.demo.bulk import Sink, next_id
from bihuan.demo.moulds import ENTRY_COLUMNS, Mould, Values, columns_of
from bihuan.enforcement.models import Order, PenaltyDecision
from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.audit.models import Entry, Head, Ref
from bihuan.foundation.audit.services import Acting, build_entry
from bihuan.foundation.deadlines.models import Clock, ClockEvent
from bihuan.foundation.lib.canonical import canonical_json
from bihuan.foundation.lib.times import SHANGHAI
from bihuan.foundation.messages.models import Todo
from bihuan.foundation.workflow.flow import StartClock, Step
from bihuan.hazards.models import DoubleReport, Hazard, SelfCheckPlan, Supervision
from bihuan.inspections.models import ProblemList, ProblemListSignature, Visit

DAY = 86_400
SYSTEM = system_actor("演示区域")
SECOND_OF_DAY = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(DAY)]
OFFSET = 8 * 3600
EPOCH = date(1970, 1, 1)


@cache
def _day(number: int) -> str:
    return (EPOCH + timedelta(days=number)).isoformat()


def put_moment(values: Values, name: str, epoch: int) -> None:
    """A time for both its uses: in JSON, and in a column (both databases take it so)."""
    number, second = divmod(epoch, DAY)
    text, clock = _day(number), SECOND_OF_DAY[second]
    values[name] = f"{text}T{clock}.000000+00:00"
    values[f"{name}.db"] = f"{text} {clock}"


def put_day(values: Values, name: str, epoch: int) -> None:
    """The calendar day in China on which a moment lies, and that day's end."""
    number = (epoch + OFFSET) // DAY
    values[name] = _day(number)
    values[f"{name}.end"] = f"{_day(number)}T15:59:59.999999+00:00"
    values[f"{name}.end.db"] = f"{_day(number)} 15:59:59.999999"


def moment(epoch: int) -> datetime:
    """As a datetime."""
    return datetime.fromtimestamp(epoch, UTC)


def column_text(value: datetime) -> str:
    """As a column takes it."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


@cache
def _due(clock: StartClock, number: int) -> datetime:
    """When a clock that counts from a day falls due."""
    start = datetime.combine(EPOCH + timedelta(days=number), datetime.min.time(), SHANGHAI)
    due = clock.due(SimpleNamespace(needs_plan=True, due_at=None), Step(actor=SYSTEM, transition="", at=start))
    if due is None:
        raise ValueError(f"{clock.kind} has no due time of its own")
    return due


class Rows:
    """All sinks, the next free keys, and the chain of each record."""

    def __init__(self) -> None:
        self.sinks: dict[type[models.Model], Sink] = {}
        self.ids: dict[type[models.Model], int] = {}
        self.defaults: dict[type[models.Model], dict[str, Any]] = {}
        numbered: tuple[type[models.Model], ...] = (Hazard, Visit, Supervision, Clock, Order, PenaltyDecision, SelfCheckPlan, ProblemList)
        plain: tuple[type[models.Model], ...] = (ProblemListSignature, DoubleReport, Todo, ClockEvent)
        for model in numbered:
            self.sinks[model] = Sink(model, columns_of(model))
            self.ids[model] = next_id(model)
        for model in plain:
            self.sinks[model] = Sink(model, columns_of(model)[1:])
        self.entries = self.sinks[Entry] = Sink(Entry, ENTRY_COLUMNS)
        self.heads = self.sinks[Head] = Sink(Head, ("kind", "subject_id", "seq", "hash"))
        self.models = list(self.sinks)

    def flush(self) -> None:
        """Write what is waiting everywhere."""
        for sink in self.sinks.values():
            sink.flush()

    def add(self, model: type[models.Model], **columns: Any) -> None:
        """One row; columns not named take the model's own default, or nothing where it has none and may be empty."""
        sink, defaults = self.sinks[model], self._defaults(model)
        unknown = columns.keys() - set(sink.columns)
        missing = set(sink.columns) - columns.keys() - defaults.keys()
        if unknown or missing:
            raise TypeError(f"{model._meta.label}: unknown {sorted(unknown)}, missing {sorted(missing)}")
        sink.add([columns[name] if name in columns else defaults[name] for name in sink.columns])

    def _defaults(self, model: type[models.Model]) -> dict[str, Any]:
        if model not in self.defaults:
            found = [f for f in model._meta.concrete_fields if f.null or f.has_default() or (f.blank and f.empty_strings_allowed)]
            self.defaults[model] = {str(f.column): f.get_db_prep_save(f.get_default(), connection) for f in found}
        return self.defaults[model]

    def take_id(self, model: type[models.Model]) -> int:
        """The next key of a table."""
        ident = self.ids[model]
        self.ids[model] = ident + 1
        return ident

    def cast(self, model: type[models.Model], mould: Mould, ident: int, values: Values, epochs: dict[str, int], title: str, link: str) -> None:
        """One record with its history, and its clock and to-do where it is still open."""
        values["id"] = ident
        self.sinks[model].add(mould.record(values))
        entries, last = mould.entries(ident, values)
        self.entries.extend(entries)
        self.heads.add((mould.kind, ident, len(entries), last))
        if mould.state.final:
            return
        dues = [self._start_clock(mould.kind, ident, values, clock, who, at, due, epochs) for clock, who, at, due in mould.clocks]
        if mould.state.todo:
            self.add(
                Todo, kind=mould.kind, subject_id=ident, organisation_id=values["organisation"], capability=mould.state.todo,
                title=mould.state.todo_title or mould.state.title, subject_title=title[:200], link=link,
                created_at=values[f"{mould.acts[-1].at}.db"], due_at=min(dues, default=None),
            )  # fmt: skip

    def _start_clock(self, kind: str, ident: int, values: Values, clock: StartClock, who: str, at: str, due: str, epochs: dict[str, int]) -> str:
        end = values[due] if due else column_text(_due(clock, (epochs[at] + OFFSET) // DAY))
        key = self.take_id(Clock)
        self.add(
            Clock, id=key, subject_kind=kind, subject_id=ident, kind=clock.kind, organisation_id=values["organisation"], title=clock.title,
            started_at=values[f"{at}.db"], due_at=end, last_event_at=values[f"{at}.db"],
        )  # fmt: skip
        actor = SimpleNamespace(
            kind="system" if values[f"{who}.id"] is None else "user", user_id=values[f"{who}.id"], name=values[f"{who}.name"], home=values[f"{who}.home"]
        )
        self.add(ClockEvent, clock_id=key, kind="start", at=values[f"{at}.db"], who_id=actor.user_id, who_name=actor.name, home_id=actor.home, due_after=end)
        due_at = datetime.fromisoformat(end).replace(tzinfo=UTC)
        self.note(actor, "deadlines.start", Ref("deadlines.clock", key), at=moment(epochs[at]), after={"state": "running", "due_at": due_at, "due_words": ""},
                  detail={"subject": [kind, ident], "kind": clock.kind})  # fmt: skip
        return str(end)

    def note(self, actor: Acting, action: str, ref: Ref, *, at: datetime, after: dict[str, Any], detail: dict[str, Any] | None = None) -> None:
        """The only entry of a record that has one."""
        entry = build_entry(actor, action, ref, seq=1, previous_hash="", at=at, after=after, detail=detail)
        row = []
        for name in ENTRY_COLUMNS:
            value = getattr(entry, name)
            if isinstance(value, datetime):
                value = column_text(value)
            elif isinstance(value, dict):
                value = canonical_json(value).decode()
            row.append(value)
        self.entries.add(row)
        self.heads.add((ref.kind, ref.id, 1, entry.hash))
