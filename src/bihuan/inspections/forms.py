"""Input for the pages of visits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.web.fields import ComboField, PhotosField, SignatureField
from bihuan.hazards.choices import Level
from bihuan.inspections.choices import SignerRole, VisitKind, VisitLevel
from bihuan.inspections.rules import names_in
from bihuan.reference.models import CriterionVersion

MOMENT = {"help_text": "如 2025-03-07 15:00", "error_messages": {"invalid": "请写作 2025-03-07 15:00"}}


class StartForm(forms.Form):
    """A visit to one firm."""

    sections = (
        ("检查对象与方式", ["enterprise", "kind", "campaign", "basis"]),
        ("检查单位与人员", ["level", "body", "inspectors", "started_at"]),
    )
    enterprise = ComboField(Enterprise.objects.none(), label="企业", search_url="enterprises:options", match=("name", "credit_code"))
    kind = forms.ChoiceField(label="检查方式", choices=VisitKind.choices, widget=forms.RadioSelect)
    campaign = forms.CharField(label="专项行动", max_length=120, required=False, help_text="印在《检查问题隐患清单》的标题上；不属于专项行动的留空")
    basis = forms.CharField(label="检查依据", max_length=200, required=False, help_text="通知文号或执法检查计划")
    level = forms.ChoiceField(label="层级", choices=VisitLevel.choices, widget=forms.RadioSelect)
    body = ComboField(
        Organisation.objects.none(), label="检查单位", search_url="inspections:body-options", match=("name", "short_name", "code"),
        help_text="交叉检查填外县检查组的派出单位；受检单位按企业的牵头监管单位记，由其作出处理决定",
    )  # fmt: skip
    inspectors = forms.CharField(label="检查人员", max_length=200, help_text="两人以上，姓名之间用顿号分隔")
    started_at = forms.DateTimeField(label="检查开始时间", **MOMENT)  # type: ignore[arg-type]

    def __init__(self, *args: Any, firms: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].queryset = firms  # type: ignore[attr-defined]
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]

    def clean_inspectors(self) -> list[str]:
        """The names."""
        return names_in(self.cleaned_data["inspectors"])


class FindingForm(forms.Form):
    """One finding on site."""

    level = forms.ChoiceField(label="隐患等级", choices=Level.choices, widget=forms.RadioSelect, initial="general")
    criterion = ComboField(
        CriterionVersion.objects.none(), label="判定标准条款", search_url="inspections:criterion-options", match=("criterion__code",),
        required=False, help_text="重大事故隐患必填；可输入关键词（如 泄爆）或编号",
    )  # fmt: skip
    title = forms.CharField(label="隐患名称", max_length=120, required=False, help_text="选了判定条款的可留空，按条款名称登记")
    description = forms.CharField(label="隐患描述", widget=forms.Textarea(attrs={"rows": 3}), help_text="写明设备、部位和实测情况")
    place = forms.CharField(label="部位", max_length=120, required=False)
    basis = forms.CharField(label="判定依据", max_length=300, required=False, help_text="法规、标准条款；选了判定条款的可留空")
    evidence = forms.CharField(label="证据说明", max_length=300, required=False)
    photos = PhotosField(label="现场照片", required=False)

    def __init__(self, *args: Any, criteria: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criterion"].queryset = criteria  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The name of the criterion stands for the finding's when none is typed."""
        data = super().clean() or {}
        criterion = data.get("criterion")
        if not data.get("title"):
            data["title"] = criterion.title[:120] if criterion else (data.get("description") or "")[:60]
        if not criterion and not data.get("basis") and "basis" not in self.errors:
            raise ValidationError({"basis": "请填写判定依据，或选择判定标准条款；没有依据的问题不能列入清单"})
        return data


class ListForm(forms.Form):
    """Notes (备注) to the rows of the problem list."""

    def __init__(self, *args: Any, rows: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, row in enumerate(rows, 1):
            self.fields[f"note_{row['hazard']}"] = forms.CharField(
                label=f"第 {number} 条备注", required=False, max_length=100, help_text=f"{row['type']} · {row['description'][:60]}"
            )

    def notes(self) -> dict[int, str]:
        """The notes by hazard."""
        return {int(name.removeprefix("note_")): text for name, text in self.cleaned_data.items() if name.startswith("note_")}


class SignForm(forms.Form):
    """One signature, or a refusal with reason and witness."""

    sections = (("签字人", ["role", "name"]), ("签字", ["picture"]), ("拒签（企业负责人拒绝签字时填写）", ["refused", "reason", "witness"]))
    role = forms.ChoiceField(label="身份", choices=SignerRole.choices, widget=forms.RadioSelect)
    name = forms.CharField(label="姓名", max_length=40)
    picture = SignatureField(label="手写签名", required=False)
    refused = forms.BooleanField(label="拒绝签字", required=False)
    reason = forms.CharField(label="拒签原因", max_length=200, required=False)
    witness = forms.CharField(label="见证人", max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        """Handwriting, or a refusal."""
        data = super().clean() or {}
        if not data.get("refused") and not data.get("picture") and "picture" not in self.errors:
            raise ValidationError({"picture": "请手写签名；对方拒绝签字的，勾选“拒绝签字”并写明原因和见证人"})
        return data
