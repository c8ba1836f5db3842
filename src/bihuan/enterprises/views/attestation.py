"""Pages of the half-year attestation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse

from bihuan.enterprises.forms import BulkAttestForm, CorrectionForm, RejectForm, RoundForm
from bihuan.enterprises.models import Attestation, AttestationRound, Enterprise
from bihuan.enterprises.rules.attestation import ATTESTED, half_year_of
from bihuan.enterprises.services import (
    accept_correction,
    attest,
    attest_many,
    close_round,
    open_round,
    propose_correction,
    reject_correction,
)
from bihuan.enterprises.views.lists import bureaus_for, crumbs
from bihuan.foundation.access.middleware import actor_of
from bihuan.foundation.access.pages import ActionPage, Button, DetailPage, FormPage, ListPage
from bihuan.foundation.lib.problems import NotFound
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.web.tables import Column, Filter, Tab
from bihuan.foundation.workflow.engine import history_of

ROUNDS = ("半年更新", "enterprises:rounds")


def shown(key: str, value: Any) -> str:
    """A value of the file in words."""
    if value is None or value == "" or value == []:
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value))
    column: Any = Enterprise._meta.get_field(key)
    return str(dict(column.choices or ()).get(value, value))


def title_of(key: str) -> str:
    """The field's word."""
    column: Any = Enterprise._meta.get_field(key)
    return str(column.verbose_name)


class RoundList(ListPage):
    """Rounds."""

    capability = "enterprises.attest"
    heading = "半年更新"
    intro = "每半年逐级更新企业台账：企业确认或提出更正，监管单位核定，全部核定后结束。"
    model = AttestationRound
    columns = (
        Column("title", "批次", str, url="enterprises:round", phone="title"),
        Column("organisation", "组织单位", phone="text"),
        Column("done", "已核定", "done", kind="number"),
        Column("total", "企业数", "total", kind="number"),
        Column("due_on", "截止日期", kind="date", sort="due_on", phone="due"),
        Column("status", "状态", value="state", kind="status", phone="state"),
    )
    default_order = ("-half_year", "-id")
    empty_text = "还没有开始过半年更新"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the firms."""
        return crumbs((self.heading, ""))

    def get_buttons(self) -> Sequence[Button]:
        """Start one."""
        return (Button("开始新一轮", reverse("enterprises:round-new"), icon="calendar-plus", primary=True, capability="enterprises.attest"),)

    def get_queryset(self) -> Any:
        """With counts."""
        rows = super().get_queryset().select_related("organisation")
        return rows.annotate(total=Count("attestations"), done=Count("attestations", filter=Q(attestations__status="attested")))


class RoundNew(FormPage):
    """Starting a round."""

    capability = "enterprises.attest"
    heading = "开始半年更新"
    model = AttestationRound
    form_class = RoundForm
    submit_title = "开始"
    confirm = "将向辖区全部企业发出信息确认待办"
    success_message = "已开始"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the rounds."""
        return crumbs((ROUNDS[0], reverse(ROUNDS[1])), (self.heading, ""))

    def get_initial(self) -> dict[str, Any]:
        """This half-year of the actor's own bureau."""
        return {"half_year": half_year_of(local_date(self.at)), "organisation": self.actor.home}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Bureaus within the actor's right."""
        return super().get_form_kwargs() | {"bureaus": bureaus_for(self.actor, "enterprises.attest")}

    def act(self, form: forms.BaseForm) -> Any:
        """Open."""
        return open_round(self.actor, at=self.at, **form.cleaned_data)


def _units(request: HttpRequest) -> list[tuple[Any, str]]:
    return [(unit.pk, str(unit)) for unit in bureaus_for(actor_of(request), "enterprises.view")]


