"""用户账号 and 任职."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.urls import reverse

from bihuan.administration import services
from bihuan.administration.forms import AppointForm, DeputyForm, HandOverForm, PersonForm, ReasonForm
from bihuan.administration.models import Appointment, Person
from bihuan.foundation.access.pages import SIGNED_IN, ActionPage, Button, DetailPage, FormPage, ListPage
from bihuan.foundation.access.scoping import organisations_visible_to
from bihuan.foundation.audit.models import Entry, Ref
from bihuan.foundation.lib.times import end_of_day, start_of_day
from bihuan.foundation.web.tables import Column, Filter, Tab

USERS = "administration.users"
APPOINT = "administration.appoint"
USER_LIST = ("用户账号", "/administration/users/")
APPOINTMENT_LIST = ("任职", "/administration/appointments/")


class PersonList(ListPage):
    """Accounts in reach."""

    capability = USERS
    heading = "用户账号"
    model = Person
    columns = (
        Column("name", "姓名", url="administration:user", sort="name", phone="title"),
        Column("username", "登录名", sort="username", phone="text"),
        Column("phone", "手机", hidden=True),
        Column("last_login", "最近登录", kind="datetime", sort="last_login"),
        Column("state", "状态", value=lambda p: ("停用", "gray") if not p.is_active else (("待改密码", "orange") if p.must_change_password else ("正常", "green")),
               kind="status", phone="state"),
    )  # fmt: skip
    filters = (Filter("q", "姓名、登录名、手机", kind="search", fields=("name", "username", "phone")),)
    tabs = (Tab("open", "启用", when=Q(is_active=True)), Tab("closed", "停用", when=Q(is_active=False)), Tab("all", "全部"))
    default_order = ("username",)
    buttons = (Button("新建账号", "/administration/users/new/", icon="user-plus", primary=True, capability=USERS),)


class PersonPage(DetailPage):
    """One account: offices, deeds, history."""

    capability = USERS
    model = Person
    template_name = "administration/user.html"

    def get_heading(self) -> str:
        """The name."""
        return str(self.object.name)

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the list."""
        return [USER_LIST, (self.object.name, "")]

    def get_tags(self) -> list[tuple[str, str]]:
        """The state."""
        return [("启用", "green") if self.object.is_active else ("停用", "gray")]

    def get_buttons(self) -> list[Button]:
        """What can be done with it."""
        pk = self.object.pk
        rows = [Button("重置密码", reverse("administration:user-reset", args=[pk])), Button("启用并解锁", reverse("administration:user-reopen", args=[pk]))]
        if self.object.is_active:
            rows.append(Button("停用", reverse("administration:user-close", args=[pk])))
        if getattr(self.object, "second_factor", None):
            rows.append(Button("解除动态口令", reverse("administration:user-factor", args=[pk])))
        return rows

    def get_context(self) -> dict[str, Any]:
        """Offices within one's own sight, and the account's history."""
        mine = Appointment.objects.visible_to(self.actor, USERS).filter(user_id=self.object.pk).select_related("organisation").order_by("-valid_from")
        return super().get_context() | {"offices": mine, "entries": Entry.objects.of(Ref("accounts.user", self.object.pk)).reverse()[:20]}


class PersonNew(FormPage):
    """新建账号; the first password is shown on the answer, once."""

    capability = USERS
    heading = "新建账号"
    form_class = PersonForm
    submit_title = "建立"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Organisations in reach."""
        return super().get_form_kwargs() | {"units": organisations_visible_to(self.actor, USERS)}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the list."""
        return [USER_LIST, (self.heading, "")]

    def act(self, form: Any) -> HttpResponseBase:
        """Open it."""
        user, password = services.create_account(self.actor, at=self.at, **form.cleaned_data)
        return show_password(self, user.pk, user.name, user.username, password)


def show_password(page: FormPage, pk: int, name: str, username: str, password: str) -> HttpResponseBase:
    """The answer that carries a first password; it is neither cached nor kept."""
    context = {"view": page, "heading": "初始密码", "actor": page.actor, "now": page.at, "pk": pk, "name": name, "username": username, "password": password}
    response = page.render(context, template="administration/first_password.html")
    response.headers["Cache-Control"] = "no-store"
    return response


