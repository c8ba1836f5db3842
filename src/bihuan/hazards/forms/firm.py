"""Input of the firm's own pages."""

from __future__ import annotations

from typing import Any

from django import forms

from bihuan.foundation.web.fields import CountField, TripleField
from bihuan.hazards.choices import Cause, CoachingOutcome, StorageKind, ViolationKind
from bihuan.hazards.forms.report import MomentField
from bihuan.hazards.models import StorageAsset
from bihuan.hazards.parameters import storage_checklist


def words(label: str, **options: Any) -> forms.CharField:
    """Several lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), **options)


class PlanPaperForm(forms.Form):
    """A self-check plan."""

    title = forms.CharField(label="方案名称", max_length=120)
    leader = forms.CharField(label="检查组组长", max_length=40, help_text="主要负责人")
    members = words("检查组成员")
    scope = words("检查内容和范围")
    made_at = MomentField(label="制定时间")


class SessionForm(forms.Form):
    """A self-check."""

    places = words("检查部位")
    held_at = MomentField(label="检查时间")


class SessionEndForm(forms.Form):
    """What it came to."""

    causes = forms.MultipleChoiceField(label="深层次原因", choices=Cause.choices, widget=forms.CheckboxSelectMultiple, required=False)
    analysis = words("原因分析", required=False)


class CauseForm(forms.Form):
    """Why a finding came about."""

    code = forms.ChoiceField(label="原因类别", choices=Cause.choices)
    analysis = words("分析", required=False)


class QuarterForm(forms.Form):
    """The principal's conclusions."""

    conclusions = forms.CharField(label="分析结论", widget=forms.Textarea(attrs={"rows": 6}))


class ObservationForm(forms.Form):
    """One of the three violations, coached first."""

    kind = forms.ChoiceField(label="类别", choices=ViolationKind.choices, widget=forms.RadioSelect)
    what = words("行为")
    place = forms.CharField(label="地点", max_length=120, required=False)
    coaching = words("现场教育")
    outcome = forms.ChoiceField(label="结果", choices=CoachingOutcome.choices, widget=forms.RadioSelect)
    seen_at = MomentField(label="观察时间")


class AssetForm(forms.Form):
    """A silo, bin or tank."""

    kind = forms.ChoiceField(label="类型", choices=StorageKind.choices)
    name = forms.CharField(label="名称", max_length=60)
    place = forms.CharField(label="位置", max_length=120, required=False)
    capacity_m3 = CountField(label="容积（立方米）", required=False)


class AssetCheckForm(forms.Form):
    """Every point of the list is answered."""

    def __init__(self, *args: Any, asset: StorageAsset, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = storage_checklist(asset.kind)
        for number, point in enumerate(self.points):
            self.fields[f"p{number}"] = TripleField(label=point)
        self.fields["checked_at"] = MomentField(label="检查时间")

    @property
    def answers(self) -> dict[str, str]:
        """By point."""
        return {point: self.cleaned_data[f"p{number}"] for number, point in enumerate(self.points)}


class DailyForm(forms.Form):
    """One day's check: nothing found, or what."""

    ok = forms.ChoiceField(label="检查结果", choices=[("1", "未发现问题"), ("0", "发现问题")], widget=forms.RadioSelect)
    note = forms.CharField(label="情况", required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="发现问题时填写；也可另行登记隐患")
    client_id = forms.UUIDField(widget=forms.HiddenInput)


class InvestigationForm(forms.Form):
    """What was found, why, and what will prevent it."""

    findings = words("调查情况")
    causes = words("原因分析")
    measures = words("防范措施")
