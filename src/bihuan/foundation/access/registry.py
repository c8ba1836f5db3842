"""All capabilities, as the apps declare them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Capability:
    """One verb on one kind of record, with its Chinese title."""

    key: str
    title: str


_capabilities: dict[str, Capability] = {}


def register_capabilities(capabilities: Iterable[Capability]) -> None:
    """Make an app's capabilities known."""
    for item in capabilities:
        _capabilities[item.key] = item


def capabilities() -> dict[str, Capability]:
    """Every registered capability by key."""
    return dict(_capabilities)


def title_of(key: str) -> str:
    """The Chinese title; the key where none is registered."""
    return _capabilities[key].title if key in _capabilities else key
