"""Pages of an import: upload, name the columns, look at what would happen, confirm."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.urls import reverse

from bihuan.enterprises.forms import MappingForm, UploadForm
from bihuan.enterprises.imports import checking
from bihuan.enterprises.models import Enterprise, EnterpriseImport, ImportState, RowKind
from bihuan.enterprises.rules.columns import BY_KEY
from bihuan.enterprises.services.importing import confirm_import, drop_import, map_columns
from bihuan.enterprises.views.lists import bureaus_for, crumbs
from bihuan.foundation.access.pages import ActionPage, Button, DetailPage, FormPage, ListPage
from bihuan.foundation.lib.problems import NotFound
from bihuan.foundation.web.tables import Column

TONES = {"uploaded": "yellow", "checking": "blue", "checked": "orange", "loading": "blue", "done": "green", "dropped": "gray"}
SHOWN = 200
LISTING = ("批量导入", "enterprises:imports")


def state_tag(source: EnterpriseImport) -> tuple[str, str]:
    """State with its colour."""
    return source.get_state_display(), TONES[source.state]


def differences(changes: dict[str, list[Any]]) -> list[str]:
    """What a row would change, in words."""
    titles = {key: target.title for key, target in BY_KEY.items()} | {"division_code": "行政区划"}
    return [f"{titles[key]}：{_shown(key, before)} → {_shown(key, after)}" for key, (before, after) in changes.items()]


def _shown(key: str, value: Any) -> str:
    if value is None or value == "":
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(value) or "空"
    column: Any = Enterprise._meta.get_field(key)
    return str(dict(column.choices or ()).get(value, value))


class ImportList(ListPage):
    """Imports of the organisation and those beneath it."""

    capability = "enterprises.import"
    heading = "批量导入"
    model = EnterpriseImport
    columns = (
        Column("file_name", "文件", url="enterprises:import", phone="title", sort="file_name"),
        Column("state", "状态", state_tag, kind="status", phone="state"),
        Column("organisation", "导入单位", phone="text"),
        Column("new", "新建", lambda i: i.counts.get("new"), kind="number"),
        Column("changed", "更新", lambda i: i.counts.get("changed"), kind="number"),
        Column("faulty", "有错误", lambda i: i.counts.get("faulty"), kind="number"),
        Column("uploaded_by", "上传人", "uploaded_by.name"),
        Column("uploaded_at", "上传时间", kind="datetime", sort="uploaded_at", phone="due"),
    )
    default_order = ("-uploaded_at", "-id")
    empty_text = "还没有导入过"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the firms."""
        return crumbs((self.heading, ""))

    def get_buttons(self) -> Sequence[Button]:
        """One more file."""
        return (Button("上传文件", reverse("enterprises:import-new"), icon="upload", primary=True, capability="enterprises.import"),)

    def get_queryset(self) -> Any:
        """With names."""
        return super().get_queryset().select_related("organisation", "uploaded_by")


class ImportNew(FormPage):
    """Uploading a sheet."""

    capability = "enterprises.import"
    heading = "上传企业名单"
    intro = "各县自己的表可直接上传，下一步再对应各列；确认之前不会改动任何企业档案。"
    model = EnterpriseImport
    form_class = UploadForm
    submit_title = "上传"
    success_message = "已上传，请核对各列"
    success_url = "enterprises:import-columns"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the imports."""
        return crumbs((LISTING[0], reverse(LISTING[1])), ("上传", ""))

    def get_initial(self) -> dict[str, Any]:
        """A county's officer imports for the county."""
        home = self.actor.home_organisation
        return {"supervisor": home.pk if home and home.kind in ("county", "zone") else None}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Bureaus within the actor's right."""
        return super().get_form_kwargs() | {"supervisors": bureaus_for(self.actor, "enterprises.import")}

    def act(self, form: forms.BaseForm) -> Any:
        """Keep the file and read its headers."""
        return checking.receive(self.actor, form.cleaned_data["file"], default_supervisor=form.cleaned_data["supervisor"])


