"""Files to download: 附件2, letters of supervision, drafts of proposals; and a proposal's page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from bihuan.foundation.access.pages import ActionPage, DetailPage
from bihuan.foundation.access.pages.records import RecordPage, RecordsPage
from bihuan.foundation.access.scoping import require
from bihuan.foundation.documents.render import MIME as DOCX
from bihuan.foundation.documents.xlsx import MIME as XLSX
from bihuan.foundation.lib.problems import NotFound, Problem
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.web.buttons import Button
from bihuan.hazards import exports, forms, services
from bihuan.hazards.models import Hazard, Proposal

MOST_ROWS = 2000


def download(content: bytes, name: str, mime: str) -> HttpResponse:
    """A file under its Chinese name."""
    return HttpResponse(content, content_type=mime, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"})


class Annex2(RecordsPage):
    """附件2 of everything in sight (or of one unit)."""

    capability = "hazards.view"
    model = Hazard

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The workbook."""
        rows: Any = self.get_queryset()
        rows = rows.ledger().with_people().select_related("supervision", "supervision__body")
        unit = request.GET.get("unit", "")
        if unit.isdecimal():
            rows = rows.beneath(int(unit))
        if rows.count() > MOST_ROWS:
            raise Problem("hazards.annex2_too_long", f"超过 {MOST_ROWS} 行，请先按属地缩小范围，或在台账页导出 xlsx。")
        content = exports.annex2_xlsx(rows, unit=str(self.actor.home_organisation or ""), at=self.at)
        return download(content, f"附件2 重大事故隐患清单台账 {local_date(self.at)}.xlsx", XLSX)


class Letter(RecordPage):
    """挂牌督办通知书 or 摘牌通知书, as drafts."""

    capability = "hazards.supervise"
    model = Hazard

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The docx."""
        hazard = self.object
        require(self.actor, "hazards.supervise", hazard)
        kind = self.kwargs["kind"]
        if not hasattr(hazard, "supervision") or kind not in ("listing", "delisting"):
            raise NotFound("hazards.no_letter", "该隐患没有可打印的督办文书。")
        if kind == "delisting" and hazard.supervision.status != "removed":
            raise Problem("hazards.not_removed", "尚未摘牌，不能打印摘牌通知书。", status=409)
        build, title = (exports.listing_notice, "挂牌督办通知书") if kind == "listing" else (exports.delisting_notice, "摘牌通知书")
        return download(build(hazard, self.at), f"{title} {hazard.supervision.plate_number}.docx", DOCX)


class ProposalPage(DetailPage):
    """One proposal: facts, draft, and the two decisions."""

    capability = "hazards.view"
    model = Proposal
    template_name = "hazards/proposal.html"

    def get_heading(self) -> str:
        """The measure."""
        return f"建议：{self.object.rung_title}"

    def get_tags(self) -> list[tuple[str, str]]:
        """Its state."""
        return [(self.object.state.title, self.object.state.tone)]

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to its hazard."""
        return [(self.object.hazard.number, self.object.hazard.get_absolute_url()), (self.object.rung_title, "")]

    def get_buttons(self) -> list[Button]:
        """Draft and decisions."""
        pk, made = self.object.pk, []
        if self.object.definition and self.object.definition.template:
            made.append(Button("下载文书草稿", reverse("hazards:proposal_letter", kwargs={"pk": pk}), icon="file-text", capability="hazards.escalate"))
        if self.object.is_open:
            made += [Button("不采纳", reverse("hazards:decline", kwargs={"pk": pk}), capability="hazards.escalate"),
                     Button("采纳", reverse("hazards:adopt", kwargs={"pk": pk}), primary=True, capability="hazards.escalate")]  # fmt: skip
        return made


class ProposalLetter(RecordPage):
    """The drafted letter."""

    capability = "hazards.escalate"
    model = Proposal

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The docx."""
        require(self.actor, "hazards.escalate", self.object)
        content = exports.proposal_letter(self.object, self.at)
        if content is None:
            raise NotFound("hazards.no_draft", "这一级措施没有文书模板，请按本单位程序另行制作。")
        return download(content, f"{self.object.rung_title} {self.object.hazard.number}.docx", DOCX)


class Adopt(ActionPage):
    """Take the measure."""

    capability = "hazards.escalate"
    heading = "采纳督办建议"
    model = Proposal
    confirm = "采纳后请下载文书草稿，按本单位程序签发；系统不自动处罚"

    def act(self, form: Any) -> Any:
        """Decide."""
        return services.adopt_proposal(self.actor, self.object, at=self.at, expect=self.expect)


class Decline(ActionPage):
    """Do not take it."""

    capability = "hazards.escalate"
    heading = "不采纳督办建议"
    model = Proposal
    form_class = forms.PlainReasonForm

    def act(self, form: Any) -> Any:
        """Decide."""
        return services.decline_proposal(self.actor, self.object, at=self.at, reason=form.cleaned_data["reason"], expect=self.expect)
