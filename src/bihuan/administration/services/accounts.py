"""Accounts of others: only by whoever administers every organisation the person works for."""

from __future__ import annotations

from datetime import datetime

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require_at
from bihuan.foundation.accounts import services as accounts
from bihuan.foundation.accounts.models import User
from bihuan.foundation.lib.problems import Forbidden, NotFound
from bihuan.foundation.messages.services import notify
from bihuan.foundation.tenancy.models import Membership, Organisation

RIGHT = "administration.users"


def _managed(actor: Actor, user: User, at: datetime) -> User:
    """The plain account, if the actor may manage it; a county's operator does not reset a city officer's password."""
    places = set(Membership.objects.valid(at).filter(user_id=user.pk).values_list("organisation_id", flat=True))
    places |= {user.organisation_id} - {None}
    held = {place for place in places if actor.holds(RIGHT, place)}
    if actor.kind != "system" and not held and places:
        raise NotFound("access.not_found", "没有找到该用户，或其不在您的管辖范围内。")
    if actor.kind != "system" and (held != places or not actor.can(RIGHT)):
        raise Forbidden("administration.works_above", "该人员还在您管辖范围以外的单位任职，请由上级系统运维人员办理。")
    return User.objects.get(pk=user.pk)


def create_account(actor: Actor, *, username: str, name: str, organisation: Organisation, at: datetime, phone: str = "", email: str = "") -> tuple[User, str]:
    """Open an account at an organisation; returns the first password, shown once."""
    require_at(actor, RIGHT, organisation.pk)
    return accounts.create_user(actor, username=username, name=name, phone=phone, email=email, organisation_id=organisation.pk, at=at)


def reset_password(actor: Actor, user: User, *, at: datetime) -> str:
    """A new first password, shown once; the person is told, so that nobody signs in as them unnoticed."""
    password = accounts.reset_password(actor, _managed(actor, user, at), at=at)
    notify(actor, key=f"administration.reset:{user.pk}:{at.isoformat()}", title="您的登录密码已被重置", at=at, to_user_id=user.pk, urgent=True,
           body=f"由{actor.name}重置。如非您本人提出，请立即联系本单位负责人。")  # fmt: skip
    return password


def close_account(actor: Actor, user: User, *, at: datetime, reason: str) -> None:
    """停用."""
    accounts.close_account(actor, _managed(actor, user, at), at=at, reason=reason)


def reopen_account(actor: Actor, user: User, *, at: datetime) -> None:
    """启用, and lift a lock-out."""
    accounts.reopen_account(actor, _managed(actor, user, at), at=at)


def remove_factor(actor: Actor, user: User, *, at: datetime, reason: str) -> None:
    """Take off a lost device's one-time passwords."""
    accounts.remove_second_factor(actor, _managed(actor, user, at), at=at, note=reason)
