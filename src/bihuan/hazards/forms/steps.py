"""One form per step of the loop."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from bihuan.foundation.web.fields import DayField, MoneyField, PhotosField, ReasonField
from bihuan.hazards.choices import Level
from bihuan.hazards.forms.report import MomentField, criterion_field
from bihuan.hazards.models import Hazard
from bihuan.hazards.rules.plans import PARTS
from bihuan.reference.models import CriterionVersion


def words(label: str, rows: int = 3, **options: Any) -> forms.CharField:
    """Several lines of text."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


class StepForm(forms.Form):
    """A step about one hazard; pages hand over what choices need."""

    def __init__(self, *args: Any, hazard: Hazard, criteria: QuerySet[CriterionVersion], alike: QuerySet[Hazard], **kwargs: Any) -> None:
        self.hazard = hazard
        super().__init__(*args, **kwargs)
        if "criterion" in self.fields:
            self.fields["criterion"].queryset = criteria  # type: ignore[attr-defined]
            self.fields["criterion"].initial = hazard.criterion_id
        if "primary" in self.fields:
            self.fields["primary"].queryset = alike  # type: ignore[attr-defined]


class NoteForm(StepForm):
    """A remark, if any."""

    note = words("说明", 2, required=False)


class ReasonForm(StepForm):
    """A reason that must be given."""

    reason = ReasonField(label="理由")


class ConfirmForm(StepForm):
    """The decision on the level."""

    level = forms.ChoiceField(label="隐患等级", choices=Level.choices, widget=forms.RadioSelect)
    criterion = criterion_field()
    due_on = DayField(label="整改期限")
    assignee = forms.CharField(label="整改责任人", max_length=40, required=False)
    needs_plan = forms.BooleanField(label="要求企业报送五落实整改方案", required=False, help_text="重大事故隐患一律须报")
    note = words("判定说明", 2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].initial = self.hazard.level
        self.fields["assignee"].initial = self.hazard.assignee or self.hazard.enterprise.safety_contact


class LevelForm(StepForm):
    """Another level, before confirmation."""

    level = forms.ChoiceField(label="隐患等级", choices=Level.choices, widget=forms.RadioSelect)
    criterion = criterion_field()
    reason = ReasonField(label="理由")


class PlanForm(StepForm):
    """The five parts and their owners; the loop refuses a missing one, so that every door says the same."""

    person = forms.CharField(label="责任", max_length=120, required=False, help_text="整改责任单位和责任人")
    measures = words("措施", 4, required=False)
    amount_fen = MoneyField(label="资金（万元）", required=False)
    due_on = DayField(label="时限", required=False)
    contingency = words("预案", 3, required=False, help_text="整改期间的防范措施和应急预案")
    owner_responsibility = forms.CharField(label="责任落实人", max_length=40, required=False)
    owner_measure = forms.CharField(label="措施落实人", max_length=40, required=False)
    owner_money = forms.CharField(label="资金落实人", max_length=40, required=False)
    owner_deadline = forms.CharField(label="时限督促人", max_length=40, required=False)
    owner_contingency = forms.CharField(label="预案落实人", max_length=40, required=False)

    sections = (
        ("五落实", ["person", "measures", "amount_fen", "due_on", "contingency"]),
        ("各要素责任人", ["owner_responsibility", "owner_measure", "owner_money", "owner_deadline", "owner_contingency"]),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hazard = self.hazard
        known = {"person": hazard.plan_person, "measures": hazard.plan_measures, "amount_fen": hazard.plan_amount_fen,
                 "due_on": hazard.plan_due_on, "contingency": hazard.plan_contingency}  # fmt: skip
        self.initial = {**known, **{f"owner_{key}": hazard.plan_owners.get(key, "") for key, _, _ in PARTS}, **self.initial}

    def add_error(self, field: str | None, error: Any) -> None:
        """Faults that the loop names by column stand beside the input."""
        super().add_error(COLUMN_OF.get(field or "", field), error)

    @property
    def owners(self) -> dict[str, str]:
        """Who answers for each part."""
        return {key: self.cleaned_data[f"owner_{key}"] for key, _, _ in PARTS}


COLUMN_OF = {"plan_person": "person", "plan_measures": "measures", "plan_amount_fen": "amount_fen", "plan_due_on": "due_on", "plan_contingency": "contingency"}


class StopForm(StepForm):
    """Approval of the plan."""

    stop_production = forms.BooleanField(label="整改期间停产", required=False)
    note = words("核准意见", 2, required=False)


class FixForm(StepForm):
    """What was done."""

    photos = PhotosField(label="整改后照片", required=False)
    summary = words("整改情况")
    no_photo_reason = forms.CharField(label="无照片原因", max_length=200, required=False, help_text="确实无法拍摄时填写")


class OpinionForm(StepForm):
    """The re-checker's opinion."""

    photos = PhotosField(label="复查照片", required=False)
    opinion = words("复查意见")


class RejectForm(StepForm):
    """Back to work, until when."""

    reason = ReasonField(label="不通过原因")
    due_on = DayField(label="再次整改期限")


class ExtensionForm(StepForm):
    """A later date."""

    new_due_on = DayField(label="申请延至")
    reason = ReasonField(label="延期理由", presets=("设备到货延迟", "检修窗口未到", "施工条件不具备"))


class HelpForm(StepForm):
    """What this level cannot solve."""

    reason = words("难点")
    question = words("请求协调事项")


class TextForm(StepForm):
    """Words for others to read."""

    text = words("内容", 4)


class RecurrenceForm(StepForm):
    """It came back."""

    found_at = MomentField(label="发现时间")
    description = words("情况描述")


class MergeForm(StepForm):
    """Which record it is the same as."""

    primary = forms.ModelChoiceField(Hazard.objects.none(), label="与哪一条重复", help_text="最早发现的一条计入统计，另一条并入")
    reason = ReasonField(label="认定理由")


class PlainReasonForm(forms.Form):
    """A reason, about anything."""

    reason = ReasonField(label="理由")
