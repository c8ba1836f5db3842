"""Forms of sign-in and of one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts

from bihuan.foundation.web.fields import DayField


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


class CodeForm(forms.Form):
    """The digits of the authenticator app, or a spare code."""

    code = forms.CharField(
        label="动态口令", max_length=20, help_text="手机上显示的 6 位数字",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "in"}),
    )  # fmt: skip


class SpareCodeForm(CodeForm):
    """At sign-in a spare code will do as well."""

    code = forms.CharField(
        label="动态口令", max_length=20, help_text="手机上显示的 6 位数字；手机不在身边时，输入一个备用码",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "class": "in", "autofocus": ""}),
    )  # fmt: skip


def _password(label: str, kind: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(label=label, strip=False, help_text=help_text, widget=forms.PasswordInput(attrs={"autocomplete": kind, "class": "in"}))


class PasswordForm(forms.Form):
    """The old password once, the new one twice."""

    old = _password("现在的密码", "current-password")
    new = _password("新密码", "new-password")
    again = _password("再输入一次新密码", "new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Both times the same."""
        data = super().clean() or self.cleaned_data
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", "两次输入的新密码不一致")
        return data


class TokenForm(forms.Form):
    """What for, until when, which rights."""

    name = forms.CharField(label="用途", max_length=60, help_text="例如“省平台数据交换”", widget=forms.TextInput(attrs={"class": "in"}))
    expires = DayField(label="有效期至", help_text="最长一年")
    scopes = forms.MultipleChoiceField(label="权限", help_text="只能选择您自己拥有的权限；今后您失去的权限，令牌也随之失去", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, grantable: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(key, f"{title}（{key}）") for key, title in grantable]  # type: ignore[attr-defined]
