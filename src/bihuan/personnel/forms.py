"""Input for safety posts."""

from __future__ import annotations

from django import forms

from bihuan.foundation.web.fields import DayField
from bihuan.personnel.choices import Post


class AppointForm(forms.Form):
    """A person on a post."""

    post = forms.ChoiceField(label="岗位", choices=Post.choices)
    person = forms.CharField(label="姓名", max_length=40)
    certificate_no = forms.CharField(label="证书编号", max_length=60, required=False)
    since = DayField(label="任职日期")


class EndForm(forms.Form):
    """Leaving a post."""

    until = DayField(label="离任日期")
