"""The source tree, as the rules look at it."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/bihuan"
FOUNDATION = SOURCE / "foundation"
# Assemble what the apps bring, or have no inner shape of an app.
NOT_DOMAIN = {"foundation", "config", "cli", "wire", "gateway", "demo", "reporting", "administration"}


def modules(*, tests: bool = False) -> list[Path]:
    """Python files of the package without migrations; those under tests/ only when asked for."""
    return [
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if "migrations" not in path.parts and (tests or "tests" not in path.parts)
    ]


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path) -> str:
    """A path as one writes it."""
    return path.relative_to(ROOT).as_posix()


def packages() -> list[Path]:
    """Folders of code: every app and every folder with an __init__.py that holds other modules."""
    return [path.parent for path in modules() if path.name == "__init__.py"]


def domain_apps() -> list[Path]:
    """The apps that describe a bureau's work."""
    return [folder for folder in sorted(SOURCE.iterdir()) if (folder / "apps.py").exists() and folder.name not in NOT_DOMAIN]
