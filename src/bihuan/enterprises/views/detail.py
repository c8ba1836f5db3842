"""One page a firm (一企一档), with what every app brings, and the forms that change the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from bihuan.enterprises.forms import (
    DelistForm,
    EndTagForm,
    KeyListForm,
    ProfileForm,
    RegisterForm,
    TagForm,
    TransferForm,
)
from bihuan.enterprises.models import Enterprise, KeyListing
from bihuan.enterprises.panels import panels_for
from bihuan.enterprises.rules.profile import WANTED, completeness, masked
from bihuan.enterprises.services import (
    Catalogues,
    add_tag,
    end_tag,
    put_on_key_list,
    register_enterprise,
    take_off_key_list,
    transfer_supervision,
    update_enterprise,
)
from bihuan.enterprises.summaries import history_lines
from bihuan.enterprises.views.lists import bureaus_for, crumbs, grade_tag, status_tag
from bihuan.foundation.access.pages import ActionPage, Button, DetailPage, FormPage
from bihuan.foundation.lib import credit_code
from bihuan.foundation.lib.times import local_date
from bihuan.reference.models import Division, Industry, RiskFeature
from bihuan.reference.summaries import industry_chain


class EnterpriseDetail(DetailPage):
    """Everything about one firm."""

    capability = "enterprises.view"
    model = Enterprise
    template_name = "enterprises/detail.html"

    def get_queryset(self) -> Any:
        """With its supervising body and its features."""
        rows: Any = super().get_queryset()
        return rows.for_lists()

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """List, bureau, sector."""
        firm = self.object
        listing = reverse("enterprises:list")
        return crumbs(
            (str(firm.supervisor), f"{listing}?unit={firm.supervisor_id}"),
            (firm.get_sector_display(), f"{listing}?sector={firm.sector}"),
            (firm.short_name or firm.name, ""),
        )

    def get_tags(self) -> Sequence[tuple[str, str]]:
        """Grade, status, key lists."""
        today = local_date(self.at)
        lists = [(row.list_name, "gray") for row in self.listings if row.until is None or row.until > today]
        return (grade_tag(self.object), status_tag(self.object), *lists[:2])

    def get_intro(self) -> str:
        """Code, size and place in one line."""
        firm = self.object
        parts = [
            f"统一社会信用代码 {credit_code.grouped(firm.credit_code)}", "规模以上" if firm.above_scale else firm.get_scale_display(),
            f"从业 {firm.headcount} 人", firm.address,
        ]  # fmt: skip
        return " · ".join(part for part in parts if part)

    def get_buttons(self) -> Sequence[Button]:
        """What may be changed."""
        pk = {"pk": self.object.pk}
        return (
            Button("更正信息", reverse("enterprises:edit", kwargs=pk), icon="edit", capability="enterprises.edit", key="e"),
            Button("调整监管单位", reverse("enterprises:transfer", kwargs=pk), icon="arrows-exchange", capability="enterprises.transfer"),
            Button("列入重点名单", reverse("enterprises:list-on", kwargs=pk), icon="flag", capability="enterprises.supervise"),
        )

    @property
    def listings(self) -> list[KeyListing]:
        """Its key lists, read once."""
        if not hasattr(self, "_listings"):
            self._listings = list(self.object.key_listings.order_by("until", "-since"))
        return self._listings

    def get_context(self) -> dict[str, Any]:
        """All parts of the page."""
        firm = self.object
        full = completeness({key: getattr(firm, key) for key in WANTED})
        return super().get_context() | {
            "full": full, "pairs": self._pairs(), "contacts": self._contacts(), "tag_rows": firm.feature_links.all(),
            "hints": self._hints(), "periods": firm.supervision_periods.select_related("supervisor").order_by("-since"),
            "listings": self.listings, "history": history_lines(firm), "panels": self._panels(), "today": local_date(self.at),
            "may_supervise": self.actor.can("enterprises.supervise"),
        }  # fmt: skip

    def _pairs(self) -> list[tuple[str, Any]]:
        firm = self.object
        division = Division.objects.filter(code=firm.division_code).values_list("full_name", flat=True).first()
        known = Industry.objects.filter(code__in=industry_chain(firm.industry_code)).order_by("-code")
        industry = known.values_list("name", flat=True).first()
        return [
            ("所在行政区划", division or firm.division_code), ("地址", firm.address), ("牵头监管单位", firm.supervisor),
            ("报送单位", "本企业（直接报送）" if firm.direct_reporting else firm.reporting_unit), ("所有制", firm.get_ownership_display()),
            ("规模", f"{firm.get_scale_display()}{'，规模以上' if firm.above_scale else ''}"),
            ("国民经济行业", f"{firm.industry_code} {industry or ''}".strip()), ("监管行业", firm.get_sector_display()),
            ("工艺", "、".join(firm.processes)), ("从业人数", f"{firm.headcount} 人"), ("涉粉作业人数", f"{firm.dust_workers} 人"),
            ("标准化等级", f"{'一二三'[firm.standardisation_level - 1]}级" if firm.standardisation_level else "未达标"),
            ("结对帮扶", firm.get_pairing_role_display()),
        ]  # fmt: skip

    def _contacts(self) -> list[tuple[str, Any]]:
        firm = self.object
        return [
            ("主要负责人", f"{firm.principal_name} {masked(firm.principal_phone)}".strip()),
            ("安全负责人", f"{firm.safety_contact} {masked(firm.safety_phone)}".strip()),
        ]

    def _hints(self) -> list[tuple[str, str, str]]:
        """Features typical of the industry that nobody has confirmed."""
        firm = self.object
        known = {link.code for link in firm.feature_links.all()}
        tags = Catalogues.on(local_date(self.at)).features(firm.industry_code, firm.processes)
        wanted = {tag.feature: tag.citation for tag in tags if not tag.automatic and tag.feature not in known}
        names = dict(RiskFeature.objects.filter(code__in=wanted).values_list("code", "name"))
        return [(code, names.get(code, code), citation) for code, citation in wanted.items()]

    def _panels(self) -> list[dict[str, Any]]:
        """The parts of other apps, drawn for this person."""
        return [{"key": p.key, "title": p.title, "html": self._drawn(p)} for p in panels_for(self.actor)]

    def _drawn(self, panel: Any) -> SafeString:
        context = {"actor": self.actor, "object": self.object, "enterprise": self.object, "now": self.at, "panel": panel}
        return render_to_string(panel.template, context | panel.context(self.actor, self.object, self.at), self.request)


class EnterpriseNew(FormPage):
    """Opening a file."""

    capability = "enterprises.edit"
    heading = "登记企业"
    model = Enterprise
    form_class = RegisterForm
    submit_title = "登记"
    success_message = "已建档"
    success_url = "enterprises:detail"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the list."""
        return crumbs(("登记企业", ""))

    def get_initial(self) -> dict[str, Any]:
        """The actor's own bureau, when it is one."""
        home = self.actor.home_organisation
        own = home is not None and home.kind != "enterprise"
        return {"supervisor": home.pk if own and home else None, "dust_workers": 0, "ownership": "private", "scale": "small", "status": "in_operation"}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Bureaus within the actor's right."""
        return super().get_form_kwargs() | {"supervisors": bureaus_for(self.actor, "enterprises.edit")}

    def act(self, form: forms.BaseForm) -> Any:
        """Register."""
        assert isinstance(form, RegisterForm)
        data = form.cleaned_data
        return register_enterprise(
            self.actor, code=data["code"], supervisor=data["supervisor"], direct_reporting=data["direct_reporting"],
            at=self.at, **form.fields_for_service(),
        )  # fmt: skip


