"""Reporting a finding, and every step on one: a form per step, one service each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.pages import SIGNED_IN, ActionPage, FormPage
from bihuan.foundation.access.scoping import require
from bihuan.foundation.lib.problems import Forbidden, NotFound
from bihuan.foundation.lib.times import local_date, shanghai
from bihuan.hazards import forms, services
from bihuan.hazards.choices import Level, Origin
from bihuan.hazards.models import Hazard, SelfCheckSession
from bihuan.hazards.views.lists import criteria_on, firms_for
from bihuan.reference.models import CriterionVersion


@dataclass(frozen=True)
class StepDoor:
    """One step as a page: its title, its form, the consequence asked about."""

    title: str
    form: type[forms.StepForm]
    confirm: str = ""
    done: str = "已办理"


STEPS: dict[str, StepDoor] = {
    "confirm": StepDoor("判定隐患", forms.ConfirmForm, "判定后开始计算整改期限；判定为重大的自动挂牌督办", "已判定"),
    "reclassify": StepDoor("改判等级", forms.LevelForm),
    "withdraw": StepDoor("撤销", forms.ReasonForm, "撤销后该记录不再办理，也不计入统计"),
    "submit_plan": StepDoor("报送五落实方案", forms.PlanForm, done="方案已报送，等待核准"),
    "return_plan": StepDoor("退回方案", forms.ReasonForm),
    "approve_plan": StepDoor("核准方案", forms.StopForm),
    "order_stop": StepDoor("责令停产整改", forms.ReasonForm, "企业须停产整改"),
    "lift_stop": StepDoor("解除停产", forms.ReasonForm),
    "report_fix": StepDoor("申请复查", forms.FixForm, done="已申请复查"),
    "accept": StepDoor("复查通过，销号", forms.OpinionForm, "销号后该隐患不能再改；复发须重新登记", "已销号"),
    "reject": StepDoor("复查不通过", forms.RejectForm),
    "ask_extension": StepDoor("申请延期", forms.ExtensionForm),
    "grant_extension": StepDoor("批准延期", forms.NoteForm),
    "refuse_extension": StepDoor("不予延期", forms.ReasonForm),
    "take_back_request": StepDoor("撤回延期申请", forms.NoteForm),
    "pause": StepDoor("中止计时", forms.ReasonForm),
    "resume": StepDoor("恢复计时", forms.ReasonForm),
    "merge": StepDoor("并案", forms.MergeForm, "并入的一条不再办理，也不计入统计"),
    "recur": StepDoor("登记复发", forms.RecurrenceForm),
    "receipt": StepDoor("回执重大隐患报告", forms.NoteForm, done="已回执"),
    "notify": StepDoor("向职工通报", forms.TextForm, done="已通报"),
    "help": StepDoor("上报疑难隐患", forms.HelpForm),
    "answer": StepDoor("答复疑难隐患", forms.TextForm),
    "progress": StepDoor("填报督办进展", forms.TextForm),
    "remove": StepDoor("摘牌", forms.TextForm, "摘牌并公示销号情况"),
}  # fmt: skip


class StepPage(ActionPage):
    """One step on one hazard; whether it may happen is asked of the loop."""

    capability = "hazards.view"
    model = Hazard
    template_name = "hazards/step.html"

    @property
    def door(self) -> StepDoor:
        """The step named in the address."""
        try:
            return STEPS[self.kwargs["step"]]
        except KeyError:
            raise NotFound("hazards.unknown_step", "没有这个办理步骤。") from None

    @property
    def confirm(self) -> str:  # type: ignore[override]
        """The consequence."""
        return self.door.confirm

    def get_heading(self) -> str:
        """What is done."""
        return self.door.title

    def get_intro(self) -> str:
        """To which."""
        return f"{self.object.number} {self.object.enterprise.name}：{self.object.title}"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to the hazard."""
        return [(self.object.number, self.object.get_absolute_url()), (self.door.title, "")]

    def get_queryset(self) -> Any:
        """With the firm."""
        return super().get_queryset().select_related("enterprise", "criterion")

    def get_initial(self) -> dict[str, Any]:
        """No prefilled decisions."""
        return {}

    def get_form(self) -> forms.StepForm:
        """The step's form with the choices this person has."""
        hazard = self.object
        criteria = CriterionVersion.objects.effective_on(local_date(hazard.found_at)).select_related("criterion")
        alike = Hazard.objects.visible_to(self.actor).counted().open().filter(enterprise_id=hazard.enterprise_id).exclude(pk=hazard.pk)
        return self.door.form(**self.get_form_kwargs(), hazard=hazard, criteria=criteria, alike=alike)

    def act(self, form: Any) -> Any:
        """Do it."""
        services.take_step(self.actor, self.object, self.kwargs["step"], form.cleaned_data, at=self.at, expect=self.expect)
        return self.object.get_absolute_url()

    def get_success_message(self, result: Any) -> str:
        """The toast."""
        return self.door.done


class ReportPage(FormPage):
    """登记隐患, on the desk and on the phone."""

    capability = SIGNED_IN
    heading = "登记隐患"
    model = Hazard
    form_class = forms.ReportForm
    submit_title = "登记"
    success_message = "已登记"

    def check_door(self) -> Any:
        """Officers report what they found, firms what they found themselves."""
        refusal = super().check_door()
        if refusal is None and not (self.actor.can("hazards.report") or self.actor.can("hazards.self_report")):
            raise Forbidden("access.forbidden", "您没有“登记隐患”的权限，请联系本单位系统运维人员授权。")
        return refusal

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to the list."""
        back = reverse("hazards:general") if self.actor.can("hazards.view") else "/"
        return [("一般问题隐患", back), ("登记隐患", "")]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Firms and criteria in reach."""
        origins = [o for o in Origin.values if o != Origin.SELF] if self.actor.can("hazards.report") else [Origin.SELF.value]
        if self.actor.can("hazards.report_for"):
            origins.append(Origin.SELF.value)
        return super().get_form_kwargs() | {"firms": firms_for(self.actor), "criteria": criteria_on(self.at), "origins": origins, "now": shanghai(self.at)}

    def get_initial(self) -> dict[str, Any]:
        """The person's own firm, or the one the link named."""
        given = self.request.GET.get("enterprise", "")
        if given.isdecimal():
            return {"enterprise": int(given)}
        if not self.actor.can("hazards.report"):
            own = firms_for(self.actor).filter(organisation_id=self.actor.home or 0).first()
            return {"enterprise": own.pk} if own else {}
        return {}

    def act(self, form: Any) -> Any:
        """Enter it."""
        data = form.cleaned_data
        if data["level"] == Level.GENERAL:
            data["criterion"] = None
        hazard = services.report_hazard(self.actor, at=self.at, source=self.session_of(data["enterprise"]), **(data | {"channel": data.get("channel") or None}))
        return hazard if self.actor.can("hazards.view") else reverse("hazards:report")

    def session_of(self, firm: Enterprise) -> SelfCheckSession | None:
        """The self-check that the link named, if it is one of the same firm."""
        given = self.request.GET.get("session", "")
        rows = SelfCheckSession.objects.visible_to(self.actor).filter(enterprise=firm)
        return rows.filter(pk=int(given)).first() if given.isdecimal() else None

    def succeed(self, form: Any, result: Any) -> Any:
        """A worker who sees no list gets the number and an empty form."""
        if isinstance(result, str):
            return self.go_to(result, "已上报，本企业安全管理人员将尽快判定")
        require(self.actor, "hazards.view", result)
        return super().succeed(form, result)
