"""Queries on API tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from django.db import models
from django.db.models import Q


class Person(Protocol):
    """Whoever looks."""

    @property
    def user_id(self) -> int | None: ...


class ApiTokenQuerySet(models.QuerySet[Any]):
    """Tokens; a person sees their own."""

    def visible_to(self, actor: Person) -> ApiTokenQuerySet:
        """One's own tokens, nobody else's."""
        return self.filter(user_id=actor.user_id) if actor.user_id is not None else self.none()

    def in_force(self, at: datetime) -> ApiTokenQuerySet:
        """Neither revoked nor expired."""
        return self.filter(Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=at)))
