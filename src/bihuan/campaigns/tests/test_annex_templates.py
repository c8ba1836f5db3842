"""Annexes 1 to 4 print the official headings and the figures given, blanks where nothing has begun."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from docx import Document

from bihuan.campaigns.documents import samples
from bihuan.campaigns.documents.build import FORMS
from bihuan.foundation.documents.form_xlsx import form_workbook
from bihuan.foundation.documents.render import render_docx
from bihuan.foundation.documents.xlsx import render_xlsx
from bihuan.foundation.lib.times import cn_date

CAMPAIGN = "冶金工贸行业隐患排查整治专项行动"
# Headings as annexes 1 to 4 of 忻应急发〔2024〕216号 print them (line breaks and bracket width aside).
HEADINGS = {
    "annex1": ["序号", "类别", "要点", "备注"],
    "annex2": [
        "序号", "企业名称", "所在市（县、区）", "行业类别", "检查环节", "检查单位", "检查时间", "重大隐患明细", "整改措施",
        "挂牌督办单位", "行政处罚情况", "整改完成情况", "备注",
    ],
    "annex3": ["序号", "检查方", "受检方", "备注"],
    "annex4": [
        "序号", "企业名称", "所在县（市、区）", "行业", "检查单位", "检查时间", "一般隐患（条）", "重大事故隐患（条）",
        "采取的行政处罚措施", "行政情况", "整改完成情况", "备注",
    ],
}  # fmt: skip
TITLES = {
    "annex1": ["附件 1", CAMPAIGN, "周调度统计表"],
    "annex2": ["附件 2", f"{CAMPAIGN}重大事故隐患台账"],
    "annex3": ["附件 3", CAMPAIGN, "县级交叉检查工作安排表"],
    "annex4": ["附件 4", CAMPAIGN, "县级交叉检查隐患情况汇总表"],
}


def opened(name: str, context: Mapping[str, Any] | None = None) -> Any:
    made = render_docx(f"campaigns.{name}", context or getattr(samples, name)())
    return Document(io.BytesIO(made))


def words(text: str) -> str:
    """Without the blanks around figures."""
    return "".join(text.split(" "))


@pytest.mark.parametrize("name", HEADINGS)
def test_titles_and_headings_are_the_official_ones(name: str) -> None:
    document = opened(name)
    assert [paragraph.text for paragraph in document.paragraphs[: len(TITLES[name])]] == TITLES[name]
    assert [cell.text for cell in document.tables[0].rows[0].cells] == HEADINGS[name]


def test_annex1_rows_read_as_the_notice_words_them() -> None:
    rows = [[words(cell.text) for cell in row.cells] for row in opened("annex1").tables[0].rows[1:]]
    assert [row[1] for row in rows] == [
        "部署推进", "企业自查自改", "市县联合检查", "县级交叉检查", "行政处罚", "宣传曝光", "存在问题", "意见建议",
    ]  # fmt: skip
    assert rows[1][2] == (
        "486家企业制定了自查自改工作方案，发现一般问题隐患2438条，已整改2406条；重大事故隐患41条，已整改36条"
        "（其中确定标杆企业28家，帮扶企业96家，发现一般问题隐患742条，已整改701条；重大事故隐患7条，已整改6条）。"
    )
    assert rows[2][2] == (
        "市本级检查37家企业，发现一般问题隐患214条，已整改189条；重大事故隐患12条，已整改9条。"
        "县级共检查412家企业，发现一般问题隐患2086条，已整改1901条；重大事故隐患33条，已整改26条。"
    )
    assert rows[3][2:] == [
        "对9县开展了交叉检查，9县的31家企业，发现一般问题隐患168条，已整改74条；重大事故隐患5条，已整改2条。",
        "工作开展后填写。",
    ]
    assert rows[4][2] == (
        "处罚企业46家，合计处罚128.6万元，处罚企业主要负责人11人，合计处罚14.2万元；"
        "限期整改203家，停产整改7家，取缔关闭2家。"
    )


def test_cross_inspection_stays_blank_until_it_begins_and_zero_is_a_zero() -> None:
    context = samples.annex1()
    context["cross_check"] = dict.fromkeys(context["cross_check"])
    context["penalties"] = dict.fromkeys(context["penalties"], 0)
    rows = [[words(cell.text) for cell in row.cells] for row in opened("annex1", context).tables[0].rows[1:]]
    assert rows[3][2].startswith("对　县开展了交叉检查，　县的　家企业，发现一般问题隐患　条")
    assert "处罚企业0家，合计处罚0万元" in rows[4][2]


def test_ledger_rows_are_numbered_and_an_empty_ledger_says_so() -> None:
    rows = opened("annex2").tables[0].rows
    assert [[row.cells[0].text, row.cells[4].text] for row in rows[1:]] == [
        ["1", "企业自查"],
        ["2", "群众举报"],
    ]
    empty = opened("annex2", samples.annex2() | {"rows": []}).tables[0].rows
    assert [row.cells[0].text for row in empty] == ["序号", "无"]


def test_footer_names_edition_state_and_check_code() -> None:
    context = samples.annex1()
    line = opened("annex1").sections[0].footer.paragraphs[1].text
    code = context["imprint"]["check_code"]
    assert line == f"闭环平台生成 · 第13期 · 已锁定 · 校验码 {code} · 2025-03-07 10:32"


@pytest.mark.parametrize("name", HEADINGS)
def test_the_spreadsheet_has_the_same_headings_and_cells_as_the_document(name: str) -> None:
    context = getattr(samples, name)()
    page = openpyxl.load_workbook(io.BytesIO(render_xlsx(form_workbook(FORMS[name], context)))).active
    lines = [[cell.value for cell in row] for row in page.iter_rows(values_only=False)]
    start = next(n for n, line in enumerate(lines) if line[0] == "序号")
    assert lines[start] == HEADINGS[name]
    table = opened(name).tables[0]
    for line, row in zip(lines[start + 1 :], table.rows[1:], strict=False):
        for shown, cell in zip(line, row.cells, strict=True):
            expected = (
                cn_date(shown) if isinstance(shown, datetime) else str(shown if shown is not None else "")
            )
            assert words(expected) == words(cell.text)
