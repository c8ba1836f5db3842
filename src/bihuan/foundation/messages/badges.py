"""Counts beside the navigation entries."""

from __future__ import annotations

from django.db.models import Count, Q

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.messages.models import Todo
from bihuan.foundation.web.nav import Badge


def open_todos(actor: Actor) -> Badge | None:
    """How many open to-dos the person has; hot when one is overdue."""
    counted = Todo.objects.for_actor(actor).order_by().aggregate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lt=utc_now())))
    return Badge(counted["n"], hot=counted["late"] > 0) if counted["n"] else None
