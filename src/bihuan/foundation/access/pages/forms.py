"""Form and action pages: check, act through one service, go on; or show again with what was typed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.functional import cached_property

from bihuan.foundation.access.scoping import require
from bihuan.foundation.lib.problems import NotFound, Problem

from .records import RecordPage


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


class BulkPage(FormPage):
    """One deed on several records chosen in a list, in one transaction: all of them, or none.

    The list posts `pk` values here; the page says how many and asks, then posts itself with `go`. Write
    `act_on(record, form)`, which calls one service.
    """

    abstract = True
    template_name = "pages/bulk.html"
    form_class: ClassVar[type[forms.BaseForm]] = forms.Form
    submit_title = "确定"
    most: ClassVar[int] = 200

    @cached_property
    def records(self) -> list[Any]:
        """The chosen records; NotFound when one is out of sight, Forbidden when the deed is not the actor's on one."""
        keys = {text for text in self.request.POST.getlist("pk") if text.isdecimal()}
        if not keys:
            raise Problem("web.none_chosen", "请先在列表中选择记录。", status=400)
        if len(keys) > self.most:
            raise Problem("web.too_many", f"一次最多办理 {self.most} 条，现在选了 {len(keys)} 条。", status=400)
        found = list(self.get_queryset().filter(pk__in=keys))
        if len(found) != len(keys):
            raise NotFound("access.not_found", "所选记录中有的已不存在，或不在您的管辖范围内，请刷新列表后重选。")
        if isinstance(self.capability, str):
            for record in found:
                require(self.actor, self.capability, record)
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only a list leads here."""
        raise Problem("web.none_chosen", "请先在列表中选择记录。", status=400)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Unbound until the person has said go."""
        kwargs = super().get_form_kwargs()
        return kwargs if "go" in self.request.POST else {"initial": kwargs["initial"]}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask first, then act."""
        if "go" not in request.POST:
            return self.render(self.get_context() | {"form": self.get_form()})
        return super().post(request, *args, **kwargs)

    def act(self, form: forms.BaseForm) -> Any:
        """All records, or none."""
        with transaction.atomic():
            for record in self.records:
                self.act_on(record, form)

    def act_on(self, record: Any, form: forms.BaseForm) -> None:
        """Call the service for one record."""
        raise NotImplementedError(f"{type(self).__name__}.act_on")

    def get_success_message(self, result: Any) -> str:
        """How many."""
        return f"{self.success_message} {len(self.records)} 条"

    def get_context(self) -> dict[str, Any]:
        """Adds `records`."""
        return super().get_context() | {"records": self.records}


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
