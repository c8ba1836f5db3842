"""The problem list (附件5): make, sign, issue, download, print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header

from bihuan.foundation.access.pages import ActionPage, DetailPage, FormPage
from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.documents.render import MIME as DOCX
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import shanghai
from bihuan.inspections import exports
from bihuan.inspections.choices import SignerRole
from bihuan.inspections.forms import ListForm, SignForm
from bihuan.inspections.models import ProblemList, Visit
from bihuan.inspections.services import (
    issue_problem_list,
    make_problem_list,
    rows_of_findings,
    sign_problem_list,
    verify_problem_list,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _crumbs(visit: Visit, here: str) -> Sequence[tuple[str, str]]:
    return (("检查记录", reverse("inspections:list")), (str(visit.enterprise), visit.get_absolute_url()), (here, ""))


class MakeList(FormPage):
    """Freeze the visit's findings as the list to be signed."""

    capability = "inspections.sign"
    heading = "生成问题隐患清单"
    model = Visit
    template_name = "inspections/make_list.html"
    submit_title = "生成清单"
    success_url = "inspections:detail"
    success_message = "清单已生成，请双方签字"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the visit."""
        return _crumbs(self.object, self.heading)

    def check_object(self) -> None:
        """Only while the visit is under way."""
        super().check_object()
        if not self.object.is_open:
            raise Problem("inspections.concluded", "检查已办结，清单不能再改；如有错漏请登记更正。", status=409)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows without notes, read once."""
        if not hasattr(self, "_found_rows"):
            self._found_rows = rows_of_findings(self.object)
        return self._found_rows

    def get_form(self) -> forms.BaseForm:
        """A note for each row; those of the list before are kept."""
        before = self.object.latest_list()
        initial = {f"note_{row['hazard']}": row.get("note", "") for row in (before.content["rows"] if before else []) if row.get("hazard")}
        return ListForm(rows=self.rows, **self.get_form_kwargs() | {"initial": initial})

    def get_context(self) -> dict[str, Any]:
        """The rows, and what happens to signatures."""
        before = self.object.latest_list()
        return super().get_context() | {"rows": self.rows, "before": before, "voided": before.signatures.count() if before else 0}

    def act(self, form: forms.BaseForm) -> Any:
        """Freeze."""
        assert isinstance(form, ListForm)
        make_problem_list(self.actor, self.object, rows=rows_of_findings(self.object, form.notes()), at=self.at)
        return self.object


class ListDoor:
    """A page about one revision of a list."""

    object: ProblemList

    def get_queryset(self) -> Any:
        """With its visit."""
        return super().get_queryset().select_related("visit__enterprise", "visit__body", "visit__organisation")  # type: ignore[misc]


class SignList(ListDoor, FormPage):
    """One signature on the list in force, or a refusal."""

    capability = "inspections.sign"
    heading = "清单签字"
    model = ProblemList
    form_class = SignForm
    template_name = "inspections/sign.html"
    submit_title = "确认签字"
    success_message = "已签字"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the visit."""
        return _crumbs(self.object.visit, self.heading)

    def check_object(self) -> None:
        """Only the revision in force of a visit under way."""
        super().check_object()
        newest = self.object.visit.latest_list()
        if not self.object.visit.is_open or newest is None or newest.pk != self.object.pk:
            raise Problem("inspections.superseded", "这一版清单已不能签字：检查已办结或已有新的一版，请返回检查页面。", status=409)

    def get_initial(self) -> dict[str, Any]:
        """Who has not signed yet comes first."""
        visit = self.object.visit
        signed = {(row.role, row.name) for row in self.object.signatures.all()}
        waiting = [name for name in visit.inspectors if (SignerRole.INSPECTOR, name) not in signed]
        if not any(role == SignerRole.INSPECTOR for role, _ in signed):
            return {"role": SignerRole.INSPECTOR, "name": waiting[0] if waiting else ""}
        return {"role": SignerRole.FIRM, "name": visit.enterprise.principal_name}

    def get_context(self) -> dict[str, Any]:
        """What is being signed."""
        return super().get_context() | {"list": self.object, "rows": self.object.content["rows"], "signed": list(self.object.signatures.all())}

    def act(self, form: forms.BaseForm) -> str:
        """Sign."""
        sign_problem_list(self.actor, self.object, at=self.at, **form.cleaned_data)
        return str(self.object.visit.get_absolute_url())


class IssueList(ListDoor, ActionPage):
    """Keep the signed form as issued."""

    capability = "inspections.sign"
    heading = "制发检查问题隐患清单"
    intro = "制发后单独存档，存档后不能改动；重新制发记为新的版次。"
    model = ProblemList
    submit_title = "制发"
    success_message = "已制发并存档"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the visit."""
        return _crumbs(self.object.visit, self.heading)

    def act(self, form: forms.BaseForm) -> str:
        """Print and keep."""
        content = exports.annex5_docx(self.object, at=self.at)
        issue_problem_list(self.actor, self.object, content=content, at=self.at)
        return str(self.object.visit.get_absolute_url())


class ListFile(ListDoor, DetailPage):
    """The form as a file: docx or xlsx."""

    capability = "inspections.view"
    model = ProblemList
    kinds: ClassVar[dict[str, str]] = {"docx": DOCX, "xlsx": XLSX}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The file."""
        kind = self.kwargs["kind"]
        build = exports.annex5_docx if kind == "docx" else exports.annex5_xlsx
        visit = self.object.visit
        name = f"检查问题隐患清单_{visit.enterprise}_{shanghai(visit.started_at):%Y%m%d}_第{self.object.revision}版.{kind}"
        disposition = content_disposition_header(True, name) or "attachment"
        return HttpResponse(build(self.object, at=self.at), content_type=self.kinds[kind], headers={"Content-Disposition": disposition})


class PrintList(ListDoor, DetailPage):
    """The form for paper."""

    capability = "inspections.view"
    model = ProblemList
    template_name = "inspections/print.html"
    heading = "检查问题隐患清单"

    def get_context(self) -> dict[str, Any]:
        """What the docx gets too, with addresses of the pictures."""
        context = exports.annex5_context(self.object, at=self.at, pictures=False)
        photos = exports.photos_of(self.object)
        rows = [row | {"pictures": photos.get(number, [])} for number, row in enumerate(context.pop("rows"))]
        signed = list(self.object.signatures.all())
        marks = {p.pk: p.url for p in Attachment.objects.filter(pk__in=[s.picture_id for s in signed if s.picture_id])}
        sides = {role: [marks[s.picture_id] for s in signed if s.role == role and s.picture_id in marks] for role in ("inspector", "firm")}
        return super().get_context() | context | {
            "rows": rows, "sides": sides, "verdict": verify_problem_list(self.object), "digest": self.object.digest,
            "back": self.object.visit.get_absolute_url(),
        }  # fmt: skip
