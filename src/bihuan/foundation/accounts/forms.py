"""Sign-in and password forms."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """Name and password; says the same whatever was wrong."""

    error_messages = {
        "invalid_login": "登录名或密码不正确。连续输错会锁定账号，请核对后再试。",
        "inactive": "该账号已停用，请联系本单位系统运维人员。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "登录名"
        self.fields["password"].label = "密码"
        self.fields["username"].widget.attrs.update({"autocomplete": "username", "class": "in"})
        self.fields["password"].widget.attrs.update({"autocomplete": "current-password", "class": "in"})
