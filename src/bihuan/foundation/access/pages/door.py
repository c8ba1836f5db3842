"""What all pages share: the door, the shell's context, the time of the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.views import View

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.registry import title_of
from bihuan.foundation.lib.problems import Forbidden
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.web.buttons import Button, permitted


class Door(Enum):
    """A page that asks for no capability, on purpose."""

    SIGNED_IN = "signed in"
    PUBLIC = "public"


SIGNED_IN = Door.SIGNED_IN
PUBLIC = Door.PUBLIC

Crumbs = Sequence[tuple[str, str]]
_pages: list[type[Page]] = []


def pages() -> list[type[Page]]:
    """Every page class of the project, for the access matrix."""
    return list(_pages)


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page (and not for the whole, as after the back button)."""
    details: Any = getattr(request, "htmx", None)
    return bool(details) and not details.history_restore_request and not details.boosted


class Page(View):
    """What all pages share: the door, the shell's context, the time.

    A subclass sets `abstract = True` in its own body when it is not a page itself.
    """

    abstract: ClassVar[bool] = True
    capability: ClassVar[str | Door]
    template_name: ClassVar[str] = ""
    heading: ClassVar[str] = ""
    intro: ClassVar[str] = ""
    buttons: ClassVar[Sequence[Button]] = ()

    request: HttpRequest
    kwargs: dict[str, Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.__dict__.get("abstract", False):
            cls.abstract = False
            _pages.append(cls)

    @property
    def actor(self) -> Actor:
        """Who looks."""
        actor: Actor = self.request.actor  # type: ignore[attr-defined]
        return actor

    @cached_property
    def at(self) -> datetime:
        """The time of this request; hand it to services as `at=`."""
        return utc_now()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the door, then let the view's method answer."""
        refusal = self.check_door()
        return refusal if refusal is not None else super().dispatch(request, *args, **kwargs)

    def check_door(self) -> HttpResponseBase | None:
        """None to go on; a redirect to sign in; Forbidden for a person without the capability."""
        capability = getattr(self, "capability", None)
        if capability is None:
            raise ImproperlyConfigured(f"{type(self).__name__} names no capability")
        if capability is PUBLIC:
            return None
        if not self.actor.is_signed_in:
            return self.sign_in()
        if isinstance(capability, str) and not self.actor.can(capability):
            raise Forbidden("access.forbidden", f"您没有“{title_of(capability)}”的权限，请联系本单位系统运维人员授权。")
        return None

    def sign_in(self) -> HttpResponseBase:
        """To the sign-in page and back here afterwards; htmx is told to move the whole window."""
        back = self.request.get_full_path() if self.request.method == "GET" else self.request.path
        if getattr(self.request, "htmx", None):
            back = self.request.htmx.current_url_abs_path or back  # type: ignore[attr-defined]
            target = redirect_to_login(back, resolve_url(settings.LOGIN_URL)).url
            return HttpResponse(status=401, headers={"HX-Redirect": target})
        return redirect_to_login(back, resolve_url(settings.LOGIN_URL))

    def get_heading(self) -> str:
        """The page's h1 and title."""
        return self.heading

    def get_intro(self) -> str:
        """One line beneath the heading."""
        return self.intro

    def get_tags(self) -> Sequence[tuple[str, str]]:
        """(word, tone) tags beside the heading."""
        return ()

    def get_crumbs(self) -> Crumbs:
        """(title, address) pairs; the last one, this page, has no address."""
        return ()

    def get_buttons(self) -> Sequence[Button]:
        """Buttons of the header, before they are narrowed to those the actor may press."""
        return self.buttons

    def get_context(self) -> dict[str, Any]:
        """The template's context; extend with `super().get_context() | {…}`."""
        return {
            "view": self,
            "heading": self.get_heading(),
            "intro": self.get_intro(),
            "tags": self.get_tags(),
            "crumbs": self.get_crumbs(),
            "buttons": permitted(self.get_buttons(), self.actor),
            "now": self.at,
        }

    def render(self, context: Mapping[str, Any] | None = None, *, template: str = "", status: int = 200) -> HttpResponse:
        """The page as HTML."""
        name = template or self.template_name
        if not name:
            raise ImproperlyConfigured(f"{type(self).__name__} names no template")
        response = render(self.request, name, dict(context if context is not None else self.get_context()), status=status)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def go_to(self, address: str, toast: str = "") -> HttpResponseBase:
        """Redirect after a success, with a toast on the next page."""
        if toast:
            messages.success(self.request, toast)
        if getattr(self.request, "htmx", None):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)


class BlankPage(Page):
    """A page of its own making: set `template_name` and extend `get_context()`."""

    abstract = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show it."""
        return self.render()
