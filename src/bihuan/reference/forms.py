"""Input for the criteria pages; whether it is allowed now is for the service."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from bihuan.reference.choices import ControlType, CriterionScope


class DateField(forms.DateField):
    """A day, picked or typed."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TagsField(forms.CharField):
    """Tags in one line, parted by 、 , or blanks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=300, required=False, help_text="用顿号分隔，如：高温熔融金属、炼钢", **kwargs
        )

    def clean(self, value: Any) -> list[str]:
        """A list without repeats."""
        words = re.split(r"[、，,；;\s]+", super().clean(value))
        return list(dict.fromkeys(word for word in words if word))

    def prepare_value(self, value: Any) -> Any:
        """The list as one line."""
        return "、".join(value) if isinstance(value, list) else value


class CriterionForm(forms.Form):
    """A new version of a criterion."""

    title = forms.CharField(label="情形", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    standard_title = forms.CharField(label="标准名称", max_length=160)
    standard = forms.CharField(label="标准文号", max_length=120, help_text="如：应急管理部令第10号")
    article = forms.IntegerField(label="条", min_value=1, max_value=999)
    item = forms.IntegerField(label="项", min_value=1, max_value=999, required=False)
    scope = forms.ChoiceField(label="适用范围", choices=CriterionScope.choices)
    control_type = forms.ChoiceField(label="管控类型", choices=ControlType.choices)
    tags = TagsField(label="适用标签")
    verified = forms.BooleanField(label="已与标准原文核对", required=False)
    effective_from = DateField(label="生效日期", help_text="该日起的检查按新内容判定，之前的判定不受影响")
    reason = forms.CharField(
        label="修订说明",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="写明依据的文件或会议",
    )

    sections = [
        ("内容", ["title", "scope", "control_type", "tags"]),
        ("依据", ["standard_title", "standard", "article", "item", "verified"]),
        ("施行", ["effective_from", "reason"]),
    ]

    def content(self) -> dict[str, Any]:
        """What the version says, without when and why."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("code", "effective_from", "reason")
        }


class NewCriterionForm(CriterionForm):
    """A criterion of one's own list."""

    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9-]{2,39}$", label="编号", max_length=40, help_text="字母、数字和短横，启用后不再改变，如：SX-2025-01",
        error_messages={"invalid": "编号由3至40个字母、数字或短横组成。"},
    )  # fmt: skip
    field_order = ["code"]
    sections = [("内容", ["code", "title", "scope", "control_type", "tags"]), *CriterionForm.sections[1:]]


class RetireForm(forms.Form):
    """Ending a criterion."""

    last_day = DateField(label="最后施行日")
    reason = forms.CharField(label="停用依据", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
