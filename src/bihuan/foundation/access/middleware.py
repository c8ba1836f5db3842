"""Makes the actor of a request, once."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from bihuan.foundation.access.actor import ANONYMOUS, Actor
from bihuan.foundation.lib.times import utc_now

HOME_KEY = "home_organisation"


def actor_of(request: HttpRequest) -> Actor:
    """The actor of the signed-in person, working for the organisation chosen in the session."""
    user = request.user
    if not user.is_authenticated or not user.is_active:
        return ANONYMOUS
    return Actor.of(user, at=utc_now(), home=request.session.get(HOME_KEY))


class ActorMiddleware:
    """Put `request.actor` in place; computed when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)
