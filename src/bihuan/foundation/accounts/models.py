"""People who sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from bihuan.foundation.accounts.querysets import ApiTokenQuerySet


class UserManager(BaseUserManager["User"]):
    """Creates users; login names are kept in lower case."""

    def create_user(self, username: str, *, name: str, password: str | None = None, phone: str = "", email: str = "") -> User:
        """Create a person who may sign in; without a password the account cannot be used yet."""
        user = self.model(username=username.strip().lower(), name=name, phone=phone, email=email)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find by login name, whatever the case typed."""
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person (用户). What they may do follows from memberships, never from a flag here."""

    username = models.CharField("登录名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=40)
    phone = models.CharField("手机", max_length=20, blank=True)
    email = models.EmailField("邮箱", blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    organisation_id = models.BigIntegerField("所属单位", null=True, blank=True)
    """Where the account is looked after; an id, because this app lies below the organisation tree."""

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = "用户"

    def __str__(self) -> str:
        return f"{self.name}（{self.username}）"


class ApiToken(models.Model):
    """A key for programs (接口令牌): acts for its owner, within its scopes; only a digest of it is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name="所属人员")
    name = models.CharField("用途", max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField("权限范围", default=list)
    created_at = models.DateTimeField("建立时间")
    expires_at = models.DateTimeField("失效时间", null=True, blank=True)
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True)
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)

    objects: ClassVar[Any] = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "接口令牌"

    def __str__(self) -> str:
        return f"{self.name}（{self.user_id}）"

    def usable(self, at: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at) and self.user.is_active


class SecondFactor(models.Model):
    """A person's one-time password device (动态口令): the secret is kept encrypted; counts once it was confirmed."""

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor", verbose_name="人员")
    secret = models.BinaryField()
    confirmed_at = models.DateTimeField("启用时间", null=True)
    last_step = models.BigIntegerField(default=0)

    objects: ClassVar[models.Manager[SecondFactor]] = models.Manager()

    class Meta:
        verbose_name = "动态口令"

    def __str__(self) -> str:
        return f"动态口令（{self.user_id}）"


class RecoveryCode(models.Model):
    """A spare code (备用码) for a lost device; works once, only a digest is kept."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[RecoveryCode]] = models.Manager()

    class Meta:
        verbose_name = "备用码"

    def __str__(self) -> str:
        return f"备用码（{self.factor_id}）"
