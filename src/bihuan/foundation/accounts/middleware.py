"""Rules of a signed-in session: a first password must be changed; activity prolongs the session."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from bihuan.foundation.lib.problems import Forbidden
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.web.problems import api_problem

SEEN = "seen"
# A session is written at most once a minute, however busy the person is.
WRITE_SECONDS = 60


def seconds_left(request: HttpRequest) -> int:
    """How long the session lasts if nothing more happens."""
    seen = request.session.get(SEEN)
    if seen is None:
        return int(settings.SESSION_COOKIE_AGE)
    return max(0, int(seen + settings.SESSION_COOKIE_AGE - utc_now().timestamp()))


class SignInRules:
    """After authentication, before the views."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Once the address is known: one's own pages stay open, the session's clock is not wound by looking at it."""
        user, match = request.user, request.resolver_match
        if not user.is_authenticated or match is None:
            return None
        if user.must_change_password and match.app_name != "accounts":
            return self.refuse(request)
        if match.view_name != "accounts:session":
            prolong(request)
        return None

    def refuse(self, request: HttpRequest) -> HttpResponse:
        """Nothing else before the password is changed."""
        if request.path.startswith("/api/"):
            return api_problem(request, Forbidden("accounts.must_change_password", "首次登录须先修改密码。"))
        return HttpResponseRedirect(reverse("accounts:password"))


def prolong(request: HttpRequest, *, at_once: bool = False) -> None:
    """Count the session's time from now."""
    now = utc_now().timestamp()
    if at_once or now - request.session.get(SEEN, 0) >= WRITE_SECONDS:
        request.session[SEEN] = now