class FirmForm(FormPage):
    """A form about one firm."""

    abstract = True
    model = Enterprise
    success_url = "enterprises:detail"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the firm."""
        return crumbs((self.object.name, self.object.get_absolute_url()), (self.heading, ""))


class EnterpriseEdit(FirmForm):
    """Changing the file; refused when somebody else saved in between."""

    capability = "enterprises.edit"
    heading = "更正信息"
    form_class = ProfileForm

    def get_initial(self) -> dict[str, Any]:
        """The file as it stands."""
        firm = self.object
        values = {name: getattr(firm, name) for name in ProfileForm.base_fields if hasattr(firm, name)}
        return values | {
            "division": Division.objects.filter(code=firm.division_code).values_list("pk", flat=True).first(),
            "processes": "、".join(firm.processes), "standardisation_level": firm.standardisation_level or "",
        }  # fmt: skip

    def act(self, form: forms.BaseForm) -> Any:
        """Save."""
        assert isinstance(form, ProfileForm)
        return update_enterprise(self.actor, self.object, at=self.at, expect=self.expect, **form.fields_for_service())


class EnterpriseTransfer(FirmForm):
    """Another lead supervising body."""

    capability = "enterprises.transfer"
    heading = "调整牵头监管单位"
    intro = "调整后由新单位牵头监管和报送；以前的记录仍计入原报送单位。"
    form_class = TransferForm
    submit_title = "调整"
    confirm = "调整后原单位不再看到该企业的档案"
    success_message = "已调整牵头监管单位"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Bureaus within the actor's right."""
        return super().get_form_kwargs() | {"supervisors": bureaus_for(self.actor, "enterprises.transfer")}

    def act(self, form: forms.BaseForm) -> Any:
        """Move the firm; somebody who loses sight of it goes back to the list."""
        data = form.cleaned_data
        firm = transfer_supervision(self.actor, self.object, to=data["to"], at=self.at, reason=data["reason"])
        seen = Enterprise.objects.visible_to(self.actor).filter(pk=firm.pk).exists()
        return firm if seen else reverse("enterprises:list")