class RoundPage(ListPage):
    """One round: its firms, those still missing first."""

    capability = "enterprises.view"
    model = Attestation
    columns = (
        Column("enterprise", "企业", "enterprise.name", url="enterprises:attestation", phone="title", sort="enterprise__name"),
        Column("supervisor", "监管单位", "enterprise.supervisor", phone="text"),
        Column("changes", "与上次比较", lambda row: f"{len(row.changes())} 项变化" if row.changes() else ("首次核定" if not row.previous else "无变化")),
        Column("proposal", "更正", lambda row: f"{len(row.proposal)} 项" if row.proposal else None),
        Column("signed_by", "签字人", "signed_by.name"),
        Column("attested_at", "核定时间", kind="datetime", sort="attested_at"),
        Column("status", "状态", value="state", kind="status", phone="state"),
    )
    filters = (
        Filter("q", "企业名称、代码", kind="search", fields=("enterprise__name", "enterprise__credit_code")),
        Filter("unit", "监管单位", kind="unit", choices=_units, apply=lambda rows, pk: rows.filter(enterprise__supervisor=pk)),
    )
    tabs = (
        Tab("missing", "未核定", when=~Q(status="attested"), hot=True), Tab("proposed", "待核定更正", when=Q(status="proposed")),
        Tab("done", "已核定", when=Q(status="attested")), Tab("all", "全部"),
    )  # fmt: skip
    default_order = ("enterprise__name", "id")
    empty_text, empty_good = "全部企业已核定", True

    @property
    def round(self) -> AttestationRound:
        """The round; 404 when nothing of it is in sight."""
        if not hasattr(self, "_round"):
            rounds = AttestationRound.objects.filter(pk=self.kwargs["pk"])
            own = Attestation.objects.visible_to(self.actor).filter(round__in=rounds)
            found = rounds.select_related("organisation").first()
            if found is None or not (rounds.visible_to(self.actor).exists() or own.exists()):
                raise NotFound("access.not_found", "没有找到该批次，或它不在您的管辖范围内。")
            self._round: AttestationRound = found
        return self._round

    def get_heading(self) -> str:
        """Its name."""
        return str(self.round)

    def get_intro(self) -> str:
        """Who and until when."""
        return f"{self.round.organisation} · 截止 {self.round.due_on}"

    def get_tags(self) -> Sequence[tuple[str, str]]:
        """Its state."""
        return ((self.round.state.title, self.round.state.tone),)

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the rounds."""
        back = ((ROUNDS[0], reverse(ROUNDS[1])),) if self.actor.can("enterprises.attest") else ()
        return crumbs(*back, (str(self.round), ""))

    def get_buttons(self) -> Sequence[Button]:
        """Attest many; end the round."""
        pk = {"pk": self.round.pk}
        if not self.round.is_open:
            return ()
        buttons = [Button("批量核定", reverse("enterprises:round-bulk", kwargs=pk), icon="list-check", primary=True, capability="enterprises.attest")]
        if AttestationRound.objects.visible_to(self.actor).filter(pk=self.round.pk).exists():
            close = reverse("enterprises:round-close", kwargs=pk)
            buttons.append(Button("结束本轮", close, icon="check", post=True, confirm="结束后不能再核定", capability="enterprises.attest"))
        return buttons

    def get_queryset(self) -> Any:
        """Of this round, with the firm."""
        rows = super().get_queryset().filter(round=self.round)
        return rows.select_related("enterprise__supervisor", "signed_by")


class RoundClose(ActionPage):
    """Ending a round; the refusal says how many are missing."""

    capability = "enterprises.attest"
    heading = "结束本轮更新"
    model = AttestationRound
    success_url = "enterprises:round"
    success_message = "已结束"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the round."""
        return crumbs((str(self.object), self.object.get_absolute_url()), (self.heading, ""))

    def act(self, form: forms.BaseForm) -> Any:
        """Close."""
        return close_round(self.actor, self.object, at=self.at, expect=self.expect)


class RoundBulk(FormPage):
    """A bureau attests many firms at once."""

    capability = "enterprises.attest"
    heading = "批量核定"
    intro = "核定后按现有档案内容逐家签字存证；已提出更正的企业不在其中。"
    model = AttestationRound
    form_class = BulkAttestForm
    submit_title = "核定"
    confirm = "对所选企业逐家签字核定"

    def get_queryset(self) -> Any:
        """Rounds of which a firm is in sight."""
        return AttestationRound.objects.filter(attestations__in=Attestation.objects.visible_to(self.actor, "enterprises.attest")).distinct()

    def check_object(self) -> None:
        """Each attestation asks for the right at its firm."""

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the round."""
        return crumbs((str(self.object), self.object.get_absolute_url()), (self.heading, ""))

    def get_form_kwargs(self) -> dict[str, Any]:
        """The actor's bureaus."""
        return super().get_form_kwargs() | {"bureaus": bureaus_for(self.actor, "enterprises.attest")}

    def act(self, form: forms.BaseForm) -> Any:
        """Attest."""
        data = form.cleaned_data
        rows = Attestation.objects.visible_to(self.actor, "enterprises.attest").filter(round=self.object, status="open")
        rows = rows.filter(enterprise__supervisor=data["unit"]).select_related("enterprise")
        wanted = [row for row in rows if not data["unchanged"] or (row.previous and not row.changes())]
        self.count = attest_many(self.actor, wanted, at=self.at)
        return self.object

    def get_success_message(self, result: Any) -> str:
        """How many."""
        return f"已核定 {self.count} 家"


