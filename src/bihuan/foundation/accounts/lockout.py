"""Lock-out after failed sign-ins (连续失败锁定): axes counts; these are the few questions asked of it."""

from __future__ import annotations

from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether this login name has failed too often from here."""
    return bool(settings.AXES_ENABLED) and not AxesProxyHandler.is_allowed(request, {"username": username})


def note_failure(request: HttpRequest, username: str) -> None:
    """A wrong second factor counts like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)


def forget_failures(username: str) -> int:
    """Lift the lock-out of a login name; returns how many failures were forgotten."""
    return int(reset(username=username))
