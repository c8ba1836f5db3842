"""Sheets as counties send them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

from bihuan.enterprises.tests.factories import code_of

HEADERS = ("序号", "单位名称", "统一社会信用代码", "县区", "行业类别", "职工人数", "法定代表人", "联系电话", "状态")


def row(number: int, name: str = "", **changes: Any) -> list[Any]:
    """One good row; `changes` by header."""
    values = {
        "序号": number, "单位名称": name or f"定襄县第{number}铸造厂", "统一社会信用代码": code_of(1000 + number), "县区": "定襄县", "行业类别": "机械",
        "职工人数": 20 + number % 50, "法定代表人": "王力", "联系电话": 13800000000 + number, "状态": "正常生产", **changes,
    }  # fmt: skip
    return [values[h] for h in HEADERS]


def workbook(rows: Sequence[Sequence[Any]], *, title: bool = True, headers: Sequence[str] = HEADERS, merge: Sequence[str] = ()) -> bytes:
    """An xlsx, with a title line above the headers as usual."""
    book = openpyxl.Workbook()
    sheet = book.active
    if title:
        sheet.append(["定襄县工贸企业基本情况表"])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headers))
    sheet.append(list(headers))
    for line in rows:
        sheet.append(list(line))
    for area in merge:
        sheet.merge_cells(area)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
