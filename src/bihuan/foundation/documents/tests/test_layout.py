"""What the builders put into a file."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from bihuan.foundation.documents.render import fill
from bihuan.foundation.documents.template_build import (
    Form,
    FormColumn,
    Para,
    form_sheet,
    official_letter,
    to_bytes,
)
from bihuan.foundation.documents.tests.factories import AT

IMPRINT = {"edition": "第1期", "state": "草稿", "check_code": "AAAA-BBBB", "printed_at": AT}
COLUMNS = (FormColumn("序号", 10, "{{ loop.index }}"), FormColumn("内容", 60, "{{ row.text }}", "left"))


def form(**options: Any) -> bytes:
    return to_bytes(
        form_sheet(Form(annex="附件 1", title=("甲", "乙"), columns=COLUMNS, note="按周填报。", **options))
    )


def filled(template: bytes, count: int) -> Any:
    rows = [{"text": f"第{n}行"} for n in range(count)]
    return Document(
        io.BytesIO(fill(template, {"unit": "某局", "filled_on": None, "rows": rows, "imprint": IMPRINT}))
    )


def test_rows_repeat_heading_repeats_rows_stay_whole() -> None:
    table = filled(form(), 3).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["序号", "内容"], ["1", "第0行"], ["2", "第1行"], ["3", "第2行"],
    ]  # fmt: skip
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_an_empty_list_says_so() -> None:
    table = filled(form(), 0).tables[0]
    assert [row.cells[0].text for row in table.rows] == ["序号", "无"]


def test_footer_carries_edition_state_and_check_code() -> None:
    footer = filled(form(), 1).sections[0].footer
    assert [paragraph.text for paragraph in footer.paragraphs] == [
        "— 1 —", "闭环平台生成 · 第1期 · 草稿 · 校验码 AAAA-BBBB · 2025-03-07 15:00",
    ]  # fmt: skip


def test_margins_are_those_of_the_standard() -> None:
    """GB/T 9704-2012 clauses 5.2.1 and 5.2.2: 天头 37 mm, 订口 28 mm, 版心 156 mm × 225 mm."""
    section = official_letter(title=("通知",), body=("正文",)).sections[0]
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    assert (round(width / 36000), round(height / 36000)) == (156, 225)


def test_landscape_and_a3() -> None:
    section = form_sheet(Form(title=("甲",), columns=COLUMNS, landscape=True, paper="A3")).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (420, 297)


def test_letter_levels_and_optional_parts() -> None:
    template = to_bytes(official_letter(title=("关于某事的通知",), body=(Para("一、要求", 1), "照办。")))
    context = {
        "mark": "某局文件", "number": "某〔2025〕1号", "addressee": "各县", "issuer": "某局", "issued_on": AT.date(),
        "contact": None, "copies_to": "", "printed_by": "", "imprint": IMPRINT,
    }  # fmt: skip
    document = Document(io.BytesIO(fill(template, context)))
    assert [paragraph.text for paragraph in document.paragraphs] == [
        "某局文件", "某〔2025〕1号", "关于某事的通知", "各县：", "一、要求", "照办。", "某局", "2025年3月7日",
    ]  # fmt: skip
    level_one = document.paragraphs[4].runs[0]
    assert level_one._element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"


def test_rebuilding_gives_the_same_file() -> None:
    assert form() == form()
