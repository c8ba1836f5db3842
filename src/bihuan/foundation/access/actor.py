"""The actor: a signed-in person (or token, or the system) with what it may do where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final, Literal

from bihuan.foundation.accounts.models import User
from bihuan.foundation.tenancy.models import Ancestry, Membership, Organisation
from bihuan.foundation.tenancy.roles import Role, role


class Everywhere:
    """Marks a right that holds in the whole tree."""

    def __repr__(self) -> str:
        return "ALL"


ALL: Final = Everywhere()


@dataclass(frozen=True)
class Assignment:
    """One role at one organisation."""

    organisation_id: int
    organisation_kind: str
    organisation_name: str
    is_root: bool
    role: Role
    sectors: frozenset[str]


@dataclass(frozen=True)
class Actor:
    """Who acts. `scopes` (API tokens) narrows what the roles give; None leaves them whole."""

    kind: Literal["user", "token", "system", "anonymous"]
    user_id: int | None
    name: str
    assignments: tuple[Assignment, ...] = ()
    scopes: frozenset[str] | None = None
    home: int | None = None
    _held: dict[tuple[str, int], bool] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, user: User, *, at: datetime, scopes: Iterable[str] | None = None, home: int | None = None) -> Actor:
        """The actor of a person at a time; `home` picks the organisation it works for where it has several."""
        rows = (
            Membership.objects.valid(at).filter(user=user, organisation__is_active=True)
            .select_related("organisation").order_by("valid_from", "id")
        )  # fmt: skip
        assignments = tuple(
            Assignment(
                m.organisation_id, m.organisation.kind, str(m.organisation), m.organisation.parent_id is None,
                role(m.role), frozenset(m.sectors),
            )
            for m in rows
        )  # fmt: skip
        homes = [a.organisation_id for a in assignments]
        return cls(
            kind="user" if scopes is None else "token", user_id=user.pk, name=user.name, assignments=assignments,
            scopes=None if scopes is None else frozenset(scopes),
            home=home if home in homes else (homes[0] if homes else None),
        )  # fmt: skip

    @property
    def is_signed_in(self) -> bool:
        """Whether this is somebody."""
        return self.kind != "anonymous"

    @cached_property
    def home_organisation(self) -> Organisation | None:
        """The organisation it works for."""
        return Organisation.objects.filter(pk=self.home).first() if self.home else None

    def _in_scope(self, capability: str) -> bool:
        return self.scopes is None or capability in self.scopes

    def granting(self, capability: str) -> tuple[Assignment, ...]:
        """The assignments that carry the capability."""
        if not self._in_scope(capability):
            return ()
        return tuple(a for a in self.assignments if a.role.grants(capability))

    def can(self, capability: str) -> bool:
        """Whether it holds the capability anywhere."""
        return self.kind == "system" or bool(self.granting(capability))

    def nodes(self, capability: str) -> frozenset[int] | Everywhere:
        """The organisations beneath which the capability holds, or ALL."""
        if self.kind == "system":
            return ALL
        granting = self.granting(capability)
        if any(a.is_root and not a.sectors for a in granting):
            return ALL
        return frozenset(a.organisation_id for a in granting)

    def holds(self, capability: str, organisation_id: int, sector: str | None = None) -> bool:
        """Whether the capability holds for a record of that organisation (and sector, where supervision is divided)."""
        if self.kind == "system":
            return True
        fitting = [
            a.organisation_id for a in self.granting(capability)
            if not a.sectors or sector is None or sector in a.sectors
        ]  # fmt: skip
        if not fitting:
            return False
        key = (capability, organisation_id)
        if organisation_id in fitting:
            return True
        if sector is None and key in self._held:
            return self._held[key]
        answer = Ancestry.objects.filter(ancestor_id__in=fitting, descendant_id=organisation_id).exists()
        if sector is None:
            self._held[key] = answer
        return answer


ANONYMOUS: Final = Actor(kind="anonymous", user_id=None, name="未登录")


def system_actor(name: str) -> Actor:
    """The system itself, named by the schedule or loader that runs; its entries say so."""
    return Actor(kind="system", user_id=None, name=f"系统（{name}）")
