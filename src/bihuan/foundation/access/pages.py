"""The five kinds of page. Each names the capability it needs; none can be written without a scope.

`ListPage`, `DetailPage`, `FormPage`, `ActionPage`, `BlankPage` are Django views. `capability` is a key of
`permissions.py`, `SIGNED_IN` (anybody with an account) or `PUBLIC` (no account; for tip-offs and public notices).
Records come from `visible_to(actor)` alone: outside it the answer is 404, as for a record that does not exist.
How to write one: docs/development/pages.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.views import View

from bihuan.foundation.lib.problems import Forbidden, NotFound, Problem
from bihuan.foundation.lib.times import local_date, utc_now
from bihuan.foundation.web.buttons import Button, permitted
from bihuan.foundation.web.models import ColumnChoice
from bihuan.foundation.web.services import save_columns
from bihuan.foundation.web.tables import Column, Filter, Tab, TableState
from bihuan.foundation.web.tables.files import export_response

from .actor import Actor
from .registry import title_of
from .scoping import require


class Door(Enum):
    """A page that asks for no capability, on purpose."""

    SIGNED_IN = "signed in"
    PUBLIC = "public"


SIGNED_IN = Door.SIGNED_IN
PUBLIC = Door.PUBLIC

Crumbs = Sequence[tuple[str, str]]
_pages: list[type[Page]] = []


def pages() -> list[type[Page]]:
    """Every page class of the project, for the access matrix."""
    return list(_pages)


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page (and not for the whole, as after the back button)."""
    details = getattr(request, "htmx", None)
    return bool(details) and not details.history_restore_request and not details.boosted


class Page(View):
    """What all pages share: the door, the shell's context, the time.

    A subclass sets `abstract = True` in its own body when it is not a page itself.
    """

    abstract: ClassVar[bool] = True
    capability: ClassVar[str | Door]
    template_name: ClassVar[str] = ""
    heading: ClassVar[str] = ""
    intro: ClassVar[str] = ""
    buttons: ClassVar[Sequence[Button]] = ()

    request: HttpRequest
    kwargs: dict[str, Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.__dict__.get("abstract", False):
            cls.abstract = False
            _pages.append(cls)

    @property
    def actor(self) -> Actor:
        """Who looks."""
        actor: Actor = self.request.actor  # type: ignore[attr-defined]
        return actor

    @cached_property
    def at(self) -> datetime:
        """The time of this request; hand it to services as `at=`."""
        return utc_now()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the door, then let the view's method answer."""
        refusal = self.check_door()
        return refusal if refusal is not None else super().dispatch(request, *args, **kwargs)

    def check_door(self) -> HttpResponseBase | None:
        """None to go on; a redirect to sign in; Forbidden for a person without the capability."""
        capability = getattr(self, "capability", None)
        if capability is None:
            raise ImproperlyConfigured(f"{type(self).__name__} names no capability")
        if capability is PUBLIC:
            return None
        if not self.actor.is_signed_in:
            return self.sign_in()
        if isinstance(capability, str) and not self.actor.can(capability):
            raise Forbidden("access.forbidden", f"您没有“{title_of(capability)}”的权限，请联系本单位系统运维人员授权。")
        return None

    def sign_in(self) -> HttpResponseBase:
        """To the sign-in page and back here afterwards; htmx is told to move the whole window."""
        back = self.request.get_full_path() if self.request.method == "GET" else self.request.path
        if getattr(self.request, "htmx", None):
            back = self.request.htmx.current_url_abs_path or back  # type: ignore[attr-defined]
            target = redirect_to_login(back, resolve_url(settings.LOGIN_URL)).url
            return HttpResponse(status=401, headers={"HX-Redirect": target})
        return redirect_to_login(back, resolve_url(settings.LOGIN_URL))

    def get_heading(self) -> str:
        """The page's h1 and title."""
        return self.heading

    def get_intro(self) -> str:
        """One line beneath the heading."""
        return self.intro

    def get_tags(self) -> Sequence[tuple[str, str]]:
        """(word, tone) tags beside the heading."""
        return ()

    def get_crumbs(self) -> Crumbs:
        """(title, address) pairs; the last one, this page, has no address."""
        return ()

    def get_buttons(self) -> Sequence[Button]:
        """Buttons of the header, before they are narrowed to those the actor may press."""
        return self.buttons

    def get_context(self) -> dict[str, Any]:
        """The template's context; extend with `super().get_context() | {…}`."""
        return {
            "view": self,
            "heading": self.get_heading(),
            "intro": self.get_intro(),
            "tags": self.get_tags(),
            "crumbs": self.get_crumbs(),
            "buttons": permitted(self.get_buttons(), self.actor),
            "now": self.at,
        }

    def render(self, context: Mapping[str, Any] | None = None, *, template: str = "", status: int = 200) -> HttpResponse:
        """The page as HTML."""
        name = template or self.template_name
        if not name:
            raise ImproperlyConfigured(f"{type(self).__name__} names no template")
        response = render(self.request, name, dict(context if context is not None else self.get_context()), status=status)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def go_to(self, address: str, toast: str = "") -> HttpResponseBase:
        """Redirect after a success, with a toast on the next page."""
        if toast:
            messages.success(self.request, toast)
        if getattr(self.request, "htmx", None):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)


