"""Files of every kind, good and bad."""

import argparse
import io
import json
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
import typst

from bihuan.directives.compiler import CompileError, compile_file
from bihuan.directives.compiler.command import add_arguments, run
from bihuan.directives.compiler.reading import files, read_file

LINES = (
    "测应急〔2025〕1号",
    "测试市应急管理局关于做好检查工作的通知",
    "各县（市、区）应急管理局：",
    "一、任务",
    "各县要在6月底前完成检查，并将检查情况报送市局。",
    "测试市应急管理局",
    "2025年3月1日",
)


def refused(path: Path) -> str:
    with pytest.raises(CompileError) as fault:
        compile_file(path)
    return fault.value.code


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    notice = compile_file(saved(tmp_path / "a.txt", "\n".join(LINES).encode(encoding)))
    assert notice.document.doc_number == "测应急〔2025〕1号"
    assert str(notice.obligations[0].deadline) == "2025-06-30"


def test_word_with_a_table_and_automatic_numbers(tmp_path: Path) -> None:
    document = docx.Document()
    for line in LINES[:4]:
        document.add_paragraph(line)
    document.add_paragraph("各县要完成排查。", style="List Number")
    document.add_paragraph("各县要报送总结。", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("县", "数", "甲县", "3"), strict=True
    ):
        cell.text = text
    path = tmp_path / "a.docx"
    document.save(str(path))
    text = read_file(path).text
    assert "县\t数\n甲县\t3" in text
    assert "1.各县要完成排查。\n2.各县要报送总结。" in text
    assert compile_file(path).obligations


def test_pdf_with_a_text_layer(tmp_path: Path) -> None:
    source = tmp_path / "a.typ"
    source.write_text(
        '#set page("a4")\n#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC"), size: 16pt)\n'
        + "\n\n".join(LINES),
        encoding="utf-8",
    )
    notice = compile_file(saved(tmp_path / "a.pdf", typst.compile(str(source))))
    assert [str(o.deadline) for o in notice.obligations][:1] == ["2025-06-30"]


def test_ofd_lines_are_put_together_by_their_place(tmp_path: Path) -> None:
    page = "".join(
        f'<ofd:TextObject Boundary="{30 + 60 * half} {20 + 10 * row} 60 8"><ofd:TextCode X="0" Y="6">{text}</ofd:TextCode></ofd:TextObject>'
        for row, line in enumerate(LINES)
        for half, text in ((1, line[6:]), (0, line[:6]))
    )
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    parts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document {space}><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {space}><ofd:Content><ofd:Layer>{page}</ofd:Layer></ofd:Content></ofd:Page>",
    }
    path = saved(tmp_path / "a.ofd", archive(parts))
    assert read_file(path).text.splitlines() == list(LINES)
    assert compile_file(path).document.issuer == "测试市应急管理局"


def archive(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in parts.items():
            out.writestr(name, text)
    return buffer.getvalue()


def test_bad_files_get_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(tmp_path / "none.txt") == "missing"
    assert refused(saved(tmp_path / "a.txt", b"")) == "empty"
    assert refused(saved(tmp_path / "b.txt", b"  \n")) == "empty"
    assert refused(saved(tmp_path / "c.txt", b"root:x:0:0::/root:/bin/sh\n")) == "not_a_notice"
    assert refused(saved(tmp_path / "d.bin", b"\x7fELF\x00\x01")) == "unsupported"
    assert (
        refused(saved(tmp_path / "e.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600))
        == "unsupported"
    )
    assert (
        refused(
            saved(
                tmp_path / "f.docx",
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            )
        )
        == "encrypted"
    )
    assert refused(saved(tmp_path / "g.docx", b"PK\x03\x04broken")) == "damaged"
    assert refused(saved(tmp_path / "h.zip", archive({"a.txt": "b"}))) == "unsupported"
    assert refused(saved(tmp_path / "i.docx", archive({"word/document.xml": "<a"}))) == "damaged"
    assert (
        refused(
            saved(
                tmp_path / "j.docx",
                archive({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            )
        )
        == "zip_bomb"
    )
    assert refused(saved(tmp_path / "k.docx", archive({"word/document.xml": "0" * (40 << 20)}))) == "zip_bomb"
    assert refused(saved(tmp_path / "l.pdf", b"%PDF-1.4 broken")) == "damaged"
    assert (
        refused(saved(tmp_path / "m.ofd", archive({"OFD.xml": "<a/>", "Encryptions.xml": "<a/>"})))
        == "encrypted"
    )
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    assert refused(saved(tmp_path / "n.txt", b"0" * 11)) == "too_large"


def test_an_encrypted_pdf_is_named_as_such(tmp_path: Path) -> None:
    body = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    )
    body += (
        b"3 0 obj<</Filter/Standard/V 1/R 2/Length 40/P -4/O<"
        + b"41" * 32
        + b">/U<"
        + b"42" * 32
        + b">>>endobj\n"
    )
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % body.index(b"%d 0 obj" % i) for i in (1, 2, 3)
    )
    tail = b"trailer<</Size 4/Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF" % len(body)
    assert refused(saved(tmp_path / "a.pdf", body + table + tail)) == "encrypted"


def test_a_scan_asks_for_the_ocr_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.directives.compiler.reading.ocr.find_spec", lambda _: None)
    assert refused(saved(tmp_path / "a.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 20)) == "ocr_missing"
    source = tmp_path / "a.typ"
    source.write_text("#rect()", encoding="utf-8")
    assert refused(saved(tmp_path / "a.pdf", typst.compile(str(source)))) == "ocr_missing"


def test_the_command_writes_json_and_a_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:

    parser = argparse.ArgumentParser()
    add_arguments(parser)
    source = saved(tmp_path / "a.txt", "\n".join(LINES).encode())
    args = parser.parse_args(
        [str(source), "--json", str(tmp_path / "o.json"), "--xlsx", str(tmp_path / "o.xlsx")]
    )
    assert run(args) == 0
    written = json.loads((tmp_path / "o.json").read_text(encoding="utf-8"))["obligations"]
    assert {
        "text",
        "section",
        "section_path",
        "actors",
        "action",
        "kind",
        "deadline",
        "period",
        "frequency",
        "quantity",
        "breakdown",
        "applies_to",
    } <= written[0].keys()
    sheet = openpyxl.load_workbook(tmp_path / "o.xlsx").active
    assert sheet is not None
    assert sheet.max_row == len(written) + 1
    assert run(parser.parse_args([str(tmp_path / "none.txt")])) == 1
    assert "找不到文件" in capsys.readouterr().err
