"""What administration looks at: the same rows as elsewhere, within the sight of whoever administers. No tables of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from bihuan.administration.querysets import AppointmentQuerySet, NodeQuerySet, PersonQuerySet, TrailQuerySet
from bihuan.foundation.accounts.models import User
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.tenancy.models import Membership, Organisation
from bihuan.foundation.tenancy.roles import all_roles


class Node(Organisation):
    """An organisation as administered."""

    objects: ClassVar[Any] = NodeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = "组织机构"


class Person(User):
    """An account as administered."""

    objects: ClassVar[Any] = PersonQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = "用户"


class Appointment(Membership):
    """A membership as administered (任职)."""

    objects: ClassVar[Any] = AppointmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = "任职"

    def __str__(self) -> str:
        return f"{self.user.name} · {self.organisation} · {self.role_title}"

    @property
    def role_title(self) -> str:
        """The role's Chinese title; the key where the role is no longer in the pack."""
        known = all_roles().get(self.role)
        return known.title if known else self.role


class TrailEntry(Entry):
    """An entry of the history as the auditor reads it."""

    objects: ClassVar[Any] = TrailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = "审计日志"
