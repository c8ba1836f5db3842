"""Pages for reading files in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from bihuan.foundation.access.pages import SIGNED_IN, FormPage
from bihuan.foundation.access.pages.door import Page
from bihuan.foundation.documents.xlsx import MIME as XLSX
from bihuan.foundation.lib.problems import Forbidden
from bihuan.foundation.web.buttons import Button
from bihuan.hazards import imports
from bihuan.hazards.models import Hazard
from bihuan.hazards.views.papers import download

LARGEST = 5 * 1024 * 1024
COLUMNS = {"findings": imports.FINDING_COLUMNS, "plans": imports.PLAN_COLUMNS}


class UploadForm(forms.Form):
    """The kind of list, and the file."""

    kind = forms.ChoiceField(label="导入内容", choices=[("findings", "隐患清单"), ("plans", "五落实整改方案")])
    file = forms.FileField(label="表格文件", help_text="xlsx 格式，5 MB 以内；有一行不对则全部不导入，并给出逐行错误")

    def clean_file(self) -> Any:
        """Not too large."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("文件超过 5 MB，请分批导入")
        return file


class ImportPage(FormPage):
    """Read a list in."""

    capability = SIGNED_IN
    heading = "导入隐患"
    model = Hazard
    form_class = UploadForm
    submit_title = "导入"
    template_name = "hazards/import.html"

    def check_door(self) -> Any:
        """Officers import findings, firms their findings and plans."""
        refusal = super().check_door()
        if refusal is None and not (self.actor.can("hazards.import") or self.actor.can("hazards.plan")):
            raise Forbidden("access.forbidden", "您没有“批量导入隐患”的权限，请联系本单位系统运维人员授权。")
        return refusal

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Back to the list."""
        return [("一般问题隐患", reverse("hazards:general")), ("导入", "")]

    def get_buttons(self) -> list[Button]:
        """The empty sheets."""
        return [Button("下载隐患清单模板", reverse("hazards:import_template", kwargs={"kind": "findings"}), icon="download"),
                Button("下载方案模板", reverse("hazards:import_template", kwargs={"kind": "plans"}), icon="download")]  # fmt: skip

    def act(self, form: Any) -> Any:
        """Read it; with faults the same sheet comes back with a column 错误."""
        kind, content = form.cleaned_data["kind"], form.cleaned_data["file"].read()
        read = imports.import_findings if kind == "findings" else imports.import_plans
        outcome = read(self.actor, content, at=self.at)
        if outcome.faults:
            return self.render(self.get_context() | {"form": form, "faults": sorted(outcome.faults.items())[:200], "total": len(outcome.faults)}, status=422)
        self.done = outcome.done
        return reverse("hazards:list" if kind == "plans" else "hazards:general")

    def get_success_message(self, result: Any) -> str:
        """How many."""
        return f"已导入 {self.done} 条"


class ImportTemplate(Page):
    """An empty sheet to fill in."""

    capability = SIGNED_IN

    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """The xlsx."""
        columns = COLUMNS.get(kind, imports.FINDING_COLUMNS)
        return download(imports.workbook(columns, []), f"{'整改方案' if kind == 'plans' else '隐患清单'}导入模板.xlsx", XLSX)
