"""Random streams of events over three firms in two units, told as the services tell them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.db import models
from hypothesis import strategies as st

from bihuan.enforcement.models import PenaltyDecision
from bihuan.enterprises.models import Enterprise
from bihuan.foundation.figures import summaries
from bihuan.foundation.lib.events import announce
from bihuan.hazards.models import Hazard
from bihuan.inspections.models import Visit
from bihuan.reference.models import CriterionVersion

START = datetime(2025, 1, 5, 16, 0, tzinfo=UTC)  # Monday 00:00 in Shanghai
END = START + timedelta(days=12)
HOURS = st.integers(0, 30)
INDEX = st.integers(0, 40)
EVENTS = st.one_of(
    st.tuples(st.just("find"), st.integers(0, 2), st.sampled_from(["self", "inspection", "cross", "tipoff"]), st.sampled_from(["general", "major"]), HOURS),
    st.tuples(st.just("confirm"), INDEX),
    st.tuples(st.just("close"), INDEX),
    st.tuples(st.just("withdraw"), INDEX),
    st.tuples(st.just("relevel"), INDEX),
    st.tuples(st.just("visit"), st.integers(0, 2), st.sampled_from(["joint", "cross"]), st.sampled_from(["city", "county"]), HOURS),
    st.tuples(st.just("void"), INDEX),
    st.tuples(st.just("fine"), st.integers(0, 2), st.sampled_from(["firm", "principal"]), HOURS),
    st.tuples(st.just("lift"), INDEX),
    st.tuples(st.just("move"), st.integers(0, 2)),
    st.tuples(st.just("refresh")),
)
STREAMS = st.lists(st.tuples(EVENTS, st.integers(0, 9)), min_size=3, max_size=32)


@dataclass
class Play:
    """The firms, the clock, and what is there."""

    firms: list[Enterprise]
    units: list[int]
    criterion: CriterionVersion
    now: datetime = START + timedelta(hours=1)
    hazards: list[Hazard] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    fines: list[PenaltyDecision] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def run(self, stream: list[tuple[tuple[Any, ...], int]]) -> None:
        """Play it; every event some hours after the one before."""
        for event, hours in stream:
            self.now += timedelta(hours=hours, minutes=7)
            getattr(self, event[0])(*event[1:])

    def find(self, firm: int, origin: str, level: str, ago: int) -> None:
        at, e = self.now - timedelta(hours=ago), self.firms[firm]
        record = Hazard(
            number=f"YH-{next(self.numbers)}", organisation=e.organisation, enterprise=e, unit_id=e.reporting_unit_id, origin=origin, level=level,
            channel="paired_help" if ago % 2 else "self_check", checking_level="city" if ago % 3 else "county", checking_body=e.organisation,
            title="积尘", description="积尘", found_at=at, reported_at=self.now, status="found", opened_at=self.now, stepped_at=self.now,
            criterion=self.criterion if level == "major" else None,
        )  # fmt: skip
        self.hazards.append(self._open(record))

    def confirm(self, index: int) -> None:
        record = self._pick(self.hazards, index)
        if record is not None and record.status == "found":
            self._write(record, status="rectifying", confirmed_at=self.now)

    def close(self, index: int) -> None:
        record = self._pick(self.hazards, index)
        if record is not None and record.status == "rectifying":
            self._write(record, status="closed", closed_at=self.now, rechecked_at=self.now)

    def withdraw(self, index: int) -> None:
        record = self._pick(self.hazards, index)
        if record is not None and record.status in ("found", "rectifying"):
            self._write(record, status="withdrawn", withdrawn_at=self.now)

    def relevel(self, index: int) -> None:
        """A level changed after counting: no step does so, but a correction by an administrator might."""
        record = self._pick(self.hazards, index)
        if record is not None and record.level == "major":
            self._write(record, level="general")

    def visit(self, firm: int, kind: str, level: str, ago: int) -> None:
        e = self.firms[firm]
        record = Visit(
            organisation=e.organisation, enterprise=e, unit_id=e.reporting_unit_id, kind=kind, level=level, body=e.organisation,
            started_at=self.now - timedelta(hours=ago), status="under_way", opened_at=self.now, stepped_at=self.now,
        )  # fmt: skip
        self.visits.append(self._open(record))

    def void(self, index: int) -> None:
        record = self._pick(self.visits, index)
        if record is not None and record.void_at is None:
            self._write(record, status="void", void_at=self.now)

    def fine(self, firm: int, target: str, ago: int) -> None:
        e = self.firms[firm]
        self.fines.append(
            PenaltyDecision.objects.create(
                organisation=e.organisation, enterprise=e, unit_id=e.reporting_unit_id, body=e.organisation, recorded_at=self.now, target=target,
                violation="x", basis_code="PEN-102", amount_fen=1000 + ago, decided_at=self.now - timedelta(hours=ago),
            )
        )  # fmt: skip

    def lift(self, index: int) -> None:
        record = self._pick(self.fines, index)
        if record is not None and record.void_at is None:
            record.void_at = self.now
            PenaltyDecision.objects.filter(pk=record.pk).update(void_at=self.now)

    def move(self, firm: int) -> None:
        """The firm reports to the other unit from now on; what was recorded stays where it is."""
        e = self.firms[firm]
        e.reporting_unit_id = next(unit for unit in self.units if unit != e.reporting_unit_id)

    def refresh(self) -> None:
        summaries.refresh(self.now)

    def ends(self) -> list[datetime]:
        """All moments at which a record stopped to count, and level changes, which rewrite the past."""
        return [r.withdrawn_at for r in self.hazards if r.withdrawn_at] + [r.void_at for r in (*self.visits, *self.fines) if r.void_at]

    def _pick(self, records: list[Any], index: int) -> Any:
        return records[index % len(records)] if records else None

    def _open(self, record: Any) -> Any:
        models.Model.save(record, force_insert=True)
        announce("records.written", record=record, before=None, after=_values(record))
        return record

    def _write(self, record: Any, **changes: Any) -> None:
        before = _values(record)
        for name, value in changes.items():
            setattr(record, name, value)
        type(record)._base_manager.filter(pk=record.pk).update(**changes)
        announce("records.written", record=record, before=before, after=_values(record))


def _values(record: models.Model) -> dict[str, Any]:
    return {f.attname: f.value_from_object(record) for f in record._meta.concrete_fields}
