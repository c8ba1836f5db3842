"""Checking a sheet row by row into staged rows, and the two jobs that run in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from bihuan.enterprises.imports.errors import error_workbook
from bihuan.enterprises.imports.sheets import Sheet, data_columns, read_sheet
from bihuan.enterprises.models import Enterprise, EnterpriseImport, ImportRow, ImportState, RowKind
from bihuan.enterprises.rules.cells import Cell, CellFault, as_text, read_cell
from bihuan.enterprises.rules.columns import BY_KEY, TARGETS
from bihuan.enterprises.services import importing
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import organisations_visible_to
from bihuan.foundation.accounts.models import User
from bihuan.foundation.jobs.models import JobRun
from bihuan.foundation.jobs.running import Run
from bihuan.foundation.jobs.services import enqueue
from bihuan.foundation.lib.canonical import plain_json
from bihuan.foundation.lib.files import write_whole
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.sm3 import sm3_hex
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.tenancy.models import Organisation
from bihuan.reference.models import Division, Industry
from bihuan.reference.summaries import IndustryRow, sector_of

BATCH = 500
ENDINGS = ("应急管理局", "应急局", "应急管理部门", "应急管理厅")
Report = Callable[[int, int], None]


def stored_path(source: EnterpriseImport) -> Path:
    """Where the uploaded file lies."""
    return Path(settings.MEDIA_ROOT) / source.stored


def error_path(source: EnterpriseImport) -> Path:
    """Where its error workbook lies."""
    return Path(settings.MEDIA_ROOT) / source.error_file


def receive(actor: Actor, upload: UploadedFile[Any], *, default_supervisor: Organisation | None) -> EnterpriseImport:
    """Keep an upload and read its headers; Problem when it is no sheet of firms."""
    content = upload.read()
    return receive_bytes(actor, str(upload.name), content, default_supervisor=default_supervisor)


def receive_bytes(actor: Actor, name: str, content: bytes, *, default_supervisor: Organisation | None) -> EnterpriseImport:
    """As `receive`, for content at hand."""
    now, digest = utc_now(), sm3_hex(content)
    stored = f"imports/{now:%Y%m}/{digest[:24]}{Path(name).suffix.lower()[:6]}"
    path = Path(settings.MEDIA_ROOT) / stored
    write_whole(path, [content])
    sheet = read_sheet(path, name)
    samples = [[as_text(cell)[:40] for cell in row] for _, row in sheet.rows[:3]]
    return importing.receive_import(
        actor, file_name=name, stored=stored, digest=digest, sheet=sheet.title, header_row=sheet.header_row, headers=sheet.headers,
        samples=samples, default_supervisor=default_supervisor, at=now,
    )  # fmt: skip


@dataclass
class Tables:
    """What rows are checked against, read once."""

    bureaus: dict[str, Organisation | None]
    divisions: dict[str, str]
    industries: dict[str, IndustryRow]
    default: Organisation | None
    known: dict[str, Enterprise] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)

    @classmethod
    def for_actor(cls, actor: Actor, default: Organisation | None) -> Tables:
        """Bureaus in which the actor may import, divisions and industries by every name they go by."""
        bureaus: dict[str, Organisation | None] = {}
        for unit in organisations_visible_to(actor, "enterprises.import").filter(kind__in=["city", "county", "zone", "province"]):
            stem = next((unit.name.removesuffix(end) for end in ENDINGS if unit.name.endswith(end)), unit.name)
            for key in {unit.name, unit.short_name, unit.code, stem} - {""}:
                bureaus[key] = unit if bureaus.get(key, unit) == unit else None
        divisions = {}
        for code, name, full in Division.objects.current().values_list("code", "name", "full_name"):
            divisions[code] = divisions[full] = code
            divisions[name] = code if divisions.get(name, code) == code else ""
        return cls(bureaus, divisions, Industry.objects.current().table(), default)

    def look_up(self, actor: Actor, codes: Sequence[str]) -> None:
        """Read the firms that exist already: in sight with their file, elsewhere only as a code."""
        for start in range(0, len(codes), BATCH):
            part = codes[start : start + BATCH]
            rows = Enterprise.objects.visible_to(actor, "enterprises.import").filter(credit_code__in=part)
            self.known.update({row.credit_code: row for row in rows})
            everywhere = Enterprise.objects.filter(credit_code__in=part).values_list("credit_code", flat=True)
            self.elsewhere.update(set(everywhere) - set(self.known))


@dataclass
class Reading:
    """One row on its way: field values and messages."""

    number: int
    cells: dict[str, Cell]
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    firm: Enterprise | None = None
    changes: dict[str, Any] = field(default_factory=dict)

    def fault(self, key: str, text: str) -> None:
        """Note what is wrong with a field."""
        self.errors.append(f"{BY_KEY[key].title}：{text}")

    @property
    def kind(self) -> str:
        """What the row would do."""
        if self.errors:
            return RowKind.FAULTY
        if self.firm is None:
            return RowKind.NEW
        return RowKind.CHANGED if self.changes else RowKind.SAME


def check_sheet(actor: Actor, source: EnterpriseImport, sheet: Sheet, *, report: Report) -> tuple[dict[str, int], list[str], dict[int, str]]:
    """Stage every row; counts by kind, warnings, and errors by row number."""
    tables = Tables.for_actor(actor, source.default_supervisor)
    places = {key: i for i, key in enumerate(source.mapping) if key and i in data_columns(sheet.headers)}
    warnings = spread_merged(sheet, places)
    readings = [Reading(number, {key: row[i] if i < len(row) else None for key, i in places.items()}) for number, row in sheet.rows]
    merged_faults = warnings.pop("faults")
    for reading in readings:
        _read_values(reading)
        for key, i in places.items():
            if (reading.number, i) in sheet.uncomputed:
                reading.fault(key, "是公式但文件里没有计算结果，请在 WPS 或 Excel 中重新计算并保存，或改为数值")
        reading.errors += merged_faults.get(reading.number, [])
    tables.look_up(actor, [str(r.values["credit_code"]) for r in readings if "credit_code" in r.values])
    seen: dict[str, int] = {}
    counts: dict[str, int] = dict.fromkeys(RowKind.values, 0)
    for start in range(0, len(readings), BATCH):
        part = readings[start : start + BATCH]
        for reading in part:
            _check_row(reading, tables, seen)
            counts[reading.kind] += 1
        importing.stage_rows([_staged(source, reading) for reading in part])
        report(min(start + BATCH, len(readings)), len(readings))
    lines = list(warnings["lines"])
    used = sum(1 for _, i in sheet.formulas if i in places.values())
    if used:
        lines.append(f"共 {used} 个公式单元格，已取文件中保存的计算结果，请核对。")
    return counts, lines, {r.number: "；".join(r.errors) for r in readings if r.errors}


def spread_merged(sheet: Sheet, places: dict[str, int]) -> dict[str, Any]:
    """Give every row its part of a merged cell; merged names, codes and columns are faults, told by row."""
    rows = dict(sheet.rows)
    by_column = {i: key for key, i in places.items()}
    lines: list[str] = []
    faults: dict[int, list[str]] = {}
    for top, left, bottom, right in sheet.merged:
        if top + 1 <= sheet.header_row:
            continue
        columns = [i for i in range(left, right + 1) if i in by_column]
        here = [number for number in range(top + 1, bottom + 2) if number in rows]
        titles = "、".join(BY_KEY[by_column[i]].title for i in columns)
        if not columns or not here:
            continue
        if len(columns) > 1 or by_column[columns[0]] in ("name", "credit_code"):
            text = f"“{titles}”是合并单元格，请取消合并并逐行、逐列填写"
            for number in here:
                faults.setdefault(number, []).append(text)
            continue
        value = rows[here[0]][columns[0]] if top + 1 in rows else None
        for number in here:
            rows[number][columns[0]] = value
        lines.append(f"第 {top + 1} 至 {bottom + 1} 行的“{titles}”是合并单元格，已按同一内容填入各行，请核对。")
    return {"lines": lines, "faults": faults}


def _read_values(reading: Reading) -> None:
    for key, cell in reading.cells.items():
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        if key in ("supervisor", "division"):
            reading.values[key] = as_text(cell)
            continue
        try:
            reading.values[key] = read_cell(key, cell)
        except CellFault as fault:
            reading.fault(key, str(fault))


def _check_row(reading: Reading, tables: Tables, seen: dict[str, int]) -> None:
    values = reading.values
    for target in TARGETS:
        if target.required and target.key not in values and not any(e.startswith(target.title) for e in reading.errors):
            reading.fault(target.key, "未填写")
    code = values.get("credit_code")
    if code in seen:
        reading.fault("credit_code", f"与第 {seen[code]} 行重复")
    elif code:
        seen[code] = reading.number
    if code in tables.elsewhere:
        reading.fault("credit_code", "该企业已由其他监管单位建档，不在您的管辖范围内；请联系上级调整牵头监管单位")
    reading.firm = tables.known.get(code) if code else None
    supervisor = _supervisor(reading, tables)
    _division(reading, tables, supervisor)
    if reading.firm is None:
        _complete_new(reading, tables, supervisor)
    else:
        _compare(reading, supervisor)


def _supervisor(reading: Reading, tables: Tables) -> Organisation | None:
    text = reading.values.pop("supervisor", "")
    if not text:
        return None
    unit = tables.bureaus.get(text)
    if unit is None:
        reading.fault("supervisor", f"“{text}”不止一个，请填全称" if text in tables.bureaus else f"没有找到“{text}”，或不在您的管辖范围内")
    return unit


def _division(reading: Reading, tables: Tables, supervisor: Organisation | None) -> None:
    text = reading.values.pop("division", "")
    if text:
        unchanged = reading.firm is not None and reading.firm.division_code == text
        code = text if unchanged else tables.divisions.get(text)
        if code:
            reading.values["division_code"] = code
        else:
            reading.fault("division", f"“{text}”{'不止一处，请填代码' if code == '' else '不是行政区划名称或代码'}")
    elif reading.firm is None:
        unit = supervisor or tables.default
        if unit is not None:
            reading.values["division_code"] = unit.code[:12]


def _complete_new(reading: Reading, tables: Tables, supervisor: Organisation | None) -> None:
    unit = supervisor or tables.default
    if unit is not None:
        reading.values["supervisor"] = unit.pk
    elif not any(e.startswith(BY_KEY["supervisor"].title) for e in reading.errors):
        reading.fault("supervisor", "未填写，且上传时没有选择缺省的牵头监管单位")
    if "sector" not in reading.values and not any(e.startswith(BY_KEY["sector"].title) for e in reading.errors):
        match = sector_of(str(reading.values.get("industry_code", "")), tables.industries)
        if match is None:
            reading.fault("sector", "未填写，且无法由行业代码判定")
        else:
            reading.values["sector"] = match.sector


def _compare(reading: Reading, supervisor: Organisation | None) -> None:
    firm = reading.firm
    assert firm is not None
    if supervisor is not None and supervisor.pk != firm.supervisor_id:
        reading.fault("supervisor", f"与现档案（{firm.supervisor}）不同；变更归属请在企业页面办理“调整监管单位”")
    fields = {k: v for k, v in reading.values.items() if k != "credit_code"}
    reading.changes = {k: [plain_json(getattr(firm, k)), v] for k, v in fields.items() if plain_json(getattr(firm, k)) != v}


def _staged(source: EnterpriseImport, reading: Reading) -> ImportRow:
    values = {k: v for k, v in reading.values.items() if k != "credit_code"}
    if reading.firm is not None:
        values = {k: values[k] for k in reading.changes}
    return ImportRow(
        source=source, number=reading.number, kind=reading.kind, name=as_text(reading.cells.get("name"))[:200],
        code=str(reading.values.get("credit_code") or as_text(reading.cells.get("credit_code")))[:40], values=values, errors=reading.errors,
        changes=reading.changes, enterprise=reading.firm, version=reading.firm.version if reading.firm else None,
    )  # fmt: skip


def run_check(actor: Actor, source: EnterpriseImport, *, report: Report) -> dict[str, int]:
    """Check the file of an import from the start; safe to run again after a crash."""
    importing.begin_check(source)
    path = stored_path(source)
    sheet = read_sheet(path, source.file_name)
    counts, warnings, errors = check_sheet(actor, source, sheet, report=report)
    error_file = ""
    if errors:
        name, content = error_workbook(path, source.file_name, sheet, errors)
        error_file = f"imports/errors/{source.pk}{Path(name).suffix}"
        write_whole(Path(settings.MEDIA_ROOT) / error_file, [content])
    importing.end_check(source, counts=counts, warnings=warnings, error_file=error_file)
    return counts


def _owner(run: Run) -> Actor:
    if run.owner_id is None:
        raise Problem("enterprises.import_owner", "导入须由人员发起。")
    return Actor.of(User.objects.get(pk=run.owner_id), at=utc_now())


def check_job(run: Run, *, import_id: int) -> str:
    """Job: check an import."""
    source = EnterpriseImport.objects.select_related("default_supervisor").get(pk=import_id)
    counts = run_check(_owner(run), source, report=lambda done, total: run.progress(done, total, "正在逐行检查"))
    return f"检查完成：新建 {counts['new']}，更新 {counts['changed']}，无变化 {counts['same']}，有错误 {counts['faulty']}"


def load_job(run: Run, *, import_id: int) -> str:
    """Job: load a confirmed import, whole or not at all."""
    source = EnterpriseImport.objects.get(pk=import_id)
    if source.state == ImportState.DONE:
        return "已导入"  # the worker died between the commit and the end of the job
    run.progress(0, None, "正在写入，完成前不会有部分数据入库")
    try:
        new, changed = importing.load_import(_owner(run), source, at=utc_now())
    except Problem:
        importing.reopen_import(source)
        raise
    return f"已导入：新建 {new} 家，更新 {changed} 家"


def start_check(actor: Actor, source: EnterpriseImport) -> JobRun:
    """Queue the check."""
    return enqueue(actor, check_job, title=f"检查导入文件：{source.file_name}"[:120], organisation_id=source.organisation_id, import_id=source.pk)


def start_load(actor: Actor, source: EnterpriseImport) -> JobRun:
    """Queue the load."""
    return enqueue(actor, load_job, title=f"导入企业：{source.file_name}"[:120], organisation_id=source.organisation_id, import_id=source.pk)


def faulty_rows(source: EnterpriseImport) -> Iterator[ImportRow]:
    """The rows to mend, in the order of the sheet."""
    return iter(source.rows.filter(kind=RowKind.FAULTY).order_by("number"))


def header_choices() -> list[tuple[str, str]]:
    """Fields for the column pickers."""
    return [("", "不导入"), *[(t.key, f"{t.title}{'（必填）' if t.required else ''}") for t in TARGETS]]
