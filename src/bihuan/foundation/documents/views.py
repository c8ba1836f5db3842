"""Pages: issued copies (已发文书), their files, and the templates (文书模板) with their replacement."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header

from bihuan.foundation.access.pages import BlankPage, Button, DetailPage, FormPage, ListPage
from bihuan.foundation.documents import registry
from bihuan.foundation.documents.forms import TemplateForm
from bihuan.foundation.documents.models import IssuedCopy, TemplateChange
from bihuan.foundation.documents.render import MIME, render_docx
from bihuan.foundation.documents.services import fault_of, replace_template, restore_template
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.web.tables import Column, Filter

TEMPLATES = "documents:templates"


class IssuedCopyList(ListPage):
    """Every copy in one's sight."""

    capability = "documents.view"
    heading = "已发文书"
    intro = "每次制发都单独存档，存档后不能改动；重新制发记为新的版次。"
    model = IssuedCopy
    columns = (
        Column("title", "标题", url="documents:file", sort="title", phone="title"),
        Column("number", "文号", sort="number", phone="text"),
        Column("organisation", "所属单位", value="organisation.name"),
        Column("edition", "版次", kind="number"),
        Column("issued_at", "制发时间", kind="datetime", sort="issued_at", phone="text"),
        Column("issued_by_name", "制发人"),
        Column("sm3", "SM3", hidden=True),
    )
    filters = (
        Filter("q", "标题、文号", kind="search", fields=("title", "number")),
        Filter("issued", "制发日期", kind="dates", field="issued_at"),
    )
    default_order = ("-issued_at", "-id")
    empty_text = "还没有制发文书"

    def get_buttons(self) -> list[Button]:
        """To the templates, for those who may replace them."""
        return [
            Button("文书模板", reverse(TEMPLATES), icon="file-text", capability="documents.replace_template")
        ]

    def get_queryset(self) -> Any:
        """With the owner's name."""
        return super().get_queryset().select_related("organisation")


class IssuedCopyFile(DetailPage):
    """The stored file itself; refused when it no longer is what was issued."""

    capability = "documents.view"
    model = IssuedCopy

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with the file as a download."""
        fault = fault_of(self.object)
        if fault is not None:
            raise Problem(
                "documents.altered_copy", f"{fault}，不能下载。请联系系统运维人员从备份恢复。", status=409
            )
        stored = default_storage.open(self.object.file.name, "rb")
        return FileResponse(
            stored, as_attachment=True, filename=self.object.filename, content_type=self.object.mime
        )


class TemplateList(BlankPage):
    """All templates: shipped or replaced, when and by whom."""

    capability = "documents.replace_template"
    heading = "文书模板"
    intro = "模板可以下载后在 WPS 或 Word 中修改再上传；更换由省、市两级办理，对全部单位生效。"
    template_name = "documents/templates.html"

    def get_crumbs(self) -> tuple[tuple[str, str], ...]:
        """Beneath the issued copies."""
        return (("已发文书", reverse("documents:list")), ("文书模板", ""))

    def get_context(self) -> dict[str, Any]:
        """Adds `lines`: template and its last change."""
        last: dict[str, TemplateChange] = {}
        for change in TemplateChange.objects.order_by("changed_at", "id"):
            last[change.key] = change
        lines = [
            {"template": item, "replaced": item.override.exists(), "change": last.get(item.key)}
            for item in registry.templates()
        ]
        return super().get_context() | {"lines": lines}


class TemplateFile(BlankPage):
    """Download the template in force, or its sample filled in."""

    capability = "documents.replace_template"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with the docx."""
        template = registry.get(self.kwargs["key"])
        if self.kwargs["form"] == "sample":
            content, name = render_docx(template.key, template.sample()), f"{template.title}（样例）.docx"
        else:
            content, name = template.path.read_bytes(), f"{template.title}（模板）.docx"
        response = HttpResponse(content, content_type=MIME)
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return response


class TemplatePage(FormPage):
    """What the two template forms share."""

    abstract = True
    capability = "documents.replace_template"
    success_url = TEMPLATES
    action: ClassVar[str] = ""

    @property
    def template(self) -> registry.Template:
        """The template named in the address."""
        return registry.get(self.kwargs["key"])

    def get_heading(self) -> str:
        """Name the template."""
        return f"{self.action}：{self.template.title}"

    def get_crumbs(self) -> tuple[tuple[str, str], ...]:
        """Beneath the list of templates."""
        return (("文书模板", reverse(TEMPLATES)), (self.action, ""))


class TemplateReplace(TemplatePage):
    """Upload the installation's own version."""

    action = "更换模板"
    form_class = TemplateForm
    submit_title = "试填并启用"
    success_message = "已启用新模板，请下载样例核对版面"

    def act(self, form: forms.BaseForm) -> Any:
        """Try it and put it in force."""
        content = form.cleaned_data["file"].read()
        replace_template(self.actor, key=self.template.key, content=content, at=self.at)
        return reverse(TEMPLATES)


class TemplateRestore(TemplatePage):
    """Put the shipped version back."""

    action = "恢复系统自带模板"
    form_class = forms.Form
    submit_title = "恢复"
    success_message = "已恢复系统自带模板"

    def act(self, form: forms.BaseForm) -> Any:
        """Restore."""
        restore_template(self.actor, key=self.template.key, at=self.at)
        return reverse(TEMPLATES)
