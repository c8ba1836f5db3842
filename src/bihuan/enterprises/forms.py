"""Input for the pages of the enterprise file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from bihuan.enterprises.choices import OperatingStatus, Ownership, Scale
from bihuan.enterprises.models import Enterprise, PartyRole, Site
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.web.fields import ComboField, CountField, CreditCodeField, DayField, ReasonField
from bihuan.reference.choices import Sector
from bihuan.reference.models import Division, Industry, RiskFeature
from bihuan.reference.summaries import industry_chain

LEVELS = [("", "未达标"), (1, "一级"), (2, "二级"), (3, "三级")]


def _level(value: str) -> int | None:
    return int(value) if value else None


Sections = tuple[tuple[str, list[str]], ...]


class ProfileForm(forms.Form):
    """The fields of a firm's file that an officer may change."""

    sections: Sections = (
        ("基本信息", ["name", "short_name", "division", "address", "ownership", "scale", "above_scale", "status"]),
        ("行业与风险", ["industry_code", "sector", "processes", "headcount", "dust_workers", "standardisation_level"]),
        ("联系人", ["principal_name", "principal_phone", "safety_contact", "safety_phone"]),
    )
    name = forms.CharField(label="企业名称", max_length=120)
    short_name = forms.CharField(label="简称", max_length=40, required=False)
    division = ComboField(
        Division.objects.none(), label="所在行政区划", search_url="enterprises:division-options", match=("code", "name", "full_name")
    )
    address = forms.CharField(label="地址", max_length=200, required=False)
    ownership = forms.ChoiceField(label="所有制", choices=Ownership.choices)
    scale = forms.ChoiceField(label="规模", choices=Scale.choices)
    above_scale = forms.BooleanField(label="规模以上企业", required=False)
    status = forms.ChoiceField(label="生产状态", choices=OperatingStatus.choices)
    industry_code = forms.CharField(
        label="行业代码", max_length=5, required=False, help_text="GB/T 4754，如 3110；代码表见“判定标准库—行业分类”"
    )
    sector = forms.ChoiceField(
        label="监管行业", choices=[("", "按行业代码判定"), *Sector.choices], required=False,
        help_text="留空时按应急厅〔2019〕17号由行业代码判定；可改判",
    )  # fmt: skip
    processes = forms.CharField(
        label="工艺", required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="以顿号或换行分隔，如：炼铁、抛光；列入目录的工艺自动判定风险特征",
    )  # fmt: skip
    headcount = CountField(label="从业人数", unit="人")
    dust_workers = CountField(label="涉粉作业人数", unit="人", required=False)
    standardisation_level = forms.TypedChoiceField(label="标准化等级", choices=LEVELS, coerce=_level, empty_value=None, required=False)
    principal_name = forms.CharField(label="主要负责人", max_length=40, required=False)
    principal_phone = forms.CharField(label="主要负责人电话", max_length=20, required=False)
    safety_contact = forms.CharField(label="安全负责人", max_length=40, required=False)
    safety_phone = forms.CharField(label="安全负责人电话", max_length=20, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = Division.objects.current()  # type: ignore[attr-defined]

    def clean_industry_code(self) -> str:
        """Digits only, and known to the table at some level."""
        text = str(self.cleaned_data["industry_code"]).strip().upper()
        chain = industry_chain(text)
        if text and not chain:
            raise ValidationError("行业代码应为 2 至 4 位数字，可带门类字母，如 C3110。")
        if chain and not Industry.objects.current().filter(code__in=chain).exists():
            raise ValidationError(f"行业分类表中没有 {text} 或它的上级，请核对代码。")
        return chain[0] if chain else ""

    def clean(self) -> dict[str, Any]:
        """Let the industry decide the sector where none is chosen."""
        data = super().clean() or {}
        if not data.get("sector") and "industry_code" not in self.errors:
            match = Industry.objects.sector_of(data.get("industry_code", ""))
            if match is None:
                raise ValidationError({"sector": "无法由行业代码判定，请选择监管行业。"})
            data["sector"] = match.sector
        return data

    def fields_for_service(self) -> dict[str, Any]:
        """Cleaned values under the names of the file's columns."""
        data = dict(self.cleaned_data)
        division = data.pop("division")
        words = (data.pop("processes") or "").replace("、", "\n").replace("，", "\n").replace(",", "\n").splitlines()
        return {
            **{k: v for k, v in data.items() if k in ProfileForm.base_fields},
            "division_code": division.code,
            "processes": [word.strip() for word in words if word.strip()], "dust_workers": data.get("dust_workers") or 0,
        }  # fmt: skip


class RegisterForm(ProfileForm):
    """A new firm."""

    sections = (("登记", ["code", "supervisor", "direct_reporting"]), *ProfileForm.sections)
    code = CreditCodeField(label="统一社会信用代码")
    supervisor = ComboField(
        Organisation.objects.none(), label="牵头监管单位", search_url="enterprises:supervisor-options", match=("name", "short_name", "code")
    )
    direct_reporting = forms.BooleanField(
        label="直接报送（中央、市属重点企业，与县并列报送）", required=False
    )

    def __init__(self, *args: Any, supervisors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supervisor"].queryset = supervisors  # type: ignore[attr-defined]
        self.order_fields(["code", "supervisor", "direct_reporting"])


class TransferForm(forms.Form):
    """Another lead supervising body."""

    to = ComboField(
        Organisation.objects.none(), label="新的牵头监管单位", search_url="enterprises:supervisor-options", match=("name", "short_name", "code")
    )
    reason = ReasonField(label="变更原因", presets=("属地调整", "企业搬迁", "监管职责分工调整"))

    def __init__(self, *args: Any, supervisors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = supervisors  # type: ignore[attr-defined]


class TagForm(forms.Form):
    """A risk feature with its reason."""

    code = forms.ChoiceField(label="风险特征")
    reason = ReasonField(label="依据或理由", presets=("现场检查核实", "企业申报", "标准化评审发现"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = RiskFeature.objects.current().values_list("code", "name")
        self.fields["code"].choices = [(code, f"{name}（{code}）") for code, name in rows]  # type: ignore[attr-defined]


class EndTagForm(forms.Form):
    """Ending a risk feature."""

    reason = ReasonField(label="取消理由", presets=("工艺已拆除", "经核实不涉及", "目录判定有误"))


class KeyListForm(forms.Form):
    """Putting a firm on a key list."""

    list_name = forms.CharField(label="名单", max_length=80, help_text="如：市级重点监管企业")
    basis = forms.CharField(label="依据", max_length=160, required=False)
    since = DayField(label="列入日期")


class DelistForm(forms.Form):
    """Taking a firm off a key list."""

    until = DayField(label="移出日期")
    reason = ReasonField(label="移出理由", presets=("整改完成", "企业关闭", "名单调整"))


class UploadForm(forms.Form):
    """A sheet of firms."""

    file = forms.FileField(label="文件", help_text="xlsx、xls 或 csv，20 MB 以内；表头含“企业名称”和“统一社会信用代码”，其他列可多可少、次序不限")
    supervisor = ComboField(
        Organisation.objects.none(), label="缺省的牵头监管单位", required=False, search_url="enterprises:supervisor-options",
        match=("name", "short_name", "code"), help_text="表中没有“监管单位”一列或该格为空时使用",
    )  # fmt: skip

    def __init__(self, *args: Any, supervisors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supervisor"].queryset = supervisors  # type: ignore[attr-defined]


class MappingForm(forms.Form):
    """One picker a column."""

    def __init__(self, *args: Any, headers: list[str], choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, header in enumerate(headers):
            self.fields[f"column_{place}"] = forms.ChoiceField(label=header or f"第 {place + 1} 列", choices=choices, required=False)

    def mapping(self) -> list[str]:
        """Field by column."""
        return [self.cleaned_data[name] for name in self.fields]


class SiteForm(forms.Form):
    """A premises."""

    name = forms.CharField(label="场所名称", max_length=120)
    address = forms.CharField(label="地址", max_length=200, required=False)
    within = forms.ModelChoiceField(Site.objects.none(), label="位于（厂中厂）", required=False, empty_label="独立场所")
    shared_facilities = forms.CharField(label="共用设施", max_length=200, required=False, help_text="如：配电室、消防泵房、疏散通道")
    since = DayField(label="起始日期")

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["within"].queryset = sites  # type: ignore[attr-defined]


class PartyForm(forms.Form):
    """A firm on a site."""

    enterprise = ComboField(Enterprise.objects.none(), label="企业", search_url="enterprises:options", match=("name", "credit_code"))
    role = forms.ChoiceField(label="关系", choices=PartyRole.choices)
    business = forms.CharField(label="业态", max_length=80, required=False, help_text="如：机加工、仓储、喷涂")
    since = DayField(label="起始日期")
    agreement_signed_on = DayField(label="安全生产管理协议签订日期", required=False, help_text="未签订请留空")
    agreement_until = DayField(label="协议有效期至", required=False)

    def __init__(self, *args: Any, firms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].queryset = firms  # type: ignore[attr-defined]


class AgreementForm(forms.Form):
    """The agreement on safety."""

    signed_on = DayField(label="签订日期")
    until = DayField(label="有效期至", required=False)


class PartyEndForm(forms.Form):
    """Leaving a site."""

    until = DayField(label="结束日期")


class RoundForm(forms.Form):
    """A half-year's round."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="组织单位")
    half_year = forms.RegexField(r"^20\d\dH[12]$", label="半年", help_text="如 2025H1（上半年）、2025H2（下半年）")
    due_on = DayField(label="截止日期", required=False, help_text="留空为该半年的最后一天")

    def __init__(self, *args: Any, bureaus: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = bureaus  # type: ignore[attr-defined]


class BulkAttestForm(forms.Form):
    """Which firms."""

    unit = forms.ModelChoiceField(Organisation.objects.none(), label="监管单位")
    unchanged = forms.BooleanField(label="只核定与上次相比无变化的企业", required=False, initial=True)

    def __init__(self, *args: Any, bureaus: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = bureaus  # type: ignore[attr-defined]


class RejectForm(forms.Form):
    """Why a correction goes back."""

    reason = ReasonField(label="退回理由", presets=("请附证明材料", "与现场核查不符"))


class CorrectionForm(forms.Form):
    """What a firm may correct in its own file."""

    name = forms.CharField(label="企业名称", max_length=120)
    address = forms.CharField(label="地址", max_length=200, required=False)
    ownership = forms.ChoiceField(label="所有制", choices=Ownership.choices)
    scale = forms.ChoiceField(label="规模", choices=Scale.choices)
    above_scale = forms.BooleanField(label="规模以上企业", required=False)
    status = forms.ChoiceField(label="生产状态", choices=OperatingStatus.choices)
    headcount = CountField(label="从业人数", unit="人")
    dust_workers = CountField(label="涉粉作业人数", unit="人")
    standardisation_level = forms.TypedChoiceField(label="标准化等级", choices=LEVELS, coerce=_level, empty_value=None, required=False)
    principal_name = forms.CharField(label="主要负责人", max_length=40, required=False)
    principal_phone = forms.CharField(label="主要负责人电话", max_length=20, required=False)
    safety_contact = forms.CharField(label="安全负责人", max_length=40, required=False)
    safety_phone = forms.CharField(label="安全负责人电话", max_length=20, required=False)
    reason = ReasonField(label="更正说明", presets=("人员变动", "生产状态变化", "登记有误"))
