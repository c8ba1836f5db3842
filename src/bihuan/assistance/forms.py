"""Input for benchmark firms, pairings and service visits."""

from __future__ import annotations

from typing import Any

from django import forms

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.web.fields import ComboField, ReasonField

FIRM: dict[str, Any] = {"search_url": "enterprises:options", "match": ("name", "credit_code")}


class FirmsForm(forms.Form):
    """A form that chooses firms in sight."""

    def __init__(self, *args: Any, firms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, ComboField):
                field.queryset = firms


class BenchmarkForm(FirmsForm):
    """A benchmark firm."""

    enterprise = ComboField(Enterprise.objects.none(), label="企业", **FIRM)
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="如：一级标准化企业，粉尘治理示范")


class EndBenchmarkForm(forms.Form):
    """Taking a firm off the benchmarks."""

    reason = ReasonField(label="取消原因", presets=("专项行动结束", "企业停产", "发生事故或重大隐患"))


class PairingForm(FirmsForm):
    """A pairing."""

    helper = ComboField(Enterprise.objects.none(), label="帮扶企业（标杆）", **FIRM)
    helped = ComboField(Enterprise.objects.none(), label="被帮扶企业", **FIRM)
    plan = forms.CharField(label="结对帮扶计划", widget=forms.Textarea(attrs={"rows": 4}), help_text="写明帮扶内容、频次和责任人")


class EndPairingForm(forms.Form):
    """What came of the help."""

    outcome = forms.CharField(label="帮扶成效", widget=forms.Textarea(attrs={"rows": 4}))


class ServiceForm(FirmsForm):
    """A visit of experts."""

    enterprise = ComboField(Enterprise.objects.none(), label="企业", **FIRM)
    visited_at = forms.DateTimeField(label="服务时间", help_text="如 2025-03-07 15:00", error_messages={"invalid": "请写作 2025-03-07 15:00"})
    experts = forms.CharField(label="专家", max_length=200, help_text="多人以顿号分隔")
    subject = forms.CharField(label="服务内容", max_length=200, help_text="如：涉爆粉尘、有限空间、深井铸造")
    found = forms.CharField(label="发现的问题", required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="仅作指导，不自动转为隐患或处罚")
    advice = forms.CharField(label="指导意见", widget=forms.Textarea(attrs={"rows": 3}))