class ImportColumns(FormPage):
    """Which column is which field."""

    capability = "enterprises.import"
    heading = "核对各列"
    intro = "已按表头推荐；本单位的选择会记住，下次同样的表自动对应。"
    model = EnterpriseImport
    form_class = MappingForm
    submit_title = "逐行检查"
    success_message = "正在检查"
    success_url = "enterprises:import"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the import."""
        own = (self.object.file_name, reverse("enterprises:import", kwargs={"pk": self.object.pk}))
        return crumbs((LISTING[0], reverse(LISTING[1])), own, ("核对各列", ""))

    def get_initial(self) -> dict[str, Any]:
        """The guess."""
        return {f"column_{place}": key for place, key in enumerate(self.object.mapping)}

    def get_form_kwargs(self) -> dict[str, Any]:
        """The headers of the file."""
        return super().get_form_kwargs() | {"headers": self.object.headers, "choices": checking.header_choices()}

    def get_context(self) -> dict[str, Any]:
        """Three sample values a column."""
        rows = self.object.samples
        samples = {f"column_{i}": "；".join(row[i] for row in rows if i < len(row) and row[i]) for i in range(len(self.object.headers))}
        return super().get_context() | {"samples": samples}

    def get_form(self) -> forms.BaseForm:
        """Each picker with the first values of its column beneath it."""
        form = super().get_form()
        samples = self.get_context()["samples"]
        for name, field in form.fields.items():
            field.help_text = f"例：{samples[name]}" if samples[name] else "该列前几行为空"
        return form

    def act(self, form: forms.BaseForm) -> Any:
        """Remember and check."""
        assert isinstance(form, MappingForm)
        source = self.object
        map_columns(self.actor, source, mapping=form.mapping(), at=self.at, start=lambda: checking.start_check(self.actor, source))
        return source


class ImportDetail(DetailPage):
    """Progress, then what would happen, then the outcome."""

    capability = "enterprises.import"
    model = EnterpriseImport
    template_name = "enterprises/import.html"

    def get_queryset(self) -> Any:
        """With the job."""
        return super().get_queryset().select_related("job", "uploaded_by", "organisation", "default_supervisor")

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the imports."""
        return crumbs((LISTING[0], reverse(LISTING[1])), (self.object.file_name, ""))

    def get_tags(self) -> Sequence[tuple[str, str]]:
        """Its state."""
        return (state_tag(self.object),)

    def get_buttons(self) -> Sequence[Button]:
        """The next step."""
        source, pk = self.object, {"pk": self.object.pk}
        busy = source.job is not None and source.job.is_open
        buttons = []
        if source.ready and not busy:
            todo = f"新建 {source.counts['new']} 家，更新 {source.counts['changed']} 家"
            buttons.append(Button("确认导入", reverse("enterprises:import-confirm", kwargs=pk), icon="check", primary=True, post=True, confirm=todo))
        if source.state in (ImportState.UPLOADED, ImportState.CHECKED, ImportState.CHECKING) and not busy:
            buttons.append(Button("核对各列", reverse("enterprises:import-columns", kwargs=pk), icon="columns-3"))
        if source.error_file and source.state == ImportState.CHECKED:
            buttons.append(Button("下载错误表", reverse("enterprises:import-errors", kwargs=pk), icon="download", primary=not source.ready))
        if source.state in (ImportState.UPLOADED, ImportState.CHECKED) and not busy:
            buttons.append(Button("放弃", reverse("enterprises:import-drop", kwargs=pk), icon="x", post=True, confirm="放弃后需重新上传"))
        return buttons

    def get_context(self) -> dict[str, Any]:
        """Counts, the rows with errors and the changes, the first of each."""
        source = self.object
        rows = source.rows.order_by("number")
        changed = [(row, differences(row.changes)) for row in rows.filter(kind=RowKind.CHANGED)[:SHOWN]]
        items = [
            {"title": label, "value": source.counts.get(kind, 0), "unit": "行", "tone": "red" if kind == "faulty" and source.counts.get(kind) else ""}
            for kind, label in RowKind.choices
        ]
        return super().get_context() | {
            "items": items if source.counts else [], "faulty": rows.filter(kind=RowKind.FAULTY)[:SHOWN], "changed": changed,
            "new": rows.filter(kind=RowKind.NEW)[:20], "shown": SHOWN,
        }  # fmt: skip


class ImportConfirm(ActionPage):
    """Letting the rows in."""

    capability = "enterprises.import"
    heading = "确认导入"
    model = EnterpriseImport
    success_url = "enterprises:import"
    success_message = "开始导入"

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the import."""
        return crumbs((self.object.file_name, reverse("enterprises:import", kwargs={"pk": self.object.pk})))

    def act(self, form: forms.BaseForm) -> Any:
        """Confirm."""
        source = self.object
        confirm_import(self.actor, source, at=self.at, start=lambda: checking.start_load(self.actor, source))
        return source


class ImportDrop(ImportConfirm):
    """Giving the import up."""

    capability = "enterprises.import"
    heading = "放弃导入"
    success_message = "已放弃"

    def act(self, form: forms.BaseForm) -> Any:
        """Drop it."""
        drop_import(self.actor, self.object, at=self.at)
        return self.object


class ImportErrors(DetailPage):
    """The error workbook."""

    capability = "enterprises.import"
    model = EnterpriseImport

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The file, named after the one that was uploaded."""
        source = self.object
        path = Path(settings.MEDIA_ROOT) / source.error_file
        if not source.error_file or not path.exists():
            raise NotFound("enterprises.no_error_file", "该导入没有错误表。")
        name = f"{Path(source.file_name).stem.removesuffix('_错误')}_错误{path.suffix}"
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)
