"""The one-firm page is assembled here: higher apps bring their part of what ever happened at the firm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor

Context = Callable[[Actor, Enterprise, datetime], dict[str, Any]]


@dataclass(frozen=True)
class Panel:
    """One part of the page: drawn with `template` for actors who hold `capability`."""

    key: str
    title: str
    order: int
    template: str
    context: Context
    capability: str


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a part; called in the higher app's ready()."""
    _panels[panel.key] = panel


def panels_for(actor: Actor) -> list[Panel]:
    """The parts this actor may see, in order."""
    return sorted((p for p in _panels.values() if actor.can(p.capability)), key=lambda p: p.order)
