"""Annex 5 prints the official headings, the photos, and room for both signatures."""

from __future__ import annotations

import io

from docx import Document

from bihuan.foundation.documents.render import render_docx
from bihuan.inspections.documents import samples


def test_annex5_is_the_official_form() -> None:
    document = Document(io.BytesIO(render_docx("inspections.annex5", samples.annex5())))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts == [
        "附件 5", "冶金工贸行业隐患排查整治专项行动", "检查问题隐患清单", "企业名称：定襄县某法兰锻造有限公司",
        "检查时间：2025 年 3 月 12 日", "检查人员（签字）：", "企业负责人（签字）：",
    ]  # fmt: skip
    rows = document.tables[0].rows
    assert [cell.text for cell in rows[0].cells] == [
        "序号",
        "隐患描述",
        "现场证据",
        "判定依据",
        "隐患类型",
        "备注",
    ]
    assert [row.cells[4].text for row in rows[1:]] == ["重大", "一般"]
    assert len(document.inline_shapes) == 2
