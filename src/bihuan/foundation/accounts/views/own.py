"""My account: password, second factor, tokens for programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import segno
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.safestring import mark_safe

from bihuan.foundation.access.pages import SIGNED_IN, ActionPage, BlankPage, Button, FormPage, ListPage
from bihuan.foundation.access.registry import title_of
from bihuan.foundation.access.tokens import create_token, grantable, revoke_token
from bihuan.foundation.accounts import one_time, services
from bihuan.foundation.accounts.forms import CodeForm, PasswordForm, TokenForm
from bihuan.foundation.accounts.models import ApiToken, SecondFactor
from bihuan.foundation.lib.problems import Invalid
from bihuan.foundation.lib.times import end_of_day, local_date
from bihuan.foundation.web.tables import Column

ACCOUNT = ("我的账号", "/accounts/me/")


class Me(BlankPage):
    """我的账号."""

    capability = SIGNED_IN
    heading = "我的账号"
    template_name = "accounts/me.html"

    def get_context(self) -> dict[str, Any]:
        """Name, offices, second factor."""
        user: Any = self.request.user
        factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
        offices = [(a.organisation_name, a.role.title) for a in self.actor.assignments]
        return super().get_context() | {"person": user, "offices": offices, "factor": factor,
                                        "spare": factor.codes.filter(used_at__isnull=True).count() if factor else 0}  # fmt: skip


class ChangePassword(FormPage):
    """修改密码."""

    capability = SIGNED_IN
    heading = "修改密码"
    form_class = PasswordForm
    success_message = "密码已修改"

    def get_intro(self) -> str:
        """Why one is here."""
        user: Any = self.request.user
        return "首次登录或密码被重置后，须先设置自己的密码。" if user.must_change_password else ""

    def act(self, form: Any) -> str:
        """Change it; this session stays, others end."""
        user: Any = self.request.user
        services.change_own_password(self.actor, user, old=form.cleaned_data["old"], new=form.cleaned_data["new"], at=self.at)
        update_session_auth_hash(self.request, user)
        return "/"

    def get_cancel_url(self) -> str:
        """Back to the account."""
        return reverse("accounts:me")


class SecondFactorOn(FormPage):
    """启用动态口令: scan, then type the first digits."""

    capability = SIGNED_IN
    heading = "启用动态口令"
    template_name = "accounts/factor_on.html"
    form_class = CodeForm
    submit_title = "启用"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the account."""
        return [ACCOUNT, (self.heading, "")]

    def get_context(self) -> dict[str, Any]:
        """The secret as QR code and as text."""
        user: Any = self.request.user
        secret = one_time.opened(services.begin_second_factor(user).secret)
        picture = segno.make(one_time.address(secret, user.username), error="m").svg_inline(scale=4, border=2)
        return super().get_context() | {"picture": mark_safe(picture), "secret": one_time.base32(secret)}

    def act(self, form: Any) -> HttpResponseBase:
        """Confirm and show the spare codes, once."""
        user: Any = self.request.user
        factor = services.begin_second_factor(user)
        codes = services.confirm_second_factor(self.actor, factor, code=form.cleaned_data["code"], at=self.at)
        context = {"view": self, "heading": "动态口令已启用", "codes": codes, "actor": self.actor, "now": self.at}
        response = self.render(context, template="accounts/spare_codes.html")
        response.headers["Cache-Control"] = "no-store"
        return response


class SecondFactorOff(FormPage):
    """停用动态口令: asks for the password."""

    capability = SIGNED_IN
    heading = "停用动态口令"
    template_name = "pages/form.html"
    submit_title = "停用"
    success_message = "动态口令已停用"
    intro = "停用后仅凭密码即可登录。请输入当前动态口令确认。"
    form_class = CodeForm

    def act(self, form: Any) -> str:
        """Only whoever has the device (or a spare code) takes it off."""
        user: Any = self.request.user
        if not services.check_second_factor(user, code=form.cleaned_data["code"], at=self.at):
            raise Invalid({"code": ["动态口令不正确或已用过，请等下一组数字"]})
        services.remove_second_factor(self.actor, user, at=self.at)
        return reverse("accounts:me")

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the account."""
        return [ACCOUNT, (self.heading, "")]


def _state(token: ApiToken, at: Any) -> tuple[str, str]:
    if token.revoked_at is not None:
        return ("已吊销", "gray")
    return ("有效", "green") if token.expires_at is None or token.expires_at > at else ("已过期", "orange")


class TokenList(ListPage):
    """接口令牌: mine."""

    capability = SIGNED_IN
    heading = "接口令牌"
    intro = "令牌供程序调用接口，等同于您本人在所选权限内办理。遗失或不再使用时请立即吊销。"
    model = ApiToken
    exportable = False
    default_order = ("-created_at",)
    empty_text = "还没有接口令牌"
    buttons = (Button("新建令牌", "/accounts/tokens/new/", icon="plus", primary=True),)

    def get_columns(self) -> tuple[Column, ...]:
        """The state depends on the time of asking."""
        return (
            Column("name", "用途", phone="title"),
            Column("scopes", "权限", value=lambda t: "、".join(title_of(key) for key in t.scopes), clamp=True, phone="text"),
            Column("created_at", "建立", kind="datetime", sort="created_at"),
            Column("expires_at", "有效期至", kind="date", sort="expires_at"),
            Column("last_used_at", "最近使用", kind="datetime", sort="last_used_at"),
            Column("state", "状态", value=lambda t: _state(t, self.at), kind="status", phone="state"),
            Column("revoke", "办理", value=lambda t: "吊销" if _state(t, self.at)[0] == "有效" else "", kind="link",
                   url=lambda t: reverse("accounts:token-revoke", args=[t.pk])),
        )  # fmt: skip

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the account."""
        return [ACCOUNT, (self.heading, "")]


class TokenNew(FormPage):
    """新建令牌; its text is shown on the answer to this form and never again."""

    capability = SIGNED_IN
    heading = "新建接口令牌"
    form_class = TokenForm
    submit_title = "建立"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Only what one holds is on offer."""
        return super().get_form_kwargs() | {"grantable": grantable(self.actor)}

    def get_initial(self) -> dict[str, Any]:
        """Three months."""
        return {"expires": local_date(self.at) + timedelta(days=90)}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the tokens."""
        return [ACCOUNT, ("接口令牌", reverse("accounts:tokens")), (self.heading, "")]

    def act(self, form: Any) -> HttpResponseBase:
        """Make it and show it once."""
        data = form.cleaned_data
        token, text = create_token(self.actor, name=data["name"], scopes=data["scopes"], expires_at=end_of_day(data["expires"]), at=self.at)
        context = {"view": self, "heading": "令牌已建立", "token": token, "text": text, "actor": self.actor, "now": self.at}
        response = self.render(context, template="accounts/token_made.html")
        response.headers["Cache-Control"] = "no-store"
        return response


class TokenRevoke(ActionPage):
    """吊销."""

    capability = SIGNED_IN
    heading = "吊销接口令牌"
    model = ApiToken
    confirm = "吊销后使用该令牌的程序立即无法访问，且不能恢复"
    submit_title = "吊销"
    success_message = "已吊销"

    def act(self, form: Any) -> str:
        """At once and for good."""
        revoke_token(self.actor, self.object, at=self.at)
        return reverse("accounts:tokens")

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the tokens."""
        return [ACCOUNT, ("接口令牌", reverse("accounts:tokens")), (self.heading, "")]
