"""Runs the given scorer over the own and the shared notices; no copy of it is kept here."""

import importlib.util
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from bihuan.directives.compiler import compile_text

OWN = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("SHARED_NOTICES") or OWN.parents[1].parent / "shared" / "notices")
ABSENT = f"the shared notices are not at {SHARED}"


@dataclass(frozen=True)
class Case:
    """One notice and its gold."""

    name: str
    text: str
    gold: dict[str, Any]


def cases(folder: Path) -> Iterator[Case]:
    """Yield the notices of ``folder`` that have gold."""
    for path in sorted(folder.glob("[0-9]*.txt")):
        gold = folder / "gold" / f"{path.stem}.json"
        if gold.exists():
            yield Case(
                path.stem, path.read_text(encoding="utf-8"), json.loads(gold.read_text(encoding="utf-8"))
            )


def scorer() -> ModuleType | None:
    """Return the given scorer, or None where the shared notices are absent."""
    path = SHARED / "score_obligations.py"
    if not path.exists():
        return None
    spec = importlib.util.spec_from_file_location("score_obligations", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(case: Case, module: ModuleType) -> dict[str, Any]:
    """Compile and score one notice, spans compared by position."""
    predicted = compile_text(case.text, source_name=case.name).to_json()["obligations"]
    result, _ = module.score(predicted, case.gold, case.text)
    return dict(result)
