"""PDF with and without LibreOffice; what is missing is named."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from bihuan.foundation.documents import fonts, pdf, registry
from bihuan.foundation.documents.fonts import FontReport, find_fonts
from bihuan.foundation.documents.pdf import render_pdf, to_pdf
from bihuan.foundation.documents.render import render_docx
from bihuan.foundation.documents.tests.factories import docx
from bihuan.foundation.lib.problems import Problem

needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
needs_fonts = pytest.mark.skipif(
    not find_fonts().complete, reason=f"no Chinese font: install {fonts.PACKAGE}"
)


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


@needs_fonts
def test_ledger_without_office() -> None:
    made = render_pdf(
        "ledger",
        {
            "title": "重大事故隐患台账", "head_left": "填报单位：某局", "head_right": "填报时间：2025年3月7日", "landscape": True,
            "columns": [{"title": "序号", "width": 1, "align": "center"}, {"title": "内容", "width": 6}],
            "rows": [[n, f"第{n}条 #let *x* $1$ <标签> \\ [括号] @引用"] for n in range(1, 81)],
            "note": "每周五上报。", "imprint": "校验码 7F3C-A21E",
        },
    )  # fmt: skip
    document = pypdfium2.PdfDocument(made)
    assert len(document) > 2
    for page in document:
        assert "序号" in page.get_textpage().get_text_range()
    text = text_of(made)
    assert "第80条#let*x*$1$<标签>\\[括号]@引用" in text
    assert "说明：每周五上报。" in text


@needs_fonts
def test_letter_without_office() -> None:
    made = render_pdf(
        "letter",
        {
            "mark": "某局文件", "number": "某〔2025〕1号", "title": "关于某事的通知", "addressee": "各县",
            "paragraphs": [{"text": "一、要求", "level": 1}, {"text": "照办。"}], "issuer": "某局",
            "issued_on": "2025年3月7日", "imprint": "校验码 7F3C-A21E", "printed": date(2025, 3, 7),
        },
    )  # fmt: skip
    text = text_of(made)
    for piece in ("某局文件", "某〔2025〕1号", "关于某事的通知", "各县：", "一、要求", "2025年3月7日", "—1—"):
        assert piece in text


def test_no_chinese_font_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "find_fonts", lambda: FontReport(dict.fromkeys(fonts.CANDIDATES), frozenset()))
    with pytest.raises(Problem, match="fonts-noto-cjk") as caught:
        render_pdf("ledger", {"title": "x", "columns": [], "rows": []})
    assert caught.value.code == "documents.no_chinese_font"


def test_font_dir_that_does_not_exist_is_said(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings.FONT_DIR = str(tmp_path / "none")  # type: ignore[attr-defined]
    with pytest.raises(Problem, match="字体目录"):
        find_fonts()


def test_without_office_the_reader_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "soffice", lambda: None)
    with pytest.raises(Problem, match="libreoffice-writer-nogui") as caught:
        to_pdf(docx("x"))
    assert caught.value.code == "documents.no_office"


def test_an_office_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stuck = tmp_path / "soffice"
    stuck.write_text("#!/bin/sh\nexec sleep 60\n")
    stuck.chmod(0o755)
    monkeypatch.setattr(pdf, "soffice", lambda: str(stuck))
    monkeypatch.setattr(pdf, "SECONDS", 0.2)
    with pytest.raises(Problem, match="超时"):
        to_pdf(docx("x"))


def test_an_office_that_makes_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "soffice", lambda: shutil.which("true"))
    with pytest.raises(Problem, match="没有生成 PDF"):
        to_pdf(docx("x"))


@needs_office
@needs_fonts
@pytest.mark.parametrize("template", registry.templates(), ids=lambda template: template.key)
def test_every_form_becomes_pdf_with_its_text(template: registry.Template) -> None:
    """Each title and table heading of the docx is found in the text of the PDF that LibreOffice makes of it."""
    made = render_docx(template.key, template.sample())
    text = text_of(to_pdf(made))
    from io import BytesIO  # noqa: PLC0415

    from docx import Document  # noqa: PLC0415

    document = Document(BytesIO(made))
    for paragraph in document.paragraphs[:4]:
        assert "".join(paragraph.text.split()) in text
    for table in document.tables:
        for cell in table.rows[0].cells:
            # A heading broken over lines may be interleaved with its neighbours: every character must be there.
            assert set(cell.text) <= set(text)


@needs_office
def test_text_survives_pdftotext_too(tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    path = tmp_path / "a.pdf"
    path.write_bytes(to_pdf(docx("忻应急督〔2025〕12号")))
    done = subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True)
    assert "忻应急督〔2025〕12号" in done.stdout.replace(" ", "")
