"""Marks name rows that exist."""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ROOT, parsed, shown


def marks(name: str) -> Iterator[tuple[Path, int, str]]:
    """Every argument of `pytest.mark.<name>(...)` in the tests."""
    files = [*(ROOT / "src").rglob("test_*.py"), *(ROOT / "tests").rglob("test_*.py")]
    for path in files:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
                for argument in node.args:
                    value = argument.value if isinstance(argument, ast.Constant) else None
                    yield path, node.lineno, str(value)


def test_requirement_marks_name_rows_of_the_list() -> None:
    with (ROOT / "docs/requirements.csv").open(encoding="utf-8", newline="") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    wrong = [f"{shown(path)}:{line} {value}" for path, line, value in marks("requirement") if value not in known]
    assert not wrong, f"docs/requirements.csv has no such row: {wrong}"


def test_scenario_marks_are_numbers_of_the_list() -> None:
    known = {str(number) for number in range(1, 51)}
    wrong = [f"{shown(path)}:{line} {value}" for path, line, value in marks("scenario") if value not in known]
    assert not wrong, f"scenarios are numbered 1 to 50: {wrong}"
