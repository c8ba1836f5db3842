"""Input for penalties and orders."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from bihuan.enforcement.choices import OrderKind, PenaltyTarget
from bihuan.enterprises.models import Enterprise
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.web.fields import ComboField, MoneyField, ReasonField
from bihuan.hazards.models import Hazard
from bihuan.reference.models import PenaltyBand

MOMENT: dict[str, Any] = {"help_text": "如 2025-03-07 15:00", "error_messages": {"invalid": "请写作 2025-03-07 15:00"}}


class ActForm(forms.Form):
    """What penalties and orders share."""

    enterprise = ComboField(Enterprise.objects.none(), label="企业", search_url="enterprises:options", match=("name", "credit_code"))
    hazard = ComboField(
        Hazard.objects.none(), label="关联隐患", search_url="enforcement:hazard-options", match=("number",), required=False,
        help_text="先选企业；企业自查自报并按期整改的隐患不予处罚，系统会拒绝登记处罚",
    )  # fmt: skip
    body = ComboField(Organisation.objects.none(), label="作出单位", search_url="inspections:body-options", match=("name", "short_name", "code"))
    document_number = forms.CharField(label="文书号", max_length=60, required=False)

    def __init__(self, *args: Any, firms: Any, bodies: Any, hazards: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].queryset = firms  # type: ignore[attr-defined]
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["hazard"].queryset = hazards  # type: ignore[attr-defined]
        self.fields["hazard"].widget.attrs["hx-include"] = "closest form"


class PenaltyForm(ActForm):
    """A penalty decision."""

    sections = (
        ("处罚对象", ["enterprise", "target", "person", "hazard"]),
        ("违法事实与依据", ["violation", "band", "basis_text"]),
        ("决定", ["amount", "amount_unit", "basis_note", "decided_at", "body", "document_number"]),
    )
    target = forms.ChoiceField(label="处罚对象", choices=PenaltyTarget.choices, widget=forms.RadioSelect)
    person = forms.CharField(label="被处罚人", max_length=40, required=False, help_text="处罚主要负责人时填写姓名")
    violation = forms.CharField(label="违法事实", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    band = ComboField(
        PenaltyBand.objects.none(), label="处罚依据", search_url="enforcement:band-options", match=("code",), required=False,
        help_text="输入条款或关键词，如 102、消除事故隐患；幅度仅供核对，不得作为自动定罚依据",
    )  # fmt: skip
    basis_text = forms.CharField(label="其他依据", max_length=200, required=False, help_text="表中没有的，写明法律名称和条款；将标记为“依据待核对”")
    amount = forms.CharField(label="罚款金额", max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
    amount_unit = forms.ChoiceField(label="金额单位", choices=(("万元", "万元"), ("元", "元")), initial="万元", widget=forms.RadioSelect)
    basis_note = forms.CharField(label="依据与金额说明", max_length=200, required=False, help_text="金额在法定幅度外，或依据待核对时必填")
    decided_at = forms.DateTimeField(label="决定时间", **MOMENT)

    def __init__(self, *args: Any, bands: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["band"].queryset = bands  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The amount in fen."""
        data = super().clean() or {}
        if data.get("amount") and data.get("amount_unit"):
            try:
                data["amount_fen"] = MoneyField(unit=data["amount_unit"]).clean(data["amount"])
            except ValidationError as fault:
                self.add_error("amount", fault)
        return data

    def for_service(self) -> dict[str, Any]:
        """Under the service's names."""
        data = dict(self.cleaned_data)
        band = data.pop("band")
        for name in ("amount", "amount_unit"):
            data.pop(name)
        return data | {"basis_code": band.code if band else ""}


class OrderForm(ActForm):
    """An order."""

    sections = (("指令", ["enterprise", "kind", "hazard", "content"]), ("下达", ["issued_at", "due_at", "body", "document_number"]))
    kind = forms.ChoiceField(label="指令种类", choices=OrderKind.choices, widget=forms.RadioSelect)
    content = forms.CharField(label="内容", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    issued_at = forms.DateTimeField(label="下达时间", **MOMENT)
    due_at = forms.DateTimeField(label="期限", required=False, **MOMENT)


class LiftForm(forms.Form):
    """Lifting an order."""

    lifted_at = forms.DateTimeField(label="解除时间", **MOMENT)
    note = ReasonField(label="复查意见", presets=("复查合格，同意恢复生产", "已按期完成整改"))


class VoidForm(forms.Form):
    """Withdrawing a decision or an order."""

    reason = ReasonField(label="撤销原因", presets=("登记错误", "复议撤销", "行政诉讼判决撤销"))
