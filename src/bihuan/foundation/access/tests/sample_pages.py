"""Pages over a scoped model that exist for tests only: every kind of page once."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from bihuan.foundation.access.pages import (
    PUBLIC,
    SIGNED_IN,
    ActionPage,
    BlankPage,
    BulkAction,
    BulkPage,
    Button,
    DetailPage,
    FormPage,
    ListPage,
)
from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.foundation.lib.problems import Conflict, Problem
from bihuan.foundation.tenancy.choices import OrganisationKind
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.web.tables import Column, Filter, Tab


class UnitQuerySet(ScopedQuerySet["Unit"]):
    """Organisations as scoped records."""

    view_capability = "sample.view"
    organisation_path = "pk"


class Unit(Organisation):
    """A scoped model without a table of its own."""

    objects: ClassVar[Any] = UnitQuerySet.as_manager()

    class Meta:
        proxy = True
        app_label = "tenancy"


class UnitForm(forms.Form):
    name = forms.CharField(label="名称", max_length=20)


class UnitList(ListPage):
    capability = "sample.view"
    heading = "单位"
    model = Unit
    columns = (
        Column("name", "名称", sort="name", url="sample:detail", sub="code", phone="title"),
        Column("kind", "类别", phone="text"),
        Column("order", "排序", kind="number", sort="order", hidden=True),
    )
    filters = (
        Filter("q", "名称或代码", kind="search", fields=("name", "code")),
        Filter("kind", "类别", choices=OrganisationKind.choices),
    )
    tabs = (Tab("all", "全部"), Tab("firms", "企业", when=Q(kind="enterprise"), hot=True))
    default_order = ("code",)
    bulk = (BulkAction("批量停用", "/units/close/", capability="sample.edit"),)
    buttons = (Button("登记", "/units/new/", icon="plus", primary=True, capability="sample.edit"),)


class UnitDetail(DetailPage):
    capability = "sample.view"
    model = Unit
    template_name = "pages/detail.html"


class UnitNew(FormPage):
    capability = "sample.edit"
    heading = "登记单位"
    model = Unit
    form_class = UnitForm
    success_url = "sample:list"

    def act(self, form: forms.BaseForm) -> Any:
        name = form.cleaned_data["name"]
        if name == "重名":
            raise Problem("sample.taken", "名称已被使用", field="name")
        if name == "冲突":
            raise Conflict()


class UnitRename(ActionPage):
    capability = "sample.edit"
    heading = "更名"
    model = Unit
    form_class = UnitForm
    success_url = "sample:detail"
    success_message = "已更名"

    def act(self, form: forms.BaseForm) -> Any:
        Organisation.objects.filter(pk=self.object.pk).update(name=form.cleaned_data["name"])
        return self.object


class UnitsClose(BulkPage):
    capability = "sample.edit"
    heading = "批量停用"
    model = Unit
    form_class = UnitForm
    success_url = "sample:list"
    success_message = "已停用"

    def act_on(self, record: Any, form: forms.BaseForm) -> None:
        if record.code == "E2" and form.cleaned_data["name"] == "拒绝":
            raise Problem("sample.refused", "西县铁合金厂不能停用")
        Organisation.objects.filter(pk=record.pk).update(is_active=False)


class Own(BlankPage):
    capability = SIGNED_IN
    heading = "我的"
    template_name = "pages/detail.html"


class Notice(BlankPage):
    capability = PUBLIC
    heading = "公示"
    template_name = "bare.html"


def boom(request: HttpRequest) -> HttpResponse:
    raise Problem("sample.boom", "此路不通，请走另一条。", status=409)


def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault in the program")


sample = (
    [
        path("", UnitList.as_view(), name="list"),
        path("new/", UnitNew.as_view(), name="new"),
        path("close/", UnitsClose.as_view(), name="close"),
        path("own/", Own.as_view(), name="own"),
        path("notice/", Notice.as_view(), name="notice"),
        path("<int:pk>/", UnitDetail.as_view(), name="detail"),
        path("<int:pk>/rename/", UnitRename.as_view(), name="rename"),
    ],
    "sample",
)
accounts = ([path("login/", Notice.as_view(), name="login"), path("logout/", Notice.as_view(), name="logout")], "accounts")
urlpatterns = [
    path("units/", include(sample)),
    path("accounts/", include("bihuan.foundation.accounts.urls")),
    path("jobs/", include("bihuan.foundation.jobs.urls")),
    path("boom/", boom),
    path("crash/", crash),
    path("api/v1/boom", boom),
    path("api/v1/crash", crash),
]
