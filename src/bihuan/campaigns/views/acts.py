"""Writing, signing, sending back, accepting, correcting a return, and reminding those who are missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from bihuan.campaigns.choices import Narrative
from bihuan.campaigns.forms import AcceptForm, CorrectionForm, NarrativeForm, SendBackForm, SignForm
from bihuan.campaigns.layout import annex1
from bihuan.campaigns.models import Return
from bihuan.campaigns.services import returns as services
from bihuan.campaigns.services.compile import check, compile_return, previous
from bihuan.campaigns.services.reminders import remind_missing
from bihuan.campaigns.views.sheet import shown
from bihuan.foundation.access.pages import ActionPage, FormPage


class ReturnForm(FormPage):
    """Base of the forms about one return."""

    abstract = True
    model = Return

    def get_queryset(self) -> QuerySet[Any]:
        """With campaign and unit."""
        return super().get_queryset().select_related("campaign", "organisation", "snapshot")

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to the return."""
        return [(str(self.object), self.object.get_absolute_url())]


class EditNarratives(ReturnForm):
    """The sentences of the week; last week's stand beside them."""

    capability = "campaigns.prepare_return"
    heading = "编写本周文字"
    intro = "数字由系统从记录汇总，这里只写文字；按每周实际工作情况填写。"
    form_class = NarrativeForm
    success_message = "文字已保存"

    def get_initial(self) -> dict[str, Any]:
        """What is written already."""
        return dict(self.object.narratives)

    def get_form(self) -> forms.BaseForm:
        """Last week's text under each field."""
        form = super().get_form()
        last = previous(self.object)
        for key in Narrative.values:
            before = (last.narratives if last else {}).get(key, "")
            form.fields[key].help_text = f"上周：{before}" if before else "上周没有填写"
        return form

    def act(self, form: forms.BaseForm) -> Any:
        """Save."""
        return services.save_narratives(self.actor, self.object, texts=form.cleaned_data, at=self.at, expect=self.expect)


class SignReturn(ReturnForm):
    """Sign and hand in; what blocks is shown before."""

    capability = "campaigns.prepare_return"
    template_name = "campaigns/sign.html"
    heading = "签字提交"
    form_class = SignForm
    submit_title = "签字并提交"
    confirm = "提交后生成不可更改的快照；以后发现错误只能在下期登记更正。"
    success_message = "已签字提交"

    def get_initial(self) -> dict[str, Any]:
        """The signer is the person who is signed in."""
        return {"signer": self.actor.name}

    def get_context(self) -> dict[str, Any]:
        """With the checks."""
        draft = compile_return(self.object, at=self.at)
        return super().get_context() | {"findings": check(self.object, draft), "cutoff": draft.cutoff}

    def act(self, form: forms.BaseForm) -> Any:
        """Hand in."""
        return services.submit_return(self.actor, self.object, signer=form.cleaned_data["signer"], at=self.at, expect=self.expect)


class SendBack(ActionPage, ReturnForm):
    """退回."""

    capability = "campaigns.review_return"
    heading = "退回报表"
    form_class = SendBackForm
    confirm = "退回后由填报单位修改并重新签字提交；已签的快照保留。"
    success_message = "已退回"

    def act(self, form: forms.BaseForm) -> Any:
        """Send it back with the reason."""
        return services.send_back(self.actor, self.object, reason=form.cleaned_data["reason"], at=self.at)


class Accept(ActionPage, ReturnForm):
    """审核通过."""

    capability = "campaigns.review_return"
    heading = "审核通过"
    form_class = AcceptForm
    confirm = "审核通过后本期锁定。"
    success_message = "已审核"

    def act(self, form: forms.BaseForm) -> Any:
        """Accept."""
        return services.accept_return(self.actor, self.object, at=self.at)


class Correct(ReturnForm):
    """更正: sign why a figure is lower than last week."""

    capability = "campaigns.prepare_return"
    heading = "登记更正"
    intro = "更正后的数值取自记录，不能手填；请先在记录上改正（撤销、并案等），再在这里签字说明。"
    form_class = CorrectionForm
    submit_title = "签字更正"
    success_message = "更正已登记"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Only figures that differ from last week can be corrected."""
        last = previous(self.object)
        now = compile_return(self.object, at=self.at).values
        fallen = [f for f in annex1().figures() if last and (last.figures.get(f.key) or 0) > (now.get(f.key) or 0)]
        choices = [(f.key, f"{f.title}：{shown(f, last.figures[f.key] if last else None)} → {shown(f, now.get(f.key))}") for f in fallen]
        return super().get_form_kwargs() | {"choices": choices}

    def get_initial(self) -> dict[str, Any]:
        """The signer is the person who is signed in."""
        return {"signer": self.actor.name, "figure": self.request.GET.get("fig", "")}

    def act(self, form: forms.BaseForm) -> Any:
        """Sign the correction."""
        services.correct(self.actor, self.object, at=self.at, **form.cleaned_data)
        return self.object


class Remind(ActionPage, ReturnForm):
    """催报: remind every unit that has not handed in."""

    capability = "campaigns.review_return"
    heading = "催报"
    confirm = "将向未报送单位的信息报送员发送提醒。"
    success_message = "已提醒"

    def act(self, form: forms.BaseForm) -> Any:
        """Remind once an hour at most."""
        remind_missing(self.actor, self.object, at=self.at)
        return self.object
