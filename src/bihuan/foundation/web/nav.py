"""Navigation (导航): apps register their entries in `apps.py: ready()`; people see those they have the right to.

At most six groups and sixteen entries are drawn for one role (design guide, section 3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.checks import CheckMessage, Error
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

GROUPS = ("总览", "部署与调度", "隐患治理", "检查执法", "监测预警", "企业底数", "系统管理")


class MayDo(Protocol):
    """What navigation must know of an actor."""

    def can(self, capability: str) -> bool:
        """Whether the actor holds the capability anywhere."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A count beside an entry: my open items; `hot` when one is overdue."""

    count: int
    hot: bool = False


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry. `capability` None shows it to every signed-in person; `phone` puts it in the phone's bottom bar."""

    group: str
    title: str
    url_name: str
    capability: str | None
    icon: str
    order: int = 100
    phone: bool = False
    phone_title: str = ""
    badge: Callable[[Any], Badge | None] | None = None

    @property
    def url(self) -> str:
        """Where it leads."""
        return reverse(self.url_name)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as drawn for one person on one page."""

    item: NavItem
    url: str
    current: bool
    badge: Badge | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of the top bar that a higher app fills: org, search, alerts, user."""

    name: str
    template: str
    context: Callable[[HttpRequest], dict[str, Any]]


_items: dict[tuple[str, str], NavItem] = {}
_slots: dict[str, Slot] = {}


def register(*items: NavItem) -> None:
    """Add entries; registering the same group and title again replaces the entry."""
    for item in items:
        if item.group not in GROUPS:
            raise ValueError(f"{item.group!r} is not a navigation group; use one of {', '.join(GROUPS)}")
        _items[(item.group, item.title)] = item


def fill_slot(slot: Slot) -> None:
    """Fill a place of the top bar."""
    _slots[slot.name] = slot


def slot(name: str) -> Slot | None:
    """What fills a place of the top bar, if anything does."""
    return _slots.get(name)


def items() -> list[NavItem]:
    """All entries in the order they are drawn."""
    return sorted(_items.values(), key=lambda item: (GROUPS.index(item.group), item.order, item.title))


def entries_for(actor: MayDo | None, path: str) -> list[Entry]:
    """The entries an actor may open; the one with the longest address that `path` begins with is current."""
    if actor is None:
        return []
    shown = [(item, item.url) for item in items() if item.capability is None or actor.can(item.capability)]
    matches = [url for _, url in shown if path == url or (url != "/" and path.startswith(url))]
    current = max(matches, key=len, default=None)
    return [Entry(item, url, url == current, item.badge(actor) if item.badge else None) for item, url in shown]


def grouped(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    """Entries by group, empty groups left out."""
    return [
        (group, found) for group in GROUPS if (found := [entry for entry in entries if entry.item.group == group])
    ]


def check_addresses(**_: Any) -> list[CheckMessage]:
    """System check: every entry leads somewhere."""
    faults: list[CheckMessage] = []
    for item in items():
        try:
            item.url  # noqa: B018
        except NoReverseMatch:
            faults.append(Error(f"navigation entry {item.title!r}: no address named {item.url_name!r}", id="web.E001"))
    return faults
