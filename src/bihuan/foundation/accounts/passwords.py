"""The password policy (口令策略) beyond Django's own checks, and passwords that are handed out once.

Kinds of characters and no reuse: GB/T 22239-2019 8.1.4.1 身份鉴别 (complexity, regular change).
"""

from __future__ import annotations

import secrets
import string

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError

KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "".join(c for c in string.punctuation))
# Without letters and digits that are mistaken for each other when read out.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


class ThreeKinds:
    """At least three of: small letters, capital letters, digits, signs."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Refuse a password of fewer kinds."""
        if sum(any(c in kind for c in password) for kind in KINDS) < 3:
            raise ValidationError("密码须包含大写字母、小写字母、数字、符号中的至少三类。", code="password_kinds")

    def get_help_text(self) -> str:
        """The rule in words."""
        return "密码须包含大写字母、小写字母、数字、符号中的至少三类。"


class NotTheSame:
    """A new password differs from the one in force."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Refuse the password that is in force."""
        if user is not None and user.pk and user.has_usable_password() and user.check_password(password):
            raise ValidationError("新密码不能与现在的密码相同。", code="password_same")

    def get_help_text(self) -> str:
        """The rule in words."""
        return "新密码不能与现在的密码相同。"


def temporary_password() -> str:
    """A password to be told once and changed at the first sign-in: 12 characters of three kinds, no look-alikes."""
    while True:
        word = "".join(secrets.choice(ALPHABET) for _ in range(12))
        if all(any(c in kind for c in word) for kind in KINDS[:3]):
            return word
