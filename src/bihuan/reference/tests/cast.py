"""People with the roles that matter here."""

from __future__ import annotations

from django.test import Client

from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.tenancy.models import Membership, Organisation
from bihuan.foundation.tenancy.services import create_organisation
from bihuan.reference.tests.factories import NOW

ROLES = {"city_officer": "city", "county_officer": "county", "it_operator": "city"}


def person(role: str) -> User:
    """A person with one role of the shipped roles at 忻州市 or 代县."""
    kind = ROLES[role]
    unit = Organisation.objects.filter(kind=kind).first()
    if unit is None:
        system = system_actor("test")
        code, name = {"city": ("140900", "忻州市"), "county": ("140923", "代县")}[kind]
        unit = create_organisation(system, kind=kind, name=name, code=code, parent=None, at=NOW)
    user = User.objects.create_user(f"{role}-1", name="郭建国")
    Membership.objects.create(user=user, organisation=unit, role=role, valid_from=NOW)
    return user


def acting(role: str) -> Actor:
    """The same person as actor."""
    return Actor.of(person(role), at=NOW)


def signed_in(role: str) -> Client:
    """The same person's browser."""
    client = Client()
    client.force_login(person(role), backend="django.contrib.auth.backends.ModelBackend")
    return client
