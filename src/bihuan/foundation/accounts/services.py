"""Writes to accounts. Whether the actor may act on somebody else's account is decided above, where roles are known."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from bihuan.foundation.accounts import one_time
from bihuan.foundation.accounts.lockout import forget_failures
from bihuan.foundation.accounts.models import RecoveryCode, SecondFactor, User
from bihuan.foundation.accounts.passwords import temporary_password
from bihuan.foundation.audit.services import Acting, record
from bihuan.foundation.lib.problems import Conflict, Invalid, Problem


def create_user(actor: Acting, *, username: str, name: str, at: datetime, phone: str = "", email: str = "",
                organisation_id: int | None = None) -> tuple[User, str]:  # fmt: skip
    """Open an account; returns it with its first password, which is shown once and must be changed at the first sign-in."""
    username, name = username.strip().lower(), name.strip()
    faults = {}
    if not username or not all(c.isalnum() or c in "._-@" for c in username):
        faults["username"] = ["登录名由字母、数字和 . _ - 组成"]
    if not name:
        faults["name"] = ["请填写姓名"]
    if User.objects.filter(username=username).exists():
        faults["username"] = [f"登录名“{username}”已被使用，请换一个"]
    if faults:
        raise Invalid(faults)
    password = temporary_password()
    with transaction.atomic():
        user = User.objects.create_user(username, name=name, password=password, phone=phone.strip(), email=email.strip())
        user.must_change_password, user.organisation_id = True, organisation_id
        user.save(update_fields=["must_change_password", "organisation_id"])
        record(actor, "accounts.create", user, at=at, after={"username": username, "name": name, "phone": phone, "email": email, "organisation": organisation_id})
    return user, password


def reset_password(actor: Acting, user: User, *, at: datetime) -> str:
    """Give a new first password; open sessions end at once. It is shown once and never kept in the history."""
    password = temporary_password()
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = True
        user.save(update_fields=["password", "must_change_password"])
        record(actor, "accounts.reset_password", user, at=at)
    forget_failures(user.username)
    return password


def change_own_password(actor: Acting, user: User, *, old: str, new: str, at: datetime) -> None:
    """Change one's own password; the old one is asked for."""
    if actor.user_id != user.pk:
        raise Problem("accounts.not_own", "只能修改自己的密码。", status=403)
    if not user.check_password(old):
        raise Invalid({"old": ["现在的密码不正确"]})
    try:
        validate_password(new, user)
    except ValidationError as fault:
        raise Invalid({"new": list(fault.messages)}) from fault
    with transaction.atomic():
        user.set_password(new)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        record(actor, "accounts.change_password", user, at=at)


def close_account(actor: Acting, user: User, *, at: datetime, reason: str) -> None:
    """Close an account (停用): nobody can sign in with it, open sessions and tokens end; the person's history stays."""
    if actor.user_id == user.pk:
        raise Problem("accounts.own_account", "不能停用自己的账号，请由另一名运维人员办理。", status=409)
    if not reason.strip():
        raise Invalid({"reason": ["请写明停用原因"]})
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            raise Conflict("accounts.already_closed", "该账号已经停用。")
        record(actor, "accounts.close", user, at=at, after={"is_active": False}, note=reason.strip())
    user.is_active = False


def reopen_account(actor: Acting, user: User, *, at: datetime) -> None:
    """Open a closed account again, and lift a lock-out (解锁)."""
    forget_failures(user.username)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=True)
        record(actor, "accounts.reopen", user, at=at, before={"is_active": user.is_active}, after={"is_active": True})
    user.is_active = True


def begin_second_factor(user: User) -> SecondFactor:
    """A secret waiting for its first code; one that is in force is not touched."""
    factor, _ = SecondFactor.objects.get_or_create(user=user, defaults={"secret": one_time.locked(one_time.new_secret())})
    if factor.confirmed_at is not None:
        raise Conflict("accounts.factor_in_force", "动态口令已经启用。")
    return factor


def confirm_second_factor(actor: Acting, factor: SecondFactor, *, code: str, at: datetime) -> list[str]:
    """Put the device into force once it shows the right digits; returns the spare codes, shown once."""
    step = one_time.step_of(one_time.opened(factor.secret), code, at)
    if step is None:
        raise Invalid({"code": ["动态口令不正确，请核对手机时间后重新输入"]})
    codes = one_time.new_recovery_codes()
    with transaction.atomic():
        if not SecondFactor.objects.filter(pk=factor.pk, confirmed_at__isnull=True).update(confirmed_at=at, last_step=step):
            raise Conflict("accounts.factor_in_force", "动态口令已经启用。")
        RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=one_time.digest_of(c)) for c in codes)
        record(actor, "accounts.factor_on", factor.user, at=at)
    return codes


def check_second_factor(user: User, *, code: str, at: datetime) -> bool:
    """Whether the digits (or a spare code) are right; each is accepted once, also when two requests come together."""
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    if factor is None:
        return False
    step = one_time.step_of(one_time.opened(factor.secret), code, at)
    if step is not None:
        return bool(SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step))
    spare = RecoveryCode.objects.filter(factor=factor, digest=one_time.digest_of(code), used_at__isnull=True)
    return bool(spare.update(used_at=at))


def remove_second_factor(actor: Acting, user: User, *, at: datetime, note: str = "") -> None:
    """Take the device out of force (lost phone, or the person's own wish)."""
    with transaction.atomic():
        removed, _ = SecondFactor.objects.filter(user=user).delete()
        if not removed:
            raise Conflict("accounts.no_factor", "没有启用动态口令。")
        record(actor, "accounts.factor_off", user, at=at, note=note)
