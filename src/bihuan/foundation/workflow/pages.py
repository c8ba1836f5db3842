"""Pages drawn from a flow's table: the buttons of a record, and one page for any of its transitions.

The form comes from the transition's inputs, so a new arrow in `flow.py` needs no new page. Write a page of your own
(`access.pages.ActionPage`) where a step deserves more than a plain form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.pages import ActionPage, Button
from bihuan.foundation.access.scoping import require
from bihuan.foundation.lib.problems import Conflict, NotFound
from bihuan.foundation.web import fields
from bihuan.foundation.workflow.engine import available, perform
from bihuan.foundation.workflow.flow import Input, Transition
from bihuan.foundation.workflow.models import LoopModel

NOTE = "note"


def loop_buttons(actor: Actor, record: LoopModel, *, url_name: str, at: datetime) -> list[Button]:
    """The transitions this person may take from here; the first primary one that is not refused is the page's primary button.

    `url_name` takes `pk` and `step`. A refused one is drawn grey with its reason.
    """
    buttons: list[Button] = []
    for offer in available(actor, record, at=at):
        step = offer.transition
        primary = step.primary and not offer.refusal and not any(button.primary for button in buttons)
        address = reverse(url_name, kwargs={"pk": record.pk, "step": step.name})
        buttons.append(Button(step.title, address, primary=primary, danger=step.danger, disabled_reason=offer.refusal or ""))
    return sorted(buttons, key=lambda button: button.primary)


def field_for(wanted: Input) -> forms.Field:
    """The form field of an input; `user` and `record` have no general one."""
    common: dict[str, Any] = {"label": wanted.title, "required": wanted.required}
    if wanted.kind == "text":
        return forms.CharField(max_length=200, **common)
    if wanted.kind == "longtext":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **common)
    if wanted.kind == "date":
        return fields.DayField(**common)
    if wanted.kind == "datetime":
        return forms.DateTimeField(help_text="如 2025-03-07 15:00", error_messages={"invalid": "请写作 2025-03-07 15:00"}, **common)
    if wanted.kind == "choice":
        choices = wanted.choices if wanted.required else (("", "—"), *wanted.choices)
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect if len(choices) <= 4 else forms.Select, **common)
    if wanted.kind == "boolean":
        return forms.BooleanField(**common)
    if wanted.kind == "integer":
        return fields.CountField(**common)
    if wanted.kind == "money":
        return fields.MoneyField(**common)
    if wanted.kind in {"file", "files"}:
        return fields.FilesField(most=1 if wanted.kind == "file" else 9, **common)
    raise ImproperlyConfigured(f"input {wanted.name!r} of kind {wanted.kind!r} needs a field of its own (LoopActionPage.get_fields)")


class LoopActionPage(ActionPage):
    """Any transition of the record's flow: `<int:pk>/do/<str:step>/`.

    `capability` is the one for seeing the record; the transition's own is required on the record in addition.
    `presets` offers ready-made reasons by transition. Extend `get_fields` for inputs that choose a user or a record.
    """

    abstract = True
    presets: ClassVar[Mapping[str, Sequence[str]]] = {}
    note_title: ClassVar[str] = "备注"

    @property
    def transition(self) -> Transition:
        """The arrow named in the address."""
        try:
            found: Transition = self.object.flow.transition(self.kwargs["step"])
        except KeyError:
            raise NotFound("workflow.unknown", f"“{self.object.flow.title}”没有这个办理步骤，请从详情页进入。") from None
        return found

    def check_object(self) -> None:
        """Sight of the record, the right to take this step, and a state from which it starts."""
        super().check_object()
        require(self.actor, self.transition.capability, self.object)
        if self.object.status not in self.transition.source:
            raise Conflict("workflow.wrong_state", f"当前状态为“{self.object.state.title}”，不能办理“{self.transition.title}”。请返回详情页查看。")

    def get_heading(self) -> str:
        """The step's title."""
        return self.transition.title

    def get_intro(self) -> str:
        """About which record."""
        return str(self.object)

    def get_tags(self) -> Sequence[tuple[str, str]]:
        """The state it is in now."""
        return [(self.object.state.title, self.object.state.tone)]

    def get_fields(self) -> dict[str, forms.Field]:
        """The step's inputs by name, and the note or reason last."""
        step = self.transition
        made = {wanted.name: self.get_field(wanted) for wanted in step.inputs}
        if NOTE not in made:
            presets = self.presets.get(step.name, ())
            made[NOTE] = (
                fields.ReasonField(label="理由", presets=presets)
                if step.needs_note
                else forms.CharField(label=self.note_title, required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
            )
        return made

    def get_field(self, wanted: Input) -> forms.Field:
        """The field of one input; override for `user` and `record`."""
        return field_for(wanted)

    def get_form(self) -> forms.BaseForm:
        """A form with the step's inputs."""
        form = forms.Form(**self.get_form_kwargs())
        form.fields.update(self.get_fields())
        return form

    def get_initial(self) -> dict[str, Any]:
        """Values handed over by the link that led here."""
        return dict(self.request.GET.items())

    def act(self, form: forms.BaseForm) -> LoopModel:
        """Take the step. Inputs left empty are not handed over, so that effects see what was said and nothing else."""
        step = self.transition
        values = {name: form.cleaned_data[name] for name in form.fields}
        note = str(values.pop(NOTE, "") or "") if all(item.name != NOTE for item in step.inputs) else ""
        given = {name: value for name, value in values.items() if value not in (None, "", [], ())}
        done: LoopModel = perform(self.actor, self.object, step.name, at=self.at, expect=self.expect, note=note, **given)
        return done

    def get_success_message(self, result: Any) -> str:
        """What was done."""
        return f"已办理：{self.transition.title}"

    def get_cancel_url(self) -> str:
        """Back to the record."""
        if hasattr(self.object, "get_absolute_url"):
            return str(self.object.get_absolute_url())
        return super().get_cancel_url()

    def get_context(self) -> dict[str, Any]:
        """Adds whether the step is one that cannot be taken back."""
        return super().get_context() | {"submit_title": self.transition.title, "danger": self.transition.danger}