class _PersonDeed(ActionPage):
    abstract = True
    capability = USERS
    model = Person
    success_url = "administration:user"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the account."""
        return [USER_LIST, (self.object.name, reverse("administration:user", args=[self.object.pk])), (self.heading, "")]


class PersonReset(_PersonDeed):
    """重置密码."""

    heading = "重置密码"
    confirm = "该人员在各处的登录立即失效，并会收到提醒"

    def act(self, form: Any) -> HttpResponseBase:
        """Show the new first password, once."""
        password = services.reset_password(self.actor, self.object, at=self.at)
        return show_password(self, self.object.pk, self.object.name, self.object.username, password)


class PersonClose(_PersonDeed):
    """停用."""

    heading = "停用账号"
    form_class = ReasonForm
    confirm = "停用后该人员立即不能登录；任职和历史记录保留"

    def act(self, form: Any) -> Any:
        """Out of use."""
        services.close_account(self.actor, self.object, reason=form.cleaned_data["reason"], at=self.at)


class PersonReopen(_PersonDeed):
    """启用并解锁."""

    heading = "启用并解锁账号"

    def act(self, form: Any) -> Any:
        """In use again."""
        services.reopen_account(self.actor, self.object, at=self.at)


class PersonFactor(_PersonDeed):
    """解除动态口令."""

    heading = "解除动态口令"
    form_class = ReasonForm
    confirm = "解除后仅凭密码即可登录；请先核实本人身份"

    def act(self, form: Any) -> Any:
        """Lost phone."""
        services.remove_factor(self.actor, self.object, reason=form.cleaned_data["reason"], at=self.at)


class AppointmentList(ListPage):
    """Who holds which office."""

    capability = APPOINT
    heading = "任职"
    model = Appointment
    columns = (
        Column("user", "人员", value="user.name", phone="title"),
        Column("organisation", "单位", value="organisation", sort="organisation__code", phone="text"),
        Column("role", "角色", value="role_title", sort="role"),
        Column("kind", "性质", value=lambda m: ("代理", "orange") if m.deputy_for_id else ("本职", "gray"), kind="status", phone="state"),
        Column("valid_from", "自", kind="date", sort="valid_from"),
        Column("valid_to", "至", kind="date", sort="valid_to"),
        Column("deed", "办理", value=lambda m: "办理", kind="link", url="administration:appointment"),
    )
    filters = (Filter("q", "姓名、单位", kind="search", fields=("user__name", "user__username", "organisation__name")),)
    default_order = ("organisation__code", "role")
    buttons = (Button("任命", "/administration/appointments/new/", icon="user-check", primary=True, capability=APPOINT),)

    def get_tabs(self) -> tuple[Tab, ...]:
        """In force or over, as of now."""
        over = Q(valid_to__isnull=False, valid_to__lte=self.at)
        return (Tab("now", "现任", when=~over), Tab("past", "已结束", when=over), Tab("all", "全部"))

    def get_queryset(self) -> QuerySet[Any]:
        """With names."""
        return super().get_queryset().select_related("user", "organisation")


class MyAppointments(AppointmentList):
    """我的任职: where a reporter names a deputy or hands over."""

    capability = SIGNED_IN  # type: ignore[assignment]
    heading = "我的任职"
    buttons = ()  # type: ignore[assignment]
    exportable = False

    def get_queryset(self) -> QuerySet[Any]:
        """One's own only."""
        rows: QuerySet[Any] = Appointment.objects.filter(user_id=self.actor.user_id or 0).select_related("user", "organisation")
        return rows


class Appoint(FormPage):
    """任命."""

    capability = APPOINT
    heading = "任命"
    form_class = AppointForm
    submit_title = "任命"
    success_message = "已任命"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Organisations in reach."""
        return super().get_form_kwargs() | {"units": organisations_visible_to(self.actor, APPOINT)}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the list."""
        return [APPOINTMENT_LIST, (self.heading, "")]

    def act(self, form: Any) -> str:
        """Give the role."""
        data = dict(form.cleaned_data)
        until = data.pop("until")
        made = services.appoint(self.actor, at=self.at, until=end_of_day(until) if until else None, **data)
        return reverse("administration:appointment", args=[made.pk])


class _Mine:
    """Appointments of one's own, and those one may end."""

    def get_queryset(self) -> QuerySet[Any]:
        """The scope."""
        rows: Any = Appointment.objects.all()
        found: QuerySet[Any] = rows.mine_or_visible_to(self.actor).select_related("user", "organisation")  # type: ignore[attr-defined]
        return found


class AppointmentPage(_Mine, DetailPage):
    """One appointment: deputies, deeds, history."""

    capability = SIGNED_IN
    model = Appointment
    template_name = "administration/appointment.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the list."""
        listing = APPOINTMENT_LIST if self.actor.can(APPOINT) else ("我的任职", reverse("administration:my-appointments"))
        return [listing, (str(self.object), "")]

    def get_buttons(self) -> list[Button]:
        """Deputy, hand-over, end."""
        row = self.object
        if row.valid_to is not None and row.valid_to <= self.at:
            return []
        buttons = [] if row.deputy_for_id else [Button("指定代理人", reverse("administration:deputy", args=[row.pk])), Button("交接", reverse("administration:hand-over", args=[row.pk]))]
        return [*buttons, Button("免职", reverse("administration:dismiss", args=[row.pk]), capability=APPOINT)]

    def get_context(self) -> dict[str, Any]:
        """Its deputies and history."""
        return super().get_context() | {
            "deputies": Appointment.objects.filter(deputy_for_id=self.object.pk).select_related("user").order_by("-valid_from"),
            "entries": Entry.objects.of(Ref("tenancy.membership", self.object.pk)).reverse()[:20],
        }


class _AppointmentDeed(_Mine, ActionPage):
    abstract = True
    capability = SIGNED_IN
    model = Appointment
    success_url = "administration:appointment"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the appointment."""
        return [(str(self.object), reverse("administration:appointment", args=[self.object.pk])), (self.heading, "")]


class Deputy(_AppointmentDeed):
    """指定代理人."""

    heading = "指定代理人"
    form_class = DeputyForm

    def act(self, form: Any) -> Any:
        """For a time."""
        data = form.cleaned_data
        services.name_deputy(self.actor, self.object, user=data["user"], since=start_of_day(data["since"]), until=end_of_day(data["until"]), at=self.at)


class HandOver(_AppointmentDeed):
    """交接."""

    heading = "交接"
    form_class = HandOverForm
    confirm = "交接后接任人立即承担该角色的全部待办"

    def act(self, form: Any) -> Any:
        """To the successor."""
        services.hand_over(self.actor, self.object, to=form.cleaned_data["user"], note=form.cleaned_data["note"], at=self.at)


class Dismiss(ActionPage):
    """免职."""

    capability = APPOINT
    heading = "免职"
    model = Appointment
    form_class = ReasonForm
    success_url = "administration:appointment"

    def act(self, form: Any) -> Any:
        """End it."""
        services.dismiss(self.actor, self.object, reason=form.cleaned_data["reason"], at=self.at)

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the list."""
        return [APPOINTMENT_LIST, (self.heading, "")]
