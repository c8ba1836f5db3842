"""A form's sheet carries the same headings, wording and values as its docx."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from bihuan.foundation.documents.form_xlsx import form_workbook
from bihuan.foundation.documents.template_build import Form, FormColumn, Signature
from bihuan.foundation.documents.tests.factories import AT
from bihuan.foundation.documents.xlsx import render_xlsx

IMPRINT = {"edition": "第1期", "state": "已锁定", "check_code": "AAAA-BBBB", "printed_at": AT}
LEDGER = Form(
    title=("{{ campaign }}", "台账"),
    annex="附件 2",
    columns=(
        FormColumn("序号", 10, "{{ loop.index }}"),
        FormColumn("企业名称", 30, "{{ row.firm }}", "left"),
        FormColumn("检查时间", 20, "{{ row.day|cn_date }}"),
        FormColumn("一般隐患（条）", 20, "{{ row.n|num }}", whole=True),
    ),
    note="每周五上报。",
    signatures=(Signature(("填报人：{{ by }}", "（盖章）")),),
)


def page_of(form: Form, **context: Any) -> Any:
    sheet = form_workbook(
        form, {"campaign": "某行动", "unit": "某局", "filled_on": "2025-03-07", "imprint": IMPRINT, **context}
    )
    return openpyxl.load_workbook(io.BytesIO(render_xlsx(sheet))).active


def test_ledger_is_typed() -> None:
    rows = [{"firm": "甲 & 乙", "day": "2025-02-18", "n": 3}, {"firm": "丙", "day": None, "n": None}]
    page = page_of(LEDGER, rows=rows, by="李岩")
    values = [[cell.value for cell in row] for row in page.iter_rows()]
    assert [line[0] for line in values[:4]] == ["附件 2", "某行动", "台账", "填报单位：某局"]
    assert values[4] == ["序号", "企业名称", "检查时间", "一般隐患（条）"]
    assert values[5] == [1, "甲 & 乙", datetime(2025, 2, 18), 3]
    assert values[6] == [2, "丙", None, None]
    assert values[7][0] == "说明：每周五上报。"
    assert values[8][0].split() == ["填报人：李岩", "（盖章）"]


def test_fixed_rows_print_their_wording() -> None:
    form = Form(
        title=("周表",),
        columns=(FormColumn("序号", 10, ""), FormColumn("要点", 90, "")),
        fixed_rows=[["1", ["1. [[a.n]]个县<完成>。", "2. {{ text }}"]], ["2", "对[[b]]县检查。"]],
    )
    page = page_of(form, a={"n": 14}, b=None, text="本周“调度”2次")
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=4)] == [
        ["1", "1. 14个县<完成>。\n2. 本周“调度”2次"],
        ["2", "对　县检查。"],
    ]


def test_rows_are_high_enough_for_their_text() -> None:
    rows = [{"firm": "很长的企业名称" * 20, "day": None, "n": 1}, {"firm": "短", "day": None, "n": 1}]
    page = page_of(LEDGER, rows=rows, by="")
    long, short = page.row_dimensions[6].height, page.row_dimensions[7].height
    assert 15 < short < 25
    assert long >= 15 * 140 * 2 / page.column_dimensions["B"].width


def test_a_cell_of_several_tags_is_refused() -> None:
    form = Form(title=("x",), columns=(FormColumn("甲", 10, "{{ row.a }}{{ row.b }}"),))
    with pytest.raises(ValueError, match="not one tag"):
        form_workbook(form, {"unit": "", "filled_on": None, "rows": [], "imprint": IMPRINT})
