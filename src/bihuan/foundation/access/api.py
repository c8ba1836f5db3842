"""The API's door: every operation names its capability; session or token decides who asks."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.security import APIKeyCookie, HttpBearer

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.middleware import actor_of
from bihuan.foundation.access.registry import title_of
from bihuan.foundation.accounts.models import ApiToken
from bihuan.foundation.lib.problems import Forbidden
from bihuan.foundation.lib.sm3 import sm3_hex
from bihuan.foundation.lib.times import utc_now

Operation = Callable[..., Any]
# (method, path, capability) of every operation, for the access matrix.
OPERATIONS: list[tuple[str, str, str | None, str]] = []


def permitted(actor: Actor, capability: str | None) -> Actor:
    """The actor, who must hold the capability somewhere; asked before the body is read."""
    if capability is not None and not actor.can(capability):
        raise Forbidden("access.forbidden", f"您没有“{title_of(capability)}”的权限。")
    return actor


class SessionAuth(APIKeyCookie):
    """The signed-in browser session, with CSRF protection for writes."""

    param_name = "sessionid"

    def __init__(self, capability: str | None = None) -> None:
        super().__init__(csrf=True)
        self.capability = capability

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """The actor of the session, if somebody is signed in."""
        actor = actor_of(request)
        return permitted(actor, self.capability) if actor.is_signed_in else None


class TokenAuth(HttpBearer):
    """`Authorization: Bearer <token>`; the token's scopes narrow what its owner may do."""

    def __init__(self, capability: str | None = None) -> None:
        super().__init__()
        self.capability = capability

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor of the token's owner, narrowed to the token's scopes."""
        now = utc_now()
        row = ApiToken.objects.select_related("user").filter(digest=sm3_hex(token.encode())).first()
        if row is None or not row.usable(now):
            return None
        if row.last_used_at is None or (now - row.last_used_at).total_seconds() > 60:
            ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
        return permitted(Actor.of(row.user, at=now, scopes=row.scopes), self.capability)


def actor_from(request: HttpRequest) -> Actor:
    """The actor that authentication found for this API call."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


class ScopedRouter(Router):
    """A router whose operations cannot be declared without a capability (None: any signed-in person)."""

    def operation(self, method: str, path: str, *, capability: str | None, **options: Any) -> Callable[[Operation], Operation]:
        """Declare one operation; the caller must hold the capability somewhere, the record is checked by the service."""

        def register(function: Operation) -> Operation:
            OPERATIONS.append((method, path, capability, f"{function.__module__}.{function.__name__}"))

            # ninja reads annotations written as text in its own module; give it the types themselves.
            function.__signature__ = signature(function, eval_str=True)  # type: ignore[attr-defined]
            adder = getattr(super(ScopedRouter, self), method.lower())
            result: Operation = adder(path, auth=[TokenAuth(capability), SessionAuth(capability)], **options)(function)
            return result

        return register

    def get(self, path: str, *, capability: str | None, **options: Any) -> Callable[[Operation], Operation]:  # type: ignore[override]
        """Declare a GET."""
        return self.operation("GET", path, capability=capability, **options)

    def post(self, path: str, *, capability: str | None, **options: Any) -> Callable[[Operation], Operation]:  # type: ignore[override]
        """Declare a POST."""
        return self.operation("POST", path, capability=capability, **options)

    def put(self, path: str, *, capability: str | None, **options: Any) -> Callable[[Operation], Operation]:  # type: ignore[override]
        """Declare a PUT."""
        return self.operation("PUT", path, capability=capability, **options)

    def patch(self, path: str, *, capability: str | None, **options: Any) -> Callable[[Operation], Operation]:  # type: ignore[override]
        """Declare a PATCH."""
        return self.operation("PATCH", path, capability=capability, **options)

    def delete(self, path: str, *, capability: str | None, **options: Any) -> Callable[[Operation], Operation]:  # type: ignore[override]
        """Declare a DELETE."""
        return self.operation("DELETE", path, capability=capability, **options)
