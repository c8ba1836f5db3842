"""How effective-dated rows succeed each other: a change is a new row, an old row is only ever closed, never edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bihuan.foundation.lib.packs import Change, Diff, Item, diff_fields

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Held:
    """A row already in the database: what it says and from when to when (both days included)."""

    pk: int
    key: str
    effective_from: date
    effective_to: date | None
    values: Item

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force on `day`."""
        return self.effective_from <= day and (self.effective_to is None or self.effective_to >= day)


@dataclass
class Plan:
    """What a pack asks for: rows to add (key, values, effective date), rows to close (pk, last day), and the diff."""

    add: list[tuple[str, Item, date]] = field(default_factory=list)
    close: dict[int, date] = field(default_factory=dict)
    diff: Diff = field(default_factory=Diff)
    faults: list[str] = field(default_factory=list)


def plan_versions(
    items: Mapping[str, Item],
    dates: Mapping[str, date],
    held: Sequence[Held],
    *,
    effective_from: date,
    effective_to: date | None = None,
) -> Plan:
    """Plan the rows for one pack; `dates` gives each item's effective date, `held` the rows of the same pack key.

    Loading the same pack again plans nothing. An item that differs from the row of the same effective date is a
    fault: a rule that is already in force cannot be rewritten, it needs a new version with a later date.
    """
    plan = Plan()
    rows: dict[str, list[Held]] = {}
    for row in sorted(held, key=lambda row: row.effective_from):
        rows.setdefault(row.key, []).append(row)
    added, removed, changed, unchanged = [], [], [], 0
    for key, values in items.items():
        outcome = _plan_item(plan, key, values, dates[key], rows.get(key, []))
        if outcome is None:
            unchanged += 1
        elif isinstance(outcome, Change):
            changed.append(outcome)
        else:
            added.append(key)
        if effective_to is not None:
            open_rows = [row for row in rows.get(key, []) if row.effective_to is None]
            plan.close.update(
                {row.pk: effective_to for row in open_rows if row.effective_from <= effective_to}
            )
    for key, versions in rows.items():
        current = next((row for row in versions if row.holds_on(effective_from)), None)
        if key not in items and current is not None:
            plan.close[current.pk] = effective_from - _ONE_DAY
            removed.append(key)
            if current.effective_from >= effective_from:
                plan.faults.append(
                    f"{key} 自当日起才生效，不能从同一日期的数据包中删去；请用新的生效日期停用。"
                )
    plan.diff = Diff(tuple(added), tuple(changed), tuple(removed), unchanged)
    return plan


def _plan_item(
    plan: Plan, key: str, values: Item, day: date, versions: Sequence[Held]
) -> Change | str | None:
    """Return None when nothing changes, a Change, or the key of an added item; writes into `plan`."""
    same_day = next((row for row in versions if row.effective_from == day), None)
    if same_day is not None:
        fields = diff_fields(same_day.values, values)
        if not fields:
            return None
        names = "、".join(fields)
        plan.faults.append(
            f"{key} 的内容（{names}）与 {day} 起施行的版本不同；已施行的版本不可改写，请另立新版本并写明新的生效日期。"
        )
        return Change(key, fields)
    current = next((row for row in versions if row.holds_on(day)), None)
    if current is not None and not diff_fields(current.values, values):
        return None
    if any(row.effective_from > day for row in versions):
        plan.faults.append(f"{key} 已有 {day} 之后生效的版本，不能再插入更早的版本。")
        return key
    plan.add.append((key, values, day))
    if current is None:
        return key
    plan.close[current.pk] = day - _ONE_DAY
    return Change(key, diff_fields(current.values, values))
