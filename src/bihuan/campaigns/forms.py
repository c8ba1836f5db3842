"""Forms of campaigns; shape only, whether it is allowed now is for the services."""

from __future__ import annotations

from typing import Any

from django import forms

from bihuan.campaigns.choices import Mechanism, Narrative


class NarrativeForm(forms.Form):
    """The week's sentences."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in Narrative.choices:
            self.fields[key] = forms.CharField(label=label, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class SignForm(forms.Form):
    """The signature under a return."""

    signer = forms.CharField(label="签字人姓名", max_length=40)


class SendBackForm(forms.Form):
    """Why it goes back."""

    reason = forms.CharField(label="退回原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class AcceptForm(forms.Form):
    """Nothing to fill in."""


class CorrectionForm(forms.Form):
    """Which figure fell, and why."""

    figure = forms.ChoiceField(label="要更正的数字")
    reason = forms.CharField(label="更正原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    signer = forms.CharField(label="签字人姓名", max_length=40)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["figure"]
        field.choices = choices
        if not choices:
            field.help_text = "没有低于上期的数字，不需要更正。"


class OrganiseForm(forms.Form):
    """The unit's leader and office contact."""

    leader = forms.CharField(label="领导组组长", max_length=40)
    leader_post = forms.CharField(label="组长职务", max_length=60, required=False)
    contact = forms.CharField(label="办公室联系人", max_length=40)
    contact_phone = forms.CharField(label="联系电话", max_length=20, required=False)


class MechanismForm(forms.Form):
    """A deployment act or the use of a working mechanism."""

    kind = forms.ChoiceField(label="类别", choices=Mechanism.choices)
    title = forms.CharField(label="标题", max_length=160)
    held_at = forms.DateTimeField(label="时间", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    summary = forms.CharField(label="简要情况", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class MilestoneForm(forms.Form):
    """A one-off report."""

    text = forms.CharField(label="报送情况", max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))