class AttestationPage(DetailPage):
    """One firm's attestation: what the file says, what changed, who may do what."""

    capability = "enterprises.view"
    model = Attestation
    template_name = "enterprises/attestation.html"

    def get_queryset(self) -> Any:
        """With firm and round."""
        return super().get_queryset().select_related("enterprise__supervisor", "round__organisation", "signed_by", "proposed_by")

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the round."""
        return crumbs((str(self.object.round), self.object.round.get_absolute_url()), (self.object.enterprise.name, ""))

    def get_tags(self) -> Sequence[tuple[str, str]]:
        """Its state."""
        return ((self.object.state.title, self.object.state.tone),)

    def get_buttons(self) -> Sequence[Button]:
        """By state and right."""
        row, pk = self.object, {"pk": self.object.pk}

        def holds(capability: str) -> bool:
            return self.actor.holds(capability, row.organisation_id)

        buttons: list[Button] = []
        if row.status == "open" and (holds("enterprises.attest_own") or holds("enterprises.attest")):
            title = "确认无误并签字" if holds("enterprises.attest_own") else "核定"
            address = reverse("enterprises:attest", kwargs=pk)
            buttons.append(Button(title, address, icon="signature", primary=True, post=True, confirm="以现有档案内容签字存证"))
        if row.status == "open" and holds("enterprises.propose"):
            buttons.append(Button("提出更正", reverse("enterprises:attest-propose", kwargs=pk), icon="edit"))
        if row.status == "proposed" and holds("enterprises.attest"):
            accept = reverse("enterprises:attest-accept", kwargs=pk)
            buttons.append(Button("采纳更正并核定", accept, icon="check", primary=True, post=True, confirm="更正内容将写入企业档案"))
            buttons.append(Button("退回更正", reverse("enterprises:attest-reject", kwargs=pk), icon="arrow-back-up"))
        return buttons

    def get_context(self) -> dict[str, Any]:
        """Content, differences, proposal, history."""
        row = self.object
        now = {key: row.content[key] if row.content else getattr(row.enterprise, key) for key in ATTESTED}
        return super().get_context() | {
            "pairs": [(title_of(k), shown(k, v)) for k, v in now.items()],
            "changes": [(title_of(k), shown(k, a), shown(k, b)) for k, (a, b) in row.changes().items()],
            "proposal": [(title_of(k), shown(k, getattr(row.enterprise, k)), shown(k, v)) for k, v in row.proposal.items()],
            "lines": history_of(row),
        }


class AttestationAct(ActionPage):
    """One step of an attestation."""

    abstract = True
    model = Attestation
    success_url = "enterprises:attestation"
    heading = "核定"

    def check_object(self) -> None:
        """The loop asks for the right of its transition."""

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the attestation."""
        return crumbs((self.object.enterprise.name, self.object.get_absolute_url()), (self.heading, ""))


class Attest(AttestationAct):
    """Confirm and sign."""

    capability = "enterprises.view"
    success_message = "已核定并存证"

    def act(self, form: forms.BaseForm) -> Any:
        """Attest."""
        return attest(self.actor, self.object, at=self.at, expect=self.expect)


class Accept(AttestationAct):
    """Take the correction over."""

    capability = "enterprises.attest"
    heading = "采纳更正"

    def act(self, form: forms.BaseForm) -> Any:
        """Accept."""
        return accept_correction(self.actor, self.object, at=self.at, expect=self.expect)


class Reject(AttestationAct):
    """Send the correction back."""

    capability = "enterprises.attest"
    heading = "退回更正"
    form_class = RejectForm
    submit_title = "退回"

    def act(self, form: forms.BaseForm) -> Any:
        """Reject."""
        return reject_correction(self.actor, self.object, reason=form.cleaned_data["reason"], at=self.at, expect=self.expect)


class Propose(AttestationAct):
    """The firm corrects its file."""

    capability = "enterprises.propose"
    heading = "提出更正"
    intro = "只改有误的内容；由监管单位核定后写入档案。"
    form_class = CorrectionForm
    submit_title = "提交更正"
    success_message = "已提交，等待核定"

    def get_initial(self) -> dict[str, Any]:
        """The file as it stands."""
        firm = self.object.enterprise
        return {name: getattr(firm, name) for name in CorrectionForm.base_fields if name != "reason"} | {
            "standardisation_level": firm.standardisation_level or ""
        }

    def act(self, form: forms.BaseForm) -> Any:
        """Propose."""
        data = dict(form.cleaned_data)
        reason = data.pop("reason")
        return propose_correction(self.actor, self.object, changes=data, reason=reason, at=self.at, expect=self.expect)
