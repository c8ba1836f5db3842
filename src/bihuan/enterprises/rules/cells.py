"""From a cell as somebody typed it to the value of a field, or a Chinese message that says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from bihuan.enterprises.choices import OperatingStatus, Ownership, Scale
from bihuan.foundation.lib import credit_code
from bihuan.reference.choices import Sector
from bihuan.reference.summaries import industry_chain

Cell = str | float | int | bool | date | datetime | None
Value = str | int | bool | list[str] | None

YES = {"是", "有", "1", "true", "y", "yes", "√", "规上", "规模以上"}
NO = {"否", "无", "0", "false", "n", "no", "×", "规下", "规模以下", ""}
LEVELS = {
    "一级": 1, "二级": 2, "三级": 3, "1": 1, "2": 2, "3": 3, "1级": 1, "2级": 2, "3级": 3, "ⅰ级": 1, "ⅱ级": 2, "ⅲ级": 3,
    "i级": 1, "ii级": 2, "iii级": 3, "未达标": None, "无": None, "未创建": None, "": None,
}  # fmt: skip
SECTORS = {str(label): str(value) for value, label in Sector.choices} | {str(value): str(value) for value in Sector.values}
SCALES = {label: value for value, label in Scale.choices} | {"大": "large", "中": "medium", "小": "small", "微": "micro", "小微": "micro"}
OWNERSHIPS = {label: value for value, label in Ownership.choices} | {
    "央企": "central", "国有": "city", "省属": "provincial", "市属": "city", "县属": "county", "私营": "private", "民营": "private", "个体": "private",
    "集体": "private", "外资": "foreign", "合资": "foreign", "私营企业": "private", "港澳台": "foreign",
}  # fmt: skip
STATUSES = {label: value for value, label in OperatingStatus.choices} | {
    "正常": "in_operation", "生产": "in_operation", "在产": "in_operation", "营业": "in_operation", "存续": "in_operation", "开业": "in_operation",
    "停产停业": "stopped", "长期停产": "stopped", "停业": "stopped", "试生产": "in_operation", "建设": "building", "注销": "closed", "吊销": "closed",
    "关停": "closed", "已关闭": "closed",
}  # fmt: skip
LENGTHS = {"name": 120, "short_name": 40, "address": 200, "principal_name": 40, "principal_phone": 20, "safety_contact": 40, "safety_phone": 20}


class CellFault(Exception):
    """What is wrong with a cell, in Chinese."""


def as_text(cell: Cell) -> str:
    """A cell as one reads it: whole numbers without ".0", days as 2025-03-07."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    return str(cell).strip()


def _count(cell: Cell) -> Value:
    text = as_text(cell).replace(",", "").replace("，", "")
    match = re.fullmatch(r"(\d+)(?:\.0+)?\s*(?:人|名)?", text)
    if match is None:
        raise CellFault(f"“{text}”不是整数，请只填数字")
    if int(match[1]) > 1_000_000:
        raise CellFault(f"“{text}”过大，请核对")
    return int(match[1])


def _code(cell: Cell) -> Value:
    if isinstance(cell, float | int):
        raise CellFault("被存成了数字，末几位已丢失；请把该列设为文本格式后按营业执照重填")
    code = credit_code.normalise(as_text(cell))
    fault = credit_code.check(code)
    if fault:
        raise CellFault(fault)
    return code


def _choice(known: Mapping[str, str | int | None], hint: str, suffixes: str = "") -> Callable[[Cell], Value]:
    def read(cell: Cell) -> Value:
        text = as_text(cell)
        for form in (text, re.sub(suffixes, "", text) if suffixes else text, text.lower()):
            if form in known:
                return known[form]
        raise CellFault(f"“{text}”无法识别，可填：{hint}")

    return read


def _flag(cell: Cell) -> Value:
    text = as_text(cell).lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise CellFault(f"“{text}”无法识别，请填“是”或“否”")


def _industry(cell: Cell) -> Value:
    text = as_text(cell).upper()
    found = re.match(r"[A-T]?\d{2,4}(?!\d)", text)
    chain = industry_chain(found[0]) if found else ()
    if not chain:
        raise CellFault(f"“{text}”不是行业代码，应为 2 至 4 位数字，如 3110 或 C3110")
    return chain[0]


def _processes(cell: Cell) -> Value:
    return [word.strip() for word in re.split(r"[、，,;；\n/]", as_text(cell)) if word.strip()]


READERS: dict[str, Callable[[Cell], Value]] = {
    "credit_code": _code, "headcount": _count, "dust_workers": _count, "above_scale": _flag, "industry_code": _industry, "processes": _processes,
    "sector": _choice(SECTORS, "冶金、有色、建材、机械、轻工、纺织、烟草、商贸", "行业$|业$"),
    "scale": _choice(SCALES, "大型、中型、小型、微型", "企业$"),
    "ownership": _choice(OWNERSHIPS, "、".join(label for _, label in Ownership.choices)),
    "status": _choice(STATUSES, "正常生产、停产、在建、关闭"),
    "standardisation_level": _choice(LEVELS, "一级、二级、三级、未达标", "达标$|企业$"),
}  # fmt: skip


def read_cell(field: str, cell: Cell) -> Value:
    """The value of a filled cell for a field; CellFault when it cannot be read or is too long."""
    reader = READERS.get(field)
    if reader is not None:
        return reader(cell)
    text = as_text(cell)
    if len(text) > LENGTHS.get(field, 200):
        raise CellFault(f"超过 {LENGTHS.get(field, 200)} 个字（现为 {len(text)} 个）")
    return text
