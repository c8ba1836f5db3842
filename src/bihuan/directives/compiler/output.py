"""Results written out: JSON in the guideline's vocabulary, and a workbook for people."""

import json
from pathlib import Path

import xlsxwriter

from .model import CompiledNotice, Obligation

KINDS = {
    "one_off": "一次性",
    "recurring": "周期性",
    "standing": "长期",
    "prohibition": "禁止",
    "quota": "指标",
    "reporting": "报送",
}
STRENGTHS = {"must": "应当", "should": "争取", "encouraged": "鼓励"}
ACTORS = {
    "province_bureau": "省级应急管理部门", "city_bureau": "市级应急管理部门", "county_bureau": "县级应急管理部门",
    "committee": "专委会（安委会）", "leading_group": "领导小组", "department": "有关部门", "town": "乡镇（街道）",
    "enterprise": "企业", "enterprise_head": "企业主要负责人", "expert": "专家或第三方机构", "other": "其他",
}  # fmt: skip
_HEAD = (
    "编号",
    "章节",
    "原文",
    "责任主体",
    "事项",
    "类型",
    "力度",
    "时限",
    "时限依据",
    "周期",
    "次数",
    "数量",
    "地区分解",
    "适用对象",
    "依据文件",
    "可信度",
    "可信度说明",
)
_WIDTHS = (8, 12, 60, 20, 30, 8, 8, 12, 24, 10, 6, 20, 24, 20, 24, 8, 24)


def to_json_text(notice: CompiledNotice) -> str:
    """Return the result as JSON text, without the source text itself."""
    plain = notice.to_json()
    plain.pop("text", None)
    return json.dumps(plain, ensure_ascii=False, indent=1)


def write_xlsx(notice: CompiledNotice, path: Path) -> None:
    """Write one row an obligation."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("义务清单")
    head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1, "text_wrap": True})
    cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    for column, (title, width) in enumerate(zip(_HEAD, _WIDTHS, strict=True)):
        sheet.write_string(0, column, title, head)
        sheet.set_column(column, column, width)
    for row, item in enumerate(notice.obligations, start=1):
        for column, value in enumerate(_row(item)):
            sheet.write_string(row, column, value, cell)
    sheet.freeze_panes(1, 2)
    book.close()


def _row(item: Obligation) -> tuple[str, ...]:
    return (
        item.id,
        item.section_path,
        "".join(item.text.split()),
        "、".join(ACTORS.get(code, code) for code in item.actors),
        item.action,
        KINDS[item.kind],
        STRENGTHS[item.strength],
        item.deadline.isoformat() if item.deadline else item.deadline_text or "",
        item.deadline_rule or "",
        item.period or "",
        str(item.frequency or ""),
        "；".join(f"{q.what} {q.value:g}{q.unit}（{q.bound}）" for q in item.quantity),
        "；".join(f"{s.place} {s.value:g} {s.what}" for s in item.breakdown),
        "、".join(item.applies_to),
        "；".join(item.source_basis),
        f"{item.confidence:.2f}",
        item.confidence_reason,
    )
