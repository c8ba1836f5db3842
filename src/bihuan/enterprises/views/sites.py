"""Sites on the one-firm page and the forms that keep them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Q

from bihuan.enterprises.forms import AgreementForm, PartyEndForm, PartyForm, SiteForm
from bihuan.enterprises.models import Enterprise, HazardCandidate, Site, SiteParty
from bihuan.enterprises.services import add_party, add_site, end_party, sign_agreement
from bihuan.enterprises.views.detail import FirmForm
from bihuan.enterprises.views.lists import crumbs
from bihuan.foundation.access.pages import FormPage, ListPage
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.web.tables import Column, Filter, Tab


class SiteNew(FirmForm):
    """One more premises."""

    capability = "enterprises.edit"
    heading = "登记场所"
    form_class = SiteForm

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {"since": local_date(self.at), "address": self.object.address}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Its own sites may enclose the new one."""
        return super().get_form_kwargs() | {"sites": Site.objects.filter(enterprise=self.object)}

    def act(self, form: forms.BaseForm) -> Any:
        """Add."""
        add_site(self.actor, self.object, at=self.at, **form.cleaned_data)
        return self.object


class SitePage(FormPage):
    """A form about a site or a party; back to the landlord's page."""

    abstract = True
    capability = "enterprises.edit"

    @property
    def landlord(self) -> Enterprise:
        """Whose site it is."""
        site = self.object.site if isinstance(self.object, SiteParty) else self.object
        firm: Enterprise = site.enterprise
        return firm

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the landlord."""
        return crumbs((self.landlord.name, self.landlord.get_absolute_url()), (self.heading, ""))

    def get_success_url(self, result: Any) -> str:
        """The landlord's page."""
        return str(self.landlord.get_absolute_url())


class PartyNew(SitePage):
    """One more firm on a site."""

    heading = "登记承租、承包单位"
    model = Site
    form_class = PartyForm
    intro = "出租、发包须签订专门的安全生产管理协议（安全生产法第四十九条）；没有协议的自动列为隐患线索。"

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {"since": local_date(self.at)}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Firms in sight."""
        return super().get_form_kwargs() | {"firms": Enterprise.objects.visible_to(self.actor).supervised()}

    def act(self, form: forms.BaseForm) -> Any:
        """Add."""
        return add_party(self.actor, self.object, at=self.at, **form.cleaned_data)


class PartyAgreement(SitePage):
    """The agreement on safety."""

    heading = "登记安全生产管理协议"
    model = SiteParty
    form_class: ClassVar[type[forms.BaseForm]] = AgreementForm

    def get_queryset(self) -> Any:
        """Parties of sites in sight: the landlord's bureau keeps them."""
        return SiteParty.objects.filter(site__in=Site.objects.visible_to(self.actor)).select_related("site__enterprise", "enterprise")

    def check_object(self) -> None:
        """The service asks for the right at the landlord."""

    def get_initial(self) -> dict[str, Any]:
        """As noted."""
        return {"signed_on": self.object.agreement_signed_on, "until": self.object.agreement_until}

    def act(self, form: forms.BaseForm) -> Any:
        """Sign."""
        return sign_agreement(self.actor, self.object, at=self.at, **form.cleaned_data)


class PartyEnd(PartyAgreement):
    """The firm leaves."""

    heading = "结束场所关系"
    form_class = PartyEndForm

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {"until": local_date(self.at)}

    def act(self, form: forms.BaseForm) -> Any:
        """End."""
        return end_party(self.actor, self.object, at=self.at, **form.cleaned_data)


class CandidateList(ListPage):
    """Candidates for hazards that the file itself shows."""

    capability = "enterprises.view"
    heading = "隐患线索"
    intro = "由企业档案自动发现：缺安全协议、煤气管道多次泄漏等；核实后登记为隐患。"
    model = HazardCandidate
    columns = (
        Column("title", "内容", phone="title", clamp=True),
        Column("enterprise", "企业", "enterprise.name", url=lambda row: row.enterprise.get_absolute_url(), phone="text"),
        Column("basis", "依据"),
        Column("noticed_at", "发现时间", kind="datetime", sort="noticed_at", phone="due"),
        Column("state", "状态", lambda row: ("已消除", "green") if row.cleared_at else ("待核实", "orange"), kind="status", phone="state"),
        Column("cleared_reason", "消除原因", hidden=True),
    )
    filters = (Filter("q", "内容、企业", kind="search", fields=("title", "enterprise__name")),)
    tabs = (Tab("open", "待核实", when=Q(cleared_at=None)), Tab("all", "全部"))
    default_order = ("-noticed_at", "-id")
    empty_text, empty_good = "没有待核实的线索", True

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the firms."""
        return crumbs((self.heading, ""))

    def get_queryset(self) -> Any:
        """With the firm."""
        return super().get_queryset().select_related("enterprise")