class BlankPage(Page):
    """A page of its own making: set `template_name` and extend `get_context()`."""

    abstract = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show it."""
        return self.render()


class RecordsPage(Page):
    """A page about records of one model."""

    abstract = True
    model: ClassVar[type[Model]]

    def get_queryset(self) -> QuerySet[Any]:
        """The records in the actor's sight. Extend for select_related; never replace the scope."""
        manager: Any = self.model._default_manager
        queryset: QuerySet[Any] = manager.all().visible_to(self.actor)
        return queryset


class ListPage(RecordsPage):
    """A table with filters, tabs, order, column chooser, paging, xlsx and csv export, empty state, phone layout."""

    abstract = True
    template_name = "pages/list.html"
    columns: ClassVar[Sequence[Column]] = ()
    filters: ClassVar[Sequence[Filter]] = ()
    tabs: ClassVar[Sequence[Tab]] = ()
    default_order: ClassVar[Sequence[str]] = ()
    exportable: ClassVar[bool] = True
    empty_text: ClassVar[str] = "还没有记录"
    empty_good: ClassVar[bool] = False
    """Whether an empty list is good news (green)."""

    @property
    def table_key(self) -> str:
        """Under which name column choices are kept."""
        return f"{type(self).__module__.removeprefix('bihuan.')}.{type(self).__qualname__}"

    def get_columns(self) -> Sequence[Column]:
        """The columns on offer."""
        return self.columns

    def get_filters(self) -> Sequence[Filter]:
        """The filters on offer."""
        return self.filters

    def get_tabs(self) -> Sequence[Tab]:
        """The tabs; the first one is shown without ?tab=."""
        return self.tabs

    @cached_property
    def state(self) -> TableState:
        """What the address asks for."""
        return TableState.from_request(
            self.request,
            key=self.table_key,
            columns=self.get_columns(),
            filters=self.get_filters(),
            tabs=self.get_tabs(),
            default_order=self.default_order,
            chosen=ColumnChoice.objects.keys_for(self.actor.user_id, self.table_key),
            now=self.at,
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, its table alone for htmx, or the export file."""
        form = request.GET.get("export", "")
        if form and self.exportable:
            return self.export(form)
        if is_htmx(request):
            return self.render(template=f"{self.template_name}#list")
        return self.render()

    def export(self, form: str) -> HttpResponseBase:
        """The file of everything the current view holds."""
        if form not in {"xlsx", "csv"}:
            raise Problem("web.export_form", "只能导出 xlsx 或 csv 文件。", status=400)
        if self.state.errors:
            raise Problem("web.filter", "；".join(self.state.errors), status=400)
        queryset = self.state.apply(self.get_queryset())
        return export_response(form, self.get_heading(), local_date(self.at), self.state.columns, queryset)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep the chosen columns."""
        if request.POST.get("do") != "columns" or self.actor.user_id is None:
            raise Problem("web.unknown_action", "无法识别的操作，请刷新页面后重试。", status=400)
        known = {column.key for column in self.get_columns()}
        save_columns(self.actor.user_id, self.table_key, keys=[key for key in request.POST.getlist("columns") if key in known])
        return self.go_to(request.get_full_path(), "已保存显示的列")

    def get_context(self) -> dict[str, Any]:
        """Adds `state` and `table`."""
        return super().get_context() | {
            "state": self.state,
            "table": self.state.page_of(self.get_queryset()),
            "exportable": self.exportable,
            "empty_text": self.empty_text,
            "empty_good": self.empty_good,
        }


class RecordPage(RecordsPage):
    """A page about one record, found by `pk` in the address."""

    abstract = True

    @cached_property
    def object(self) -> Any:
        """The record; NotFound when it does not exist or lies outside the actor's sight."""
        record = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if record is None:
            raise NotFound("access.not_found", "没有找到该记录，或它不在您的管辖范围内。")
        return record


class DetailPage(RecordPage):
    """One record: set `template_name` to a template that extends pages/detail.html."""

    abstract = True

    def get_heading(self) -> str:
        """The record's own name."""
        return self.heading or str(self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show it."""
        if isinstance(self.capability, str):
            require(self.actor, self.capability, self.object)
        return self.render()

    def get_context(self) -> dict[str, Any]:
        """Adds `object`."""
        return super().get_context() | {"object": self.object}


class FormPage(RecordPage):
    """A form. Without `pk` in the address it makes something new, with `pk` it is about that record.

    Set `form_class` and write `act(form)`, which calls one service and returns the record (or an address, or a
    response). A Problem raised there is shown in the form, what was typed kept; nothing needs to be caught by hand.
    """

    abstract = True
    template_name = "pages/form.html"
    form_class: ClassVar[type[forms.BaseForm]]
    submit_title: ClassVar[str] = "保存"
    confirm: ClassVar[str] = ""
    """The consequence, asked about before the form is sent."""
    success_message: ClassVar[str] = "已保存"
    success_url: ClassVar[str] = ""
    """URL name to go to; it gets the record's pk when `act` returned a record."""

    @property
    def has_object(self) -> bool:
        """Whether the form is about a record that exists."""
        return "pk" in self.kwargs

    @property
    def expect(self) -> int | None:
        """The version of the record the person saw, for the optimistic lock."""
        text = self.request.POST.get("version", "")
        return int(text) if text.isdecimal() else None

    def get_initial(self) -> dict[str, Any]:
        """Values shown before anything is typed."""
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Arguments for the form; extend to hand over querysets limited to the actor's sight."""
        kwargs: dict[str, Any] = {"initial": self.get_initial()}
        if self.request.method == "POST":
            kwargs |= {"data": self.request.POST, "files": self.request.FILES}
        return kwargs

    def get_form(self) -> forms.BaseForm:
        """The form."""
        return self.form_class(**self.get_form_kwargs())

    def check_object(self) -> None:
        """A form about a record needs the capability on that very record."""
        if self.has_object and isinstance(self.capability, str):
            require(self.actor, self.capability, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the form."""
        self.check_object()
        return self.render(self.get_context() | {"form": self.get_form()})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the form, act, go on; or show it again with what was typed."""
        self.check_object()
        form = self.get_form()
        if not form.is_valid():
            return self.show_again(form, 422)
        try:
            result = self.act(form)
        except NotFound as problem:
            if not problem.errors:
                raise
            return self.show_again(with_problem(form, problem), 422)
        except Problem as problem:
            return self.show_again(with_problem(form, problem), problem.status)
        return self.succeed(form, result)

    def show_again(self, form: forms.BaseForm, status: int) -> HttpResponseBase:
        """The form with its faults."""
        response = self.render(self.get_context() | {"form": form}, status=status)
        if getattr(self.request, "htmx", None):
            response.headers["HX-Retarget"] = "body"
            response.headers["HX-Reswap"] = "innerHTML"
        return response

    def act(self, form: forms.BaseForm) -> Any:
        """Call the service."""
        raise NotImplementedError(f"{type(self).__name__}.act")

    def succeed(self, form: forms.BaseForm, result: Any) -> HttpResponseBase:
        """Go on after a success."""
        if isinstance(result, HttpResponseBase):
            return result
        return self.go_to(self.get_success_url(result), self.get_success_message(result))

    def get_success_message(self, result: Any) -> str:
        """The toast."""
        return self.success_message

    def get_success_url(self, result: Any) -> str:
        """Where to go: the address `act` gave, the page named by `success_url`, or the record's own page."""
        if isinstance(result, str):
            return result
        record = result if isinstance(result, Model) else (self.object if self.has_object else None)
        if not self.success_url:
            if record is None or not hasattr(record, "get_absolute_url"):
                raise ImproperlyConfigured(f"{type(self).__name__} needs success_url")
            return str(record.get_absolute_url())
        return resolve_with_pk(self.success_url, record)

    def get_cancel_url(self) -> str:
        """Where 取消 leads: the last crumb with an address."""
        return next((address for _, address in reversed(self.get_crumbs()) if address), "/")

    def get_context(self) -> dict[str, Any]:
        """Adds what the form template needs; `object` when there is one."""
        context = super().get_context() | {
            "submit_title": self.submit_title,
            "confirm": self.confirm,
            "cancel_url": self.get_cancel_url(),
            "draft_key": self.request.path,
        }
        if self.has_object:
            context |= {"object": self.object, "version": getattr(self.object, "version", None)}
        return context


class ActionPage(FormPage):
    """One deed on one record (one transition of a loop): POST does it, GET asks first, with the inputs it needs.

    Without `form_class` it has no inputs. A one-click button of a detail page posts here; when the deed is refused,
    the person sees the reason on this page.
    """

    abstract = True
    form_class: ClassVar[type[forms.BaseForm]] = forms.Form
    submit_title = "确定"
    success_message = "已办理"

    def get_initial(self) -> dict[str, Any]:
        """Values handed over by the link that led here."""
        return {name: value for name, value in self.request.GET.items() if name in self.form_class.base_fields}  # type: ignore[attr-defined]


class PartPage(RecordPage):
    """A fragment for htmx (a panel, a picker's answers): set `template_name`; give data by `get_context()`."""

    abstract = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The fragment."""
        return self.render()


def with_problem(form: forms.BaseForm, problem: Problem) -> forms.BaseForm:
    """The form with a problem's messages: beside the fields they are about, the rest on top."""
    by_field = problem.errors or {"": [problem.message]}
    for name, lines in by_field.items():
        for line in lines:
            form.add_error(name if name in form.fields else None, line)
    return form


def resolve_with_pk(url_name: str, record: Any) -> str:
    """The address of a named page, about the record when there is one."""
    return resolve_url(url_name, pk=record.pk) if isinstance(record, Model) else resolve_url(url_name)


__all__ = [
    "PUBLIC", "SIGNED_IN", "ActionPage", "BlankPage", "Button", "DetailPage", "FormPage", "ListPage", "PartPage", "pages",
]  # fmt: skip
