"""How each kind of pack fills its table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db import models
from pypinyin import lazy_pinyin

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.lib.packs import Diff, Item, Pack, diff
from bihuan.foundation.lib.times import local_date
from bihuan.reference.choices import VersionOrigin
from bihuan.reference.models import (
    CatalogueEntry,
    CodeRow,
    Criterion,
    CriterionVersion,
    Division,
    Industry,
    PenaltyBand,
    RiskFeature,
)
from bihuan.reference.rules import SCHEMAS, Held, Plan, plan_versions
from bihuan.reference.services.criteria import CONTENT, next_number, search_text

BATCH = 500


class Table(Protocol):
    """One way of loading; `keeps_versions` tells effective-dated tables from those that hold the present state."""

    @property
    def keeps_versions(self) -> bool: ...

    def load(self, actor: Actor, pack: Pack, *, at: datetime) -> tuple[Diff, list[str]]:
        """Apply the pack; return what changed and the Chinese faults that must stop the load."""


@dataclass(frozen=True)
class CurrentTable:
    """A table of codes that holds the present state; what it said before stands in the history of loads."""

    model: type[CodeRow]
    names: tuple[str, ...]
    columns: dict[str, str]
    complete: Callable[[dict[str, Any], Pack], dict[str, Any]] = lambda values, pack: values
    keeps_versions: bool = False

    def load(self, actor: Actor, pack: Pack, *, at: datetime) -> tuple[Diff, list[str]]:
        """Add, change or retire rows of this pack."""
        manager = self.model._default_manager
        rows = {row.code: row for row in manager.filter(pack_key=pack.key)}
        wanted = {str(item["code"]): item for item in pack.items}
        taken = manager.filter(code__in=[code for code in wanted if code not in rows]).values_list(
            "code", flat=True
        )
        faults = [f"{code} 已由另一个数据包定义，编号不得重复使用。" for code in taken]
        offered = {code: self._item(row) for code, row in rows.items() if row.retired_on is None}
        outcome = diff(offered, wanted)
        if faults or not outcome:
            return outcome, faults
        values = {code: self._values(pack, wanted[code]) for code in wanted}
        fresh = [code for code in outcome.added if code not in rows]
        manager.bulk_create([self.model(**values[code]) for code in fresh], batch_size=BATCH)
        for code in [
            *(change.key for change in outcome.changed),
            *(code for code in outcome.added if code in rows),
        ]:
            manager.filter(code=code).update(**values[code], retired_on=None)
        manager.filter(code__in=outcome.removed).update(retired_on=local_date(at))
        return outcome, []

    def _item(self, row: Any) -> Item:
        return {name: _plain(getattr(row, self.columns.get(name, name))) for name in self.names}

    def _values(self, pack: Pack, item: Item) -> dict[str, Any]:
        values: dict[str, Any] = {self.columns.get(name, name): item[name] for name in self.names}
        return self.complete({**values, "pack_key": pack.key}, pack)


@dataclass(frozen=True)
class VersionedTable:
    """An effective-dated table: rows are added and closed, never changed."""

    kind: str
    rows_of: Callable[[str], Iterable[models.Model]]
    key_of: Callable[[Any], str]
    add: Callable[[Actor, Pack, list[tuple[str, Item, date]], datetime], None]
    model: type[models.Model]
    columns: dict[str, str]
    keeps_versions: bool = True

    def load(self, actor: Actor, pack: Pack, *, at: datetime) -> tuple[Diff, list[str]]:
        """Add the versions this pack brings and close those it ends."""
        names = [f.name for f in SCHEMAS[self.kind].fields if f.name not in ("code", "effective_from")]
        held = [
            Held(
                row.pk, self.key_of(row), row.effective_from, row.effective_to,  # type: ignore[attr-defined]
                {name: _plain(getattr(row, self.columns.get(name, name))) for name in names},
            )
            for row in self.rows_of(pack.key)
        ]  # fmt: skip
        items = {str(item["code"]): {name: _plain(item[name]) for name in names} for item in pack.items}
        dates = {
            str(item["code"]): _day(item.get("effective_from")) or pack.effective_from for item in pack.items
        }
        plan: Plan = plan_versions(
            items, dates, held, effective_from=pack.effective_from, effective_to=pack.effective_to
        )
        if plan.faults:
            return plan.diff, plan.faults
        for pk, last_day in plan.close.items():
            self.model._default_manager.filter(pk=pk).update(effective_to=last_day)
        self.add(actor, pack, plan.add, at)
        return plan.diff, []


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _plain(value: Any) -> Any:
    return "" if value is None else value


def _division(values: dict[str, Any], pack: Pack) -> dict[str, Any]:
    names = {str(item["code"]): str(item["name"]) for item in pack.items}
    levels = {str(item["code"]): item["level"] for item in pack.items}
    # Many place names are read otherwise than their characters usually are (洪洞 hong tong): the pack then says how.
    syllables = values["reading"].split() or lazy_pinyin(values["name"])
    parent = values["parent_id"] or None
    city = names.get(parent, "") if parent and levels.get(parent) == "city" else ""
    return {
        **values,
        "parent_id": parent,
        "full_name": city + values["name"],
        "pinyin": "".join(syllables),
        "initials": "".join(syllable[0] for syllable in syllables),
    }


def _add_criteria(actor: Actor, pack: Pack, additions: list[tuple[str, Item, date]], at: datetime) -> None:
    codes = [code for code, _, _ in additions]
    known = set(Criterion.objects.filter(code__in=codes).values_list("code", flat=True))
    Criterion.objects.bulk_create(
        [Criterion(code=code, pack_key=pack.key) for code in codes if code not in known]
    )
    headers = Criterion.objects.in_bulk(codes, field_name="code")
    numbers = next_number(headers.values())
    CriterionVersion.objects.bulk_create(
        [
            CriterionVersion(
                criterion=headers[code], number=numbers[headers[code].pk], standard=pack.source,
                standard_title=pack.title, effective_from=day, effective_to=pack.effective_to, origin=VersionOrigin.PACK,
                created_at=at, created_by_id=actor.user_id, **_criterion_values(values),
                search_text=search_text(code, pack.source, _criterion_values(values)),
            )
            for code, values, day in additions
        ],
        batch_size=BATCH,
    )  # fmt: skip


def _criterion_values(item: Item) -> dict[str, Any]:
    return {name: item[name] if item[name] != "" or name != "item" else None for name in CONTENT}


def _add_penalties(actor: Actor, pack: Pack, additions: list[tuple[str, Item, date]], at: datetime) -> None:
    PenaltyBand.objects.bulk_create(
        [
            PenaltyBand(
                code=code,
                pack_key=pack.key,
                effective_from=day,
                effective_to=pack.effective_to,
                **_columns(values, {}),
            )
            for code, values, day in additions
        ],
        batch_size=BATCH,
    )


def _add_catalogue(actor: Actor, pack: Pack, additions: list[tuple[str, Item, date]], at: datetime) -> None:
    CatalogueEntry.objects.bulk_create(
        [
            CatalogueEntry(
                code=code, catalogue=pack.key, catalogue_title=pack.title, standard=pack.source,
                effective_from=day, effective_to=pack.effective_to, **_columns(values, {"feature": "feature_id"}),
            )
            for code, values, day in additions
        ],
        batch_size=BATCH,
    )  # fmt: skip


def _columns(values: Item, columns: dict[str, str]) -> dict[str, Any]:
    return {columns.get(name, name): value for name, value in values.items()}


def _names(kind: str) -> tuple[str, ...]:
    return tuple(f.name for f in SCHEMAS[kind].fields)


TABLES: dict[str, Table] = {
    "divisions": CurrentTable(Division, _names("divisions"), {"parent": "parent_id"}, _division),
    "risk_features": CurrentTable(RiskFeature, _names("risk_features"), {}),
    "industries": CurrentTable(Industry, _names("industries"), {}),
    "catalogue": VersionedTable(
        "catalogue", lambda key: CatalogueEntry.objects.filter(catalogue=key), lambda row: str(row.code),
        _add_catalogue, CatalogueEntry, {"feature": "feature_id"},
    ),
    "criteria": VersionedTable(
        "criteria",
        lambda key: CriterionVersion.objects.filter(criterion__pack_key=key).select_related("criterion"),
        lambda row: str(row.criterion.code), _add_criteria, CriterionVersion, {},
    ),
    "penalties": VersionedTable(
        "penalties", lambda key: PenaltyBand.objects.filter(pack_key=key), lambda row: str(row.code),
        _add_penalties, PenaltyBand, {},
    ),
}  # fmt: skip
