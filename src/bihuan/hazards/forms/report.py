"""The form that a finding is entered with, on the desk and on the phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.web.fields import ComboField, PhotosField
from bihuan.hazards.choices import Channel, Level, Origin
from bihuan.hazards.parameters import tags
from bihuan.reference.models import CriterionVersion


class MomentField(forms.DateTimeField):
    """A day and time; 2025-03-07 10:32 or what a phone's picker gives."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])
        super().__init__(**kwargs)


def criterion_field(**options: Any) -> ComboField:
    """A criterion found by typing."""
    return ComboField(
        CriterionVersion.objects.none(), label="判定标准条款", required=False, search_url="hazards:find_criterion",
        match=("title", "criterion__code"), help_text="判定为重大事故隐患时必填（应急管理部令第10号）", **options,
    )  # fmt: skip


class ReportForm(forms.Form):
    """Photo, place and words first; the rest has answers already."""

    photos = PhotosField(label="现场照片", required=False, help_text="手机上可直接拍照，最多 9 张")
    enterprise = ComboField(Enterprise.objects.none(), label="企业", search_url="hazards:find_firm", match=("name", "credit_code"))
    title = forms.CharField(label="隐患名称", max_length=120)
    place = forms.CharField(label="部位", max_length=120, required=False, help_text="车间、设备或区域")
    description = forms.CharField(label="情况描述", widget=forms.Textarea(attrs={"rows": 3}))
    level = forms.ChoiceField(label="初判等级", choices=Level.choices, widget=forms.RadioSelect)
    criterion = criterion_field()
    basis = forms.CharField(label="依据", max_length=300, required=False, help_text="标准、法规条款；企业自查可不填")
    category = forms.CharField(label="问题类型", max_length=40, required=False)
    origin = forms.ChoiceField(label="检查环节", choices=Origin.choices)
    channel = forms.ChoiceField(label="渠道", choices=[("", "按检查环节自动确定"), *Channel.choices], required=False)
    found_at = MomentField(label="发现时间")
    tags = forms.MultipleChoiceField(label="领域、场所、作业", required=False, widget=forms.CheckboxSelectMultiple)

    sections: Sequence[tuple[str, list[str]]] = (
        ("发现情况", ["photos", "enterprise", "title", "place", "description"]),
        ("初步判断", ["level", "criterion", "basis", "category"]),
        ("来源", ["origin", "channel", "found_at", "tags"]),
    )

    def __init__(self, *args: Any, firms: QuerySet[Enterprise], criteria: QuerySet[CriterionVersion], origins: list[str], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].queryset = firms  # type: ignore[attr-defined]
        self.fields["criterion"].queryset = criteria  # type: ignore[attr-defined]
        self.fields["origin"].choices = [pair for pair in Origin.choices if pair[0] in origins]  # type: ignore[attr-defined]
        self.fields["tags"].choices = [(tag.code, tag.title) for tag in tags().values()]  # type: ignore[attr-defined]
        self.fields["found_at"].initial = now
        self.fields["level"].initial = Level.GENERAL
        self.fields["origin"].initial = origins[0]
        if origins == [Origin.SELF.value]:
            self._shorten()

    def _shorten(self) -> None:
        """What a person in a workshop is asked: photo, what, where; everything else has its answer."""
        for name in ("channel", "category", "tags"):
            del self.fields[name]
        self.fields["origin"].widget = forms.HiddenInput()
        shown = ["photos", "title", "place", "description"]
        if self.initial.get("enterprise"):
            self.fields["enterprise"].widget = forms.HiddenInput()
        else:
            shown.insert(1, "enterprise")
        self.sections = (("发现情况", shown), ("初步判断", ["level", "criterion", "basis", "found_at"]))
