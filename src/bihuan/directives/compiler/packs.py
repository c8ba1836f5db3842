"""Vocabulary packs (词表): YAML beside the app, compiled once into regular expressions."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PACKS = Path(__file__).resolve().parent.parent / "packs"


@cache
def pack(name: str) -> dict[str, Any]:
    """Return the parsed pack ``name`` (file name without ending)."""
    with (PACKS / f"{name}.yaml").open(encoding="utf-8") as handle:
        loaded = yaml.safe_load(handle)
    if not isinstance(loaded, dict) or loaded.get("schema") != 1:
        raise ValueError(f"pack {name}: schema 1 expected")
    return loaded


@cache
def words(name: str, key: str) -> tuple[str, ...]:
    """Return one list of the pack."""
    return tuple(str(word) for word in pack(name)[key])


@cache
def rule(name: str, key: str) -> re.Pattern[str]:
    """Return the words of one list as a single alternation, longest first."""
    entries = sorted(words(name, key), key=len, reverse=True)
    return re.compile("|".join(f"(?:{entry})" for entry in entries))
