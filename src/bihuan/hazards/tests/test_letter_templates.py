"""The letters of hazard supervision carry their facts and decide no penalty."""

from __future__ import annotations

import io

import pytest
from docx import Document

from bihuan.foundation.documents import registry
from bihuan.foundation.documents.render import render_docx

LETTERS = {
    "hazards.urging_letter": ["关于督促按期完成隐患整改的函", "已超期4天", "2025年3月21日前"],
    "hazards.interview_notice": [
        "关于约谈定襄县某法兰锻造有限公司的通知",
        "2025年3月18日上午9时30分",
        "主要负责人赵某",
    ],
    "hazards.listing_notice": [
        "重大事故隐患挂牌督办通知书",
        "定安督挂〔2025〕3号",
        "2025年3月20日前",
        "91140921MA0K12345X",
    ],
    "hazards.delisting_notice": ["重大事故隐患摘牌通知书", "李岩、张敏于2025年3月13日现场核查", "予以摘牌"],
}


@pytest.mark.parametrize("key", LETTERS)
def test_a_letter_carries_its_facts(key: str) -> None:
    document = Document(io.BytesIO(render_docx(key, registry.get(key).sample())))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for piece in (*LETTERS[key], "定应急督〔2025〕12号", "定襄县应急管理局", "2025年3月14日"):
        assert piece in text
    assert "罚款" not in text


@pytest.mark.parametrize("key", LETTERS)
def test_a_draft_has_no_number_and_no_date(key: str) -> None:
    context = registry.get(key).sample() | {
        "number": "",
        "issued_on": None,
        "contact": None,
        "copies_to": "",
        "printed_by": "",
    }  # type: ignore[operator]
    document = Document(io.BytesIO(render_docx(key, context)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "〔2025〕12号" not in text
    assert "抄送" not in text
