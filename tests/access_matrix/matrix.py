"""Reads and writes matrix.yaml."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.access_matrix.doors import Found, found_commands, found_operations, found_pages

FILE = Path(__file__).parent / "matrix.yaml"
HEAD = """\
# The access matrix (权限矩阵): every door and what it asks for. Reviewed by hand; missing rows are written by
# `python -m tests.access_matrix.update`.
# capability: a key of permissions.py, signed_in, public, or operator (commands for whoever administers the machine).
# record: which maker of makers.py gives the record the address is about. with: other parts of the address. body: what is
# sent to an API operation, where the description alone does not make a valid one ($here: the asker's
# own organisation; $firm: the county's firm). export: the list can be downloaded. as: the role that is
# let in, where holding the capability is not enough. answers: refusals that even who may
# gets for the made-up record (no file of errors, a workshop that is not there). gap: what is known to be broken behind the door; a test fails once
# it works, so that the row is cleaned.
"""


@dataclass(frozen=True)
class Row:
    """One door as reviewed."""

    name: str
    address: str
    capability: str
    record: str = ""
    parts: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    export: bool = False
    role: str = ""
    gap: str = ""
    answers: tuple[int, ...] = ()

    def __str__(self) -> str:
        return self.name


def read() -> dict[str, dict[str, dict[str, Any]]]:
    """The file as it is."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"pages": {}, "operations": {}, "commands": {}}


def rows(section: str) -> list[Row]:
    """One section of the matrix."""
    return [
        Row(name, raw.get("address", ""), raw["capability"], raw.get("record", ""), raw.get("with", {}), raw.get("body", {}), raw.get("export", False),
            raw.get("as", ""), raw.get("gap", ""), tuple(raw.get("answers", ())))
        for name, raw in read()[section].items()
    ]  # fmt: skip


def found() -> dict[str, list[Found]]:
    """The same sections, from the code."""
    return {"pages": found_pages(), "operations": found_operations(), "commands": found_commands()}


def merged(section: str, doors: list[Found]) -> dict[str, dict[str, Any]]:
    """What the code has, with what reviewers wrote beside it; doors that are gone are dropped."""
    known = read()[section]
    result = {}
    for door in doors:
        row = dict(known.get(door.name, {}))
        if door.address:
            row["address"] = door.address
        if door.capability != "?":
            row["capability"] = door.capability
        row.setdefault("capability", "?")
        if door.record and row.get("record") in (None, "?"):
            row["record"] = door.record
        for name in door.parameters:
            if name != "pk":
                row.setdefault("with", {}).setdefault(name, "?")
        row.pop("export", None)
        if door.is_list:
            row["export"] = True
        result[door.name] = row
    return dict(sorted(result.items()))


def write(data: dict[str, dict[str, dict[str, Any]]]) -> None:
    """One line a door."""
    text = yaml.safe_dump(data, default_flow_style=None, width=10_000, allow_unicode=True, sort_keys=False)
    FILE.write_text(HEAD + text, encoding="utf-8")
