"""Buttons of a page's header (按钮): links and one-click posts, shown only to those who may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from .nav import MayDo


@dataclass(frozen=True, slots=True)
class Button:
    """A link, or with `post` a form of one button. One button of a page is `primary`.

    `capability` hides it from people without it; `confirm` states the consequence before it is done; `disabled_reason`
    draws it grey and says why; `key` is the single key that presses it (e, s).
    """

    title: str
    url: str
    icon: str = ""
    primary: bool = False
    danger: bool = False
    post: bool = False
    confirm: str = ""
    capability: str | None = None
    disabled_reason: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class BulkAction:
    """A deed on all chosen rows of a list; `url` is the address of an `access.pages.BulkPage`."""

    title: str
    url: str
    capability: str | None = None


B = TypeVar("B", Button, BulkAction)


def permitted(buttons: Iterable[B], actor: MayDo | None) -> list[B]:
    """The buttons this actor may see."""
    return [
        button for button in buttons if button.capability is None or (actor is not None and actor.can(button.capability))
    ]