class TagAdd(FirmForm):
    """One more risk feature."""

    capability = "enterprises.supervise"
    heading = "增加风险特征"
    form_class = TagForm
    success_message = "已增加"

    def get_initial(self) -> dict[str, Any]:
        """The hint that led here."""
        return {"code": self.request.GET.get("code", "")}

    def act(self, form: forms.BaseForm) -> Any:
        """Add."""
        add_tag(self.actor, self.object, code=form.cleaned_data["code"], reason=form.cleaned_data["reason"], at=self.at)
        return self.object


class TagEnd(FirmForm):
    """Ending a risk feature."""

    capability = "enterprises.supervise"
    heading = "取消风险特征"
    intro = "取消后目录不再自动判定该特征；如需恢复，请重新增加。"
    form_class = EndTagForm
    submit_title = "取消该特征"
    success_message = "已取消"

    def act(self, form: forms.BaseForm) -> Any:
        """End."""
        end_tag(self.actor, self.object, code=self.kwargs["code"], reason=form.cleaned_data["reason"], at=self.at)
        return self.object


class ListOn(FirmForm):
    """Onto a key list."""

    capability = "enterprises.supervise"
    heading = "列入重点名单"
    form_class = KeyListForm
    submit_title = "列入"
    success_message = "已列入"

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {"since": local_date(self.at)}

    def act(self, form: forms.BaseForm) -> Any:
        """Put it on."""
        put_on_key_list(self.actor, self.object, at=self.at, **form.cleaned_data)
        return self.object


class ListOff(ActionPage):
    """Off a key list."""

    capability = "enterprises.supervise"
    heading = "移出重点名单"
    model = KeyListing
    form_class = DelistForm
    submit_title = "移出"
    success_message = "已移出"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the firm."""
        firm = self.object.enterprise
        return crumbs((firm.name, firm.get_absolute_url()), (self.heading, ""))

    def get_initial(self) -> dict[str, Any]:
        """From tomorrow."""
        return {"until": local_date(self.at) + timedelta(days=1)}

    def act(self, form: forms.BaseForm) -> Any:
        """Take it off."""
        take_off_key_list(self.actor, self.object, at=self.at, **form.cleaned_data)
        return str(self.object.enterprise.get_absolute_url())
