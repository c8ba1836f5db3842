"""The scene for all knocks: a county with its firm, its sibling, a county of another city; somebody in every role at each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from bihuan.campaigns.tests.factories import Board, board
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.tenancy.models import Membership, Organisation
from bihuan.foundation.tenancy.roles import all_roles
from bihuan.foundation.tenancy.services import create_organisation
from bihuan.foundation.tenancy.tests.factories import BUILDER, SINCE

# Where a role is held, most fitting level first, on each side.
LEVELS = ("county", "enterprise", "city", "province")
SIDES = {
    "own": {"county": "county", "enterprise": "enterprise", "city": "city", "province": "province"},
    "sibling": {"county": "sibling_county", "enterprise": "other_enterprise", "city": "other_city"},
    "far": {"county": "far_county", "city": "other_city"},
}


@dataclass
class Sample:
    """A record that belongs to the county (or its firm), and who can see it."""

    pk: Any
    parts: dict[str, Any] = field(default_factory=dict)
    insider: User | None = None  # who sees it, where that is not simply a holder of the capability in the county
    level: str = "county"  # at which level the record is worked on
    stranger_side: str = "sibling"  # "far" for what a whole city shares
    public: bool = False  # a table that every signed-in person reads


class World:
    """Builds people and records once."""

    def __init__(self) -> None:
        self.board: Board = board()
        self.stage = self.board.stage
        self.cast = self.stage.cast
        self.places: dict[str, Organisation] = {
            name: getattr(self.cast, name)
            for name in ("province", "city", "other_city", "county", "sibling_county", "enterprise", "other_enterprise")
        }
        self.places["far_county"] = create_organisation(
            BUILDER, kind="county", name="阳城县应急管理局", code="140522", parent=self.cast.other_city, at=SINCE
        )
        self.officer = self.cast.user["county_officer"]
        self.nobody = self._person("nobody")
        self._holders: dict[tuple[str, str], User] = {}
        for side, levels in SIDES.items():
            for role in all_roles().values():
                for level in LEVELS:
                    if level in role.level and level in levels:
                        user = self._person(f"{role.key}.{levels[level]}.{side}")
                        Membership.objects.create(user=user, organisation=self.places[levels[level]], role=role.key, valid_from=SINCE)
                        self._holders[role.key, f"{side}.{level}"] = user
        self._samples: dict[str, Sample] = {}

    @staticmethod
    def _person(login: str) -> User:
        user = User(username=login.lower(), name=login[:30], email="")
        user.set_unusable_password()
        user.save()
        return user

    def holder(self, capability: str, side: str, level: str = "county") -> User | None:
        """Somebody on that side who holds the capability, at `level` if there is one; None where nobody there does."""
        for place in (level, *LEVELS):
            for role in all_roles().values():
                user = self._holders.get((role.key, f"{side}.{place}"))
                if user is not None and (capability == "signed_in" or role.grants(capability)):
                    return user
        return None

    def in_role(self, role: str, side: str) -> User:
        """Whoever has that role on that side."""
        return next(user for (key, where), user in self._holders.items() if key == role and where.startswith(side))

    def lacking(self, capability: str) -> User:
        """Somebody of the county or its firm with a role that does not carry the capability."""
        for level in LEVELS:
            for role in all_roles().values():
                user = self._holders.get((role.key, f"own.{level}"))
                if user is not None and not role.grants(capability):
                    return user
        return self.nobody

    def actor(self, user: User) -> Actor:
        """The person as an actor now."""
        return Actor.of(user, at=utc_now())

    def sample(self, record: str, makers: dict[str, Callable[[World], Sample | models.Model]]) -> Sample:
        """The record that a row names, made once."""
        if record not in self._samples:
            made = makers[record](self)
            self._samples[record] = made if isinstance(made, Sample) else Sample(made.pk)
        return self._samples[record]
