"""Files read in: findings of a check, and five-part plans by hazard number. Nothing is half-loaded: one fault refuses the file."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from openpyxl import Workbook
from openpyxl.styles import Font
from python_calamine import CalamineError, CalamineWorkbook

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.lib.money import wan_to_fen
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import SHANGHAI
from bihuan.hazards import services
from bihuan.hazards.choices import Level, Origin
from bihuan.hazards.models import Hazard
from bihuan.reference.models import CriterionVersion

MOST_ROWS = 2000
FINDING_COLUMNS = ("统一社会信用代码", "检查环节", "隐患等级", "隐患名称", "情况描述", "依据", "判定条款编号", "部位", "发现时间")
PLAN_COLUMNS = ("隐患编号", "责任", "措施", "资金（万元）", "时限", "预案")
OPTIONAL = {"依据", "判定条款编号", "部位"}
Row = dict[str, Any]


@dataclass
class Outcome:
    """What came of a file: how many rows were taken in, or the faults by row number as the sheet shows it."""

    kind: str
    done: int = 0
    faults: dict[int, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


def read_sheet(content: bytes) -> list[list[Any]]:
    """The first sheet's cells; formulas give their stored values. Problem for what is no workbook."""
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError, ValueError) as fault:
        raise Problem("hazards.not_a_workbook", "无法读取该文件，请上传 xlsx 格式的表格。", field="file") from fault


def rows_of(content: bytes, columns: Sequence[str]) -> list[tuple[int, Row]]:
    """(row number, values by heading) below the heading row; Problem naming the headings that are missing."""
    sheet = read_sheet(content)
    head_at = next((n for n, row in enumerate(sheet[:20]) if columns[0] in [str(cell).strip() for cell in row]), None)
    if head_at is None:
        raise Problem("hazards.no_heading", f"没有找到表头“{columns[0]}”，请使用下载的模板填写。", field="file")
    heading = [str(cell).strip() for cell in sheet[head_at]]
    missing = [name for name in columns if name not in heading and name not in OPTIONAL]
    if missing:
        raise Problem("hazards.missing_columns", f"缺少列：{'、'.join(missing)}。", field="file")
    body = [(n, row) for n, row in enumerate(sheet[head_at + 1 :], start=head_at + 2) if any(str(cell).strip() for cell in row)]
    if len(body) > MOST_ROWS:
        raise Problem("hazards.too_many_rows", f"一次最多导入 {MOST_ROWS} 行，请分批导入。", field="file")
    return [(n, {name: cell for name, cell in zip(heading, row, strict=False) if name in columns}) for n, row in body]


def text(row: Row, name: str) -> str:
    """A cell as text; whole numbers without .0."""
    value = row.get(name, "")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def moment(row: Row, name: str) -> datetime:
    """A cell as a moment in China; a bare day means its morning."""
    value = row.get(name)
    if isinstance(value, datetime):
        return value.replace(tzinfo=SHANGHAI)
    if isinstance(value, date):
        return datetime.combine(value, time(8), SHANGHAI)
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d"):
        try:
            return datetime.strptime(str(value).strip(), form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
    raise Problem("hazards.bad_time", f"{name}“{value}”不是时间，请写作 2025-03-07 10:30")


def import_findings(actor: Actor, content: bytes, *, at: datetime) -> Outcome:
    """Enter every row as a finding, or none: all faults are returned by row."""
    origins, levels = {label: value for value, label in Origin.choices}, {label: value for value, label in Level.choices}

    def enter(row: Row) -> None:
        firms = Enterprise.objects.all()
        seen = firms.visible_to(actor, "hazards.report") | firms.visible_to(actor, "hazards.self_report")
        firm = seen.filter(credit_code=text(row, "统一社会信用代码").upper()).first()
        if firm is None:
            raise Problem("hazards.unknown_firm", f"没有信用代码为“{text(row, '统一社会信用代码')}”的企业，或它不在您的管辖范围内")
        code = text(row, "判定条款编号")
        found_at = moment(row, "发现时间")
        criterion = CriterionVersion.objects.effective_on(found_at.date()).filter(criterion__code=code).first() if code else None
        if code and criterion is None:
            raise Problem("hazards.no_criterion", f"没有编号为“{code}”的有效判定条款")
        services.report_hazard(
            actor, enterprise=firm, origin=origins.get(text(row, "检查环节"), text(row, "检查环节")), level=levels.get(text(row, "隐患等级"), text(row, "隐患等级")),
            title=text(row, "隐患名称"), description=text(row, "情况描述"), basis=text(row, "依据"), place=text(row, "部位"), criterion=criterion,
            found_at=found_at, at=at, note="表格导入",
        )  # fmt: skip

    return _all_or_none("findings", content, FINDING_COLUMNS, enter)


def import_plans(actor: Actor, content: bytes, *, at: datetime) -> Outcome:
    """Send in the five-part plan of every row, or none; a row without one of the parts refuses the file."""

    def enter(row: Row) -> None:
        hazard = Hazard.objects.visible_to(actor).filter(number=text(row, "隐患编号")).first()
        if hazard is None:
            raise Problem("hazards.unknown_number", f"没有编号为“{text(row, '隐患编号')}”的隐患，或它不在您的管辖范围内")
        amount, due = text(row, "资金（万元）"), row.get("时限")
        try:
            fen = wan_to_fen(amount) if amount else None
        except ValueError as fault:
            raise Problem("hazards.bad_amount", str(fault)) from fault
        services.submit_plan(
            actor, hazard, at=at, person=text(row, "责任"), measures=text(row, "措施"), amount_fen=fen,
            due_on=moment(row, "时限").date() if str(due or "").strip() else None, contingency=text(row, "预案"), note="表格导入",
        )  # fmt: skip

    return _all_or_none("plans", content, PLAN_COLUMNS, enter)


def _all_or_none(kind: str, content: bytes, columns: Sequence[str], enter: Callable[[Row], None]) -> Outcome:
    outcome = Outcome(kind)
    rows = rows_of(content, columns)
    with transaction.atomic():
        for number, row in rows:
            try:
                with transaction.atomic():
                    enter(row)
                outcome.done += 1
            except Problem as problem:
                outcome.faults[number] = problem.message
        outcome.rows = [row | {"错误": outcome.faults.get(number, "")} for number, row in rows]
        if outcome.faults:
            outcome.done = 0
            transaction.set_rollback(True)
    return outcome


def faults_workbook(outcome: Outcome, columns: Sequence[str]) -> bytes:
    """The same sheet with a column 错误, to mend and send again."""
    return workbook([*columns, "错误"], outcome.rows)


def workbook(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A plain sheet: the template when it has no rows."""
    book = Workbook()
    page = book.active
    if page is None:
        raise RuntimeError("a new workbook has a sheet")
    page.append(list(columns))
    for cell in page[1]:
        cell.font = Font(bold=True)
    for row in rows:
        page.append([row.get(name, "") for name in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
