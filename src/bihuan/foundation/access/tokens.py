"""API tokens (接口令牌): a person gives a program a part of their own rights, for a time."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.registry import capabilities
from bihuan.foundation.accounts.models import ApiToken
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.problems import Conflict, Forbidden, Invalid, NotFound
from bihuan.foundation.lib.sm3 import sm3_hex

PREFIX = "bh_"
LONGEST = timedelta(days=366)
MOST = 20


def grantable(actor: Actor) -> list[tuple[str, str]]:
    """(key, title) of what the person may hand to a program: what they hold themselves."""
    return [(key, item.title) for key, item in sorted(capabilities().items()) if actor.can(key)]


def create_token(actor: Actor, *, name: str, scopes: Sequence[str], expires_at: datetime, at: datetime) -> tuple[ApiToken, str]:
    """Make a token; returns it with its text, which is shown once: only its SM3 is kept."""
    if actor.kind != "user" or actor.user_id is None:
        raise Forbidden("accounts.token_by_person", "接口令牌只能由本人登录后建立。")
    faults = {}
    if not name.strip():
        faults["name"] = ["请写明用途，例如“省平台数据交换”"]
    if not scopes:
        faults["scopes"] = ["请至少选择一项权限"]
    lacking = [key for key in scopes if not actor.can(key)]
    if lacking:
        faults["scopes"] = [f"您自己没有这些权限，不能授予：{'、'.join(lacking)}"]
    if not at < expires_at <= at + LONGEST:
        faults["expires"] = ["有效期须在一年以内"]
    if ApiToken.objects.visible_to(actor).in_force(at).count() >= MOST:
        faults["name"] = [f"有效令牌已达 {MOST} 个，请先吊销不用的"]
    if faults:
        raise Invalid(faults)
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user_id=actor.user_id, name=name.strip(), digest=sm3_hex(text.encode()), scopes=sorted(set(scopes)),
            created_at=at, expires_at=expires_at,
        )  # fmt: skip
        record(actor, "accounts.token", token, at=at, after={"name": token.name, "scopes": token.scopes, "expires_at": expires_at})
    return token, text


def revoke_token(actor: Actor, token: ApiToken, *, at: datetime) -> None:
    """Take a token out of force, at once and for good."""
    if token.user_id != actor.user_id:
        raise NotFound("accounts.no_token", "没有找到这个接口令牌。")
    with transaction.atomic():
        if not ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
            raise Conflict("accounts.token_revoked", "该令牌已经吊销。")
        record(actor, "accounts.revoke_token", token, at=at, after={"revoked_at": at})
