"""What the top bar shows of the person: menu, organisations; and the start of a session's time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from bihuan.foundation.accounts.middleware import prolong, seconds_left


def start_session_time(sender: object, request: HttpRequest, **kwargs: object) -> None:
    """At sign-in."""
    prolong(request, at_once=True)


def user_menu(request: HttpRequest) -> dict[str, Any]:
    """Context of the top bar's own menu."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    roles = "、".join(dict.fromkeys(a.role.title for a in actor.assignments if a.organisation_id == actor.home))
    return {"role": roles, "seconds": seconds_left(request) if request.user.is_authenticated else 0}


def organisations(request: HttpRequest) -> dict[str, Any]:
    """Context of the organisation switcher."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    choices = dict.fromkeys((a.organisation_id, a.organisation_name) for a in actor.assignments)
    current = next((name for pk, name in choices if pk == actor.home), "")
    return {"action": reverse("accounts:organisation"), "current": current, "choices": list(choices)}
