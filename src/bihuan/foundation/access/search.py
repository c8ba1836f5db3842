"""The search box (搜索): apps register what can be found; every provider looks only at what the actor sees.

    register(Provider("enterprises", "企业", order=10, function=find_firms))

`function(actor, text) -> [Row(title, url, subtitle)]` returns at most a handful of rows and uses `visible_to(actor)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bihuan.foundation.access.actor import Actor

MOST = 8


@dataclass(frozen=True)
class Row:
    """One thing found."""

    title: str
    url: str
    subtitle: str = ""


@dataclass(frozen=True)
class Provider:
    """One kind of thing that can be found; `capability` None for everybody who is signed in."""

    key: str
    title: str
    function: Callable[[Actor, str], Sequence[Row]]
    capability: str | None = None
    order: int = 100


_providers: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Make a kind of thing findable; in `apps.py: ready()`."""
    _providers[provider.key] = provider


def find(actor: Actor, text: str) -> list[tuple[str, list[Row]]]:
    """What was found, by kind; kinds the actor may not see are not asked."""
    groups = []
    for provider in sorted(_providers.values(), key=lambda p: (p.order, p.key)):
        if provider.capability is None or actor.can(provider.capability):
            rows = list(provider.function(actor, text))[:MOST]
            if rows:
                groups.append((provider.title, rows))
    return groups
