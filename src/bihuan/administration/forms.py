"""Forms of system administration."""

from __future__ import annotations

from typing import Any

from django import forms

from bihuan.foundation.accounts.models import User
from bihuan.foundation.tenancy.choices import OrganisationKind
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.tenancy.roles import all_roles
from bihuan.foundation.web.fields import ComboField, DayField, MobileField, ReasonField

KINDS = [choice for choice in OrganisationKind.choices if choice[0] != OrganisationKind.ENTERPRISE]


def _text(label: str, length: int, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, help_text=help_text, required=required, widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}))


def _unit(label: str, search_url: str) -> ComboField:
    return ComboField(Organisation.objects.none(), label=label, search_url=search_url, match=("name", "short_name", "code"))


class _WithUnits(forms.Form):
    """A form that names an organisation out of those in the actor's reach."""

    unit_field = "organisation"

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.unit_field].queryset = units  # type: ignore[attr-defined]


class LoginField(forms.CharField):
    """A person named by login name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "登录名，可在“用户账号”中查到")
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "in", "autocomplete": "off"}))
        super().__init__(max_length=60, **kwargs)

    def clean(self, value: Any) -> Any:
        """The account."""
        text = super().clean(value)
        if not text:
            return None
        user = User.objects.filter(username=text.strip().lower()).first()
        if user is None:
            raise forms.ValidationError(f"没有登录名为“{text}”的账号，请核对，或先建立账号")
        return user


class NodeForm(_WithUnits):
    """A new node."""

    unit_field = "parent"
    parent = _unit("上级单位", "administration:unit-options")
    kind = forms.ChoiceField(label="类别", choices=KINDS)
    name = _text("名称", 120, "单位全称，与公章一致")
    short_name = _text("简称", 60, required=False)
    code = _text("代码", 24, "行政区划代码加部门序号，或统一社会信用代码；全系统唯一")


class MoveForm(_WithUnits):
    """Another parent."""

    unit_field = "parent"
    parent = _unit("新的上级单位", "administration:unit-options")
    reason = ReasonField(label="调整原因", presets=("机构改革", "隶属关系调整"))


class ReasonForm(forms.Form):
    """Why."""

    reason = ReasonField(label="原因", presets=("机构撤并", "人员调离", "退休", "职责调整"))


class PersonForm(_WithUnits):
    """A new account."""

    username = _text("登录名", 60, "字母、数字和 . _ -；建立后不能更改")
    name = _text("姓名", 40)
    organisation = _unit("所属单位", "administration:user-unit-options")
    phone = MobileField(label="手机", required=False)
    email = forms.EmailField(label="邮箱", required=False, widget=forms.EmailInput(attrs={"class": "in"}))


class AppointForm(_WithUnits):
    """Who, where, what, until when."""

    user = LoginField(label="人员")
    organisation = _unit("单位", "administration:appoint-unit-options")
    role = forms.ChoiceField(label="角色", help_text="只能任命权限不超过您自己的角色")
    until = DayField(label="期满日期", required=False, help_text="不填为长期")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.key, role.title) for role in all_roles().values()]  # type: ignore[attr-defined]


class DeputyForm(forms.Form):
    """Who stands in, from when until when."""

    user = LoginField(label="代理人")
    since = DayField(label="自")
    until = DayField(label="至", help_text="最长一年；到期自动结束")


class HandOverForm(forms.Form):
    """Who takes over, and what is handed over."""

    user = LoginField(label="接任人")
    note = forms.CharField(label="交接事项", max_length=500, widget=forms.Textarea(attrs={"class": "in", "rows": 3}), help_text="例如：在办报表、未回复的催报、资料存放处")
