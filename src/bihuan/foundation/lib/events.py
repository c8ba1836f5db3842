"""How a lower app tells higher ones that something happened: at once, in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Subscriber = Callable[..., None]
_subscribers: dict[str, list[Subscriber]] = defaultdict(list)


def subscribe(name: str) -> Callable[[Subscriber], Subscriber]:
    """Decorator: call this function when `name` is announced; a fault in it undoes the announcing transaction."""

    def register(function: Subscriber) -> Subscriber:
        if function not in _subscribers[name]:
            _subscribers[name].append(function)
        return function

    return register


def announce(name: str, **payload: Any) -> None:
    """Tell all subscribers of `name`, in the order in which they subscribed."""
    for function in _subscribers.get(name, ()):
        function(**payload)


def subscribers_of(name: str) -> list[Subscriber]:
    """Who listens; for documentation and tests."""
    return list(_subscribers.get(name, ()))
