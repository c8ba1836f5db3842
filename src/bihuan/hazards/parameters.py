"""Parameters and tags of the bureau (参数包): read once, a bureau's own file replaces single values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from bihuan.foundation.lib.problems import Problem

PACKS = Path(__file__).parent / "packs"


@dataclass(frozen=True)
class Parameter:
    """One number that a bureau owns, with where it comes from; shown beside the result."""

    key: str
    value: int
    title: str
    source: str


@dataclass(frozen=True)
class Rung:
    """One step of the escalation ladder (督办升级): proposed after so many days overdue."""

    key: str
    title: str
    after_days: int
    template: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Tag:
    """A field, place, operation or storage facility that hazards are counted by."""

    code: str
    kind: str
    title: str


def _read(name: str) -> list[dict[str, Any]]:
    """The installed pack and, after it, the bureau's own."""
    files = (PACKS / name, Path(settings.DATA_DIR) / "packs" / f"hazards_{name}")
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files if file.exists()]


@cache
def parameters() -> dict[str, Parameter]:
    """Every parameter by key."""
    found: dict[str, Parameter] = {}
    for content in _read("parameters.yaml"):
        for key, row in content.get("values", {}).items():
            if not isinstance(row["value"], int) or row["value"] < 0:
                raise Problem("hazards.bad_parameter", f"参数“{row.get('title', key)}”须为不小于 0 的整数，请修改参数包。")
            found[key] = Parameter(key, row["value"], row["title"], row.get("source", ""))
    return found


def parameter(key: str) -> int:
    """The value of a parameter; KeyError for an unknown key."""
    return parameters()[key].value


@cache
def ladder() -> tuple[Rung, ...]:
    """The escalation ladder, lowest rung first."""
    rows = [content["ladder"]["rungs"] for content in _read("parameters.yaml") if "ladder" in content][-1]
    return tuple(sorted((Rung(**row | {"levels": tuple(row["levels"])}) for row in rows), key=lambda rung: rung.after_days))


@cache
def cadence_rows() -> tuple[dict[str, Any], ...]:
    """The cadence rules of principals' checks as the packs state them."""
    return tuple([content["cadences"] for content in _read("parameters.yaml") if "cadences" in content][-1])


@cache
def tags() -> dict[str, Tag]:
    """Every hazard tag by code."""
    return {row["code"]: Tag(row["code"], row["kind"], row["title"]) for content in _read("tags.yaml") for row in content["items"]}


@cache
def storage_checklist(kind: str) -> tuple[str, ...]:
    """The points to be answered for a storage facility of this type."""
    lists = [content["storage_checklists"] for content in _read("tags.yaml") if "storage_checklists" in content][-1]
    return tuple(lists[kind])
