"""Numbers for the bureau's boards, straight from the records: zero-board, loop metrics, statistics by tag (read only)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Min, Q, QuerySet

from bihuan.foundation.tenancy.models import Organisation
from bihuan.hazards.flow.hazard import HAZARD_FLOW
from bihuan.hazards.models import HazardTag
from bihuan.hazards.parameters import tags


@dataclass
class ZeroRow:
    """One jurisdiction on the zero-board (动态清零)."""

    unit: Organisation
    open: int = 0
    overdue: int = 0
    oldest: datetime | None = None
    next_actions: Counter[str] = field(default_factory=Counter)

    def age_days(self, at: datetime) -> int | None:
        """Age of the oldest open one since it was found."""
        return None if self.oldest is None else (at - self.oldest).days

    @property
    def next_text(self) -> str:
        """What is due, most frequent first."""
        return "、".join(f"{title} {count}" for title, count in self.next_actions.most_common())


def zero_board(hazards: QuerySet[Any], units: Iterable[Organisation], at: datetime) -> list[ZeroRow]:
    """Open major hazards by reporting unit, with age and next action; units without any are shown with 0. One query."""
    rows = {unit.pk: ZeroRow(unit) for unit in units}
    major: Any = hazards
    open_major = major.counted().confirmed().major().open().order_by()
    late = Q(status__in=("planning", "rectifying", "stopped", "rejected", "extension"), due_at__lt=at, paused_at__isnull=True)
    grouped = open_major.values("unit_id", "status").annotate(n=Count("pk"), oldest=Min("found_at"), late=Count("pk", filter=late))
    missing = {row["unit_id"] for row in grouped} - set(rows)
    rows |= {unit.pk: ZeroRow(unit) for unit in Organisation.objects.filter(pk__in=missing)}
    for item in grouped:
        row = rows[item["unit_id"]]
        row.open += item["n"]
        row.overdue += item["late"]
        row.oldest = min(filter(None, (row.oldest, item["oldest"])))
        row.next_actions[HAZARD_FLOW.state(item["status"]).todo_title] += item["n"]
    return sorted(rows.values(), key=lambda row: (-row.overdue, -row.open, row.unit.order, row.unit.code))


@dataclass(frozen=True)
class LoopMetrics:
    """How well the loop closes (晋应急发〔2024〕60号 一(二)); a share is None where nothing can be counted."""

    open: int
    mean_open_days: float | None
    closed: int
    on_time: int
    recurred: int
    rejected: int

    @staticmethod
    def _share(part: int, whole: int) -> float | None:
        return None if not whole else round(100 * part / whole, 1)

    @property
    def on_time_rate(self) -> float | None:
        """Closed ones fixed within the first time limit and accepted at once."""
        return self._share(self.on_time, self.closed)

    @property
    def reopen_rate(self) -> float | None:
        """Closed ones that came back."""
        return self._share(self.recurred, self.closed)

    @property
    def reject_rate(self) -> float | None:
        """Closed ones that a re-check had refused before."""
        return self._share(self.rejected, self.closed)


def loop_metrics(hazards: QuerySet[Any], at: datetime) -> LoopMetrics:
    """The metrics as of `at`, from the milestones on the records."""
    rows: Any = hazards
    confirmed = rows.counted().confirmed().filter(confirmed_at__lte=at).order_by()
    still_open = Q(closed_at__isnull=True) | Q(closed_at__gt=at)
    closed = Q(closed_at__lte=at)
    numbers = confirmed.aggregate(
        open=Count("pk", filter=still_open), closed=Count("pk", filter=closed),
        on_time=Count("pk", filter=closed & Q(fixed_at__lte=F("first_due_at"), reject_count=0)),
        rejected=Count("pk", filter=closed & Q(reject_count__gt=0)),
    )  # fmt: skip
    age = ExpressionWrapper(at - F("found_at"), output_field=DurationField())
    mean = confirmed.filter(still_open).aggregate(v=Avg(age))["v"]
    recurred = confirmed.filter(closed, recurrences__confirmed_at__lte=at).distinct().count()
    return LoopMetrics(mean_open_days=None if mean is None else round(mean.total_seconds() / 86400, 1), recurred=recurred, **numbers)


@dataclass
class TagRow:
    """One field, place, operation or storage facility."""

    code: str
    kind: str
    title: str
    found: int = 0
    closed: int = 0
    major: int = 0


def by_tag(hazards: QuerySet[Any]) -> dict[str, list[TagRow]]:
    """Confirmed hazards by tag, in the order of the pack, grouped by kind. One query."""
    rows: Any = hazards
    chosen = rows.counted().confirmed().order_by()
    counted = HazardTag.objects.filter(hazard__in=chosen.values("pk")).values("code").annotate(
        found=Count("pk"), closed=Count("pk", filter=Q(hazard__status="closed")), major=Count("pk", filter=Q(hazard__level="major"))
    )  # fmt: skip
    numbers = {row["code"]: row for row in counted.order_by()}
    grouped: dict[str, list[TagRow]] = defaultdict(list)
    for tag in tags().values():
        found = numbers.get(tag.code, {"found": 0, "closed": 0, "major": 0})
        grouped[tag.kind].append(TagRow(tag.code, tag.kind, tag.title, found["found"], found["closed"], found["major"]))
    return dict(grouped)
