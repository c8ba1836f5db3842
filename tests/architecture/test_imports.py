"""What apps may take from each other, beyond the order of rows that import-linter checks."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ROOT, SOURCE, domain_apps, modules, parsed, shown

PUBLIC = {"models", "panels", "querysets", "summaries", "services", "choices", "permissions", "events", "grading", "loops"}


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Names of our modules that a file imports, with the line."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            base = node.module
            for alias in node.names:
                yield f"{base}.{alias.name}", node.lineno


def test_only_the_public_modules_of_another_app_are_imported() -> None:
    apps = {folder.name for folder in domain_apps()}
    wrong = []
    for path in modules():
        own = path.relative_to(SOURCE).parts[0]
        if own in {"config", "cli"}:
            continue
        for name, line in imported(path):
            parts = name.split(".")
            if parts[0] != "bihuan" or len(parts) < 3 or parts[1] not in apps or parts[1] == own:
                continue
            if parts[2] not in PUBLIC:
                wrong.append(f"{shown(path)}:{line} imports {name}")
    assert not wrong, f"from another app only {sorted(PUBLIC)}: {wrong}"


def test_every_domain_app_is_held_to_the_inner_shape() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    shape = next(contract for contract in contracts if "inner shape" in contract["name"])
    listed = {name.removeprefix("bihuan.") for name in shape["containers"]}
    assert {folder.name for folder in domain_apps()} <= listed


def test_nothing_happens_in_save_or_in_signals_of_records() -> None:
    wrong = []
    for path in modules():
        if path.name != "models.py" and "models" not in path.parts:
            continue
        wrong += [
            f"{shown(path)}:{node.lineno}"
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"} and not refuses(node)
        ]
    # Stored points of figures only note that a record of some registered base changed; they act on no record.
    watchers = {"src/bihuan/foundation/figures/changes.py"}
    signals = [shown(path) for path in modules() if "django.db.models.signals" in path.read_text(encoding="utf-8") and shown(path) not in watchers]
    assert not wrong, f"writes belong in services.py, not in save(): {wrong}"
    assert not signals, f"apps tell each other by foundation.lib.events, not by model signals: {signals}"


def refuses(function: ast.FunctionDef) -> bool:
    """Whether a save() or delete() only guards: its last statement is a raise, or it raises on a condition first."""
    return any(isinstance(node, ast.Raise) for node in ast.walk(function))
