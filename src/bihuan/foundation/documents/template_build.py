"""Makes docx templates in the layout of GB/T 9704-2012, for officials to edit later in WPS or Word.

`official_letter` makes a 通知, 通报 or 函; `form_sheet` makes an attachment with a ruled table. Both give a python-docx
document holding docxtpl tags; `save` writes it without a date, so that a rebuilt template is the same file.

    python -m bihuan.foundation.documents.template_build campaigns hazards

runs `bihuan.<app>.documents.build.build()` of each named app, which writes the files beside it.
"""

from __future__ import annotations

import importlib
import io
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from docx.document import Document
from docx.shared import Mm, Pt
from docx.table import Table, _Cell

from bihuan.foundation.documents import layout
from bihuan.foundation.documents.layout import BODY, LEVELS, Face, add_run, add_text

IMPRINT = (
    "闭环平台生成{% if imprint.edition %} · {{ imprint.edition }}{% endif %}"
    "{% if imprint.state %} · {{ imprint.state }}{% endif %} · 校验码 {{ imprint.check_code }}"
    " · {{ imprint.printed_at|cn_datetime }}"
)
FORM = Face(size=11)
FORM_HEAD = Face(layout.HEI_FONT, 11)


@dataclass(frozen=True)
class Para:
    """One paragraph of a letter; level 1 to 4 is 一、（一）1.（1）, 0 plain. `{%p … %}` tags are kept as they are."""

    text: str
    level: int = 0
    indent: int = 2


@dataclass(frozen=True)
class FormColumn:
    """One column of a form: heading, width in mm, the jinja expression of its cell (of `row`), alignment.

    `pictures` names a list of photos that stand beneath the text; `whole` makes the xlsx column whole numbers.
    """

    title: str
    width: float
    cell: str
    align: str = "center"
    pictures: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Signature:
    """The line under a form: pieces spread over the width."""

    pieces: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class Form:
    """An official form (附件): one description gives the docx template and the xlsx sheet.

    The table repeats one row for each item of the context's list `rows` (as `row`, with `loop.index`), or has the
    `fixed_rows` given, one entry a column, a list of strings being paragraphs. An empty list prints `empty_text`.
    `compact` takes 9 mm from the top and 8 mm from the bottom margin, for a form that should stay on one page.
    """

    title: Sequence[str]
    columns: Sequence[FormColumn]
    annex: str = ""
    head: tuple[str, str] | None = ("填报单位：{{ unit }}", "填报时间：{{ filled_on|cn_date_spaced }}")
    head_stacked: bool = False
    rows: str = "rows"
    fixed_rows: Sequence[Sequence[str | Sequence[str]]] | None = None
    empty_text: str = "无"
    note: str = ""
    signatures: Sequence[Signature] = ()
    landscape: bool = False
    paper: str = "A4"
    compact: bool = False
    imprint: str = IMPRINT


def form_sheet(form: Form) -> Document:
    """Make the docx: 附件 n, title, 填报单位/填报时间, ruled table, 说明, signatures, imprint in the footer."""
    document = layout.new_page(paper=form.paper, landscape=form.landscape)
    section = document.sections[0]
    if form.compact:
        section.top_margin, section.bottom_margin, section.footer_distance = Mm(28), Mm(27), Mm(12)
    width = layout.text_width_mm(section)
    if form.annex:
        mark = Face(layout.HEI_FONT, 16)
        add_text(document.add_paragraph(), form.annex, mark, align="left", line=None, after=6)
    for index, line in enumerate(form.title):
        after = 8 if index == len(form.title) - 1 else 0
        face = Face(layout.TITLE_FONT, 22)
        add_text(document.add_paragraph(), line, face, align="center", line=30, after=after)
    if form.head:
        _head_line(document, form.head, width, stacked=form.head_stacked)
    widths = _scaled([column.width for column in form.columns], width)
    if form.fixed_rows is not None:
        _fixed_table(document, form.columns, widths, form.fixed_rows)
    else:
        _looped_table(document, form.columns, widths, form.rows, form.empty_text)
    if form.note:
        explained = add_text(
            document.add_paragraph(), f"说明：{form.note}", FORM, align="both", line=16, before=4
        )
        explained.paragraph_format.keep_with_next = bool(form.signatures)
    for signature in form.signatures:
        _signature_line(document, signature, width)
    layout.number_pages(document, outside=False, under=form.imprint)
    return document


def _scaled(widths: Sequence[float], total: float) -> list[float]:
    """Stretch the widths so that they fill the text area."""
    factor = total / sum(widths)
    return [width * factor for width in widths]


def _head_line(document: Document, head: tuple[str, str], width: float, *, stacked: bool) -> None:
    """Write 填报单位 left and 填报时间 right, or one beneath the other."""
    face = Face(size=12)
    if stacked:
        for text in head:
            add_text(document.add_paragraph(), text, face, align="left", line=22)
        return
    paragraph = add_text(
        document.add_paragraph(), f"{head[0]}\t{head[1]}", face, align="left", line=22, after=2
    )
    layout.add_tabs(paragraph, [(width, "right")])


def _signature_line(document: Document, signature: Signature, width: float) -> None:
    """Spread the pieces of one signature line evenly; a single piece stands left."""
    paragraph = add_text(
        document.add_paragraph(), "\t".join(signature.pieces), Face(size=12), align="left", line=22, before=6
    )
    if len(signature.pieces) > 1:
        last = len(signature.pieces) - 1
        stops = [(width / last * n * 0.9, "left") for n in range(1, last)]
        layout.add_tabs(paragraph, [*stops, (width, "right")])


def _heading_row(
    document: Document, columns: Sequence[FormColumn], widths: Sequence[float], rows: int
) -> Table:
    table = layout.ruled_table(document, widths, rows=rows)
    layout.keep_whole(table.rows[0], height_mm=9, heading=True)
    for cell, column in zip(table.rows[0].cells, columns, strict=True):
        layout.fill_cell(cell, column.title, FORM_HEAD, align="center")
    return table


def _fixed_table(
    document: Document,
    columns: Sequence[FormColumn],
    widths: Sequence[float],
    rows: Sequence[Sequence[str | Sequence[str]]],
) -> None:
    table = _heading_row(document, columns, widths, 1 + len(rows))
    for row, cells in zip(list(table.rows)[1:], rows, strict=True):
        for cell, column, text in zip(row.cells, columns, cells, strict=True):
            layout.fill_cell(cell, text, FORM, align=column.align, line=16)


def _looped_table(
    document: Document, columns: Sequence[FormColumn], widths: Sequence[float], rows: str, empty_text: str
) -> None:
    """Heading, then tag rows (removed by rendering) around the row that repeats, then the row for an empty list."""
    table = _heading_row(document, columns, widths, 7)
    opening, body, closing, empty_if, empty, empty_end = list(table.rows)[1:]
    for row, tag in (
        (opening, f"{{%tr for row in {rows} %}}"),
        (closing, "{%tr endfor %}"),
        (empty_if, f"{{%tr if not {rows} %}}"),
        (empty_end, "{%tr endif %}"),
    ):
        layout.fill_cell(row.cells[0], tag, FORM)
    for cell, column in zip(body.cells, columns, strict=True):
        layout.fill_cell(cell, column.cell, FORM, align=column.align)
        if column.pictures:
            _picture_lines(cell, column.pictures)
    merged = empty.cells[0].merge(empty.cells[-1])
    layout.fill_cell(merged, empty_text, FORM, align="center")


def _picture_lines(cell: _Cell, pictures: str) -> None:
    """One paragraph of natural height for all photos (an exact line height would cut them), none when there are none."""
    for text in (
        f"{{%p if {pictures} %}}",
        f"{{% for photo in {pictures} %}}{{{{ photo }}}}{{% endfor %}}",
        "{%p endif %}",
    ):
        add_text(cell.add_paragraph(), text, FORM, align="left", line=None)


def official_letter(
    *,
    title: Sequence[str],
    body: Sequence[Para | str],
    letter: bool = False,
    enclosures: str = "",
    contact: bool = True,
    copies: bool = True,
    imprint: str = IMPRINT,
) -> Document:
    """Make a 通知/通报 (file format) or, with `letter`, a 函 (letter format, clause 10.1).

    Context: `mark` 发文机关标志, `number` 发文字号, `addressee` 主送机关, `issuer` 发文机关署名, `issued_on` 成文日期;
    optional `contact` (person, phone), `copies_to` 抄送, `printed_by` 印发机关; `imprint`. `enclosures` names a
    context list of enclosure titles. A missing optional value must be given as "" or None.
    """
    document = layout.new_page(grid=True)
    (_letter_head if letter else _file_head)(document)
    for index, line in enumerate(title):
        last = index == len(title) - 1
        add_text(
            document.add_paragraph(),
            line,
            Face(layout.TITLE_FONT, 22),
            align="center",
            line=34,
            before=20 if index == 0 else 0,
            after=20 if last else 0,
        )
    add_text(document.add_paragraph(), "{{ addressee }}：", BODY)
    for item in body:
        para = Para(item) if isinstance(item, str) else item
        indent = 0 if para.text.startswith("{%p") else para.indent
        add_text(document.add_paragraph(), para.text, LEVELS[para.level], indent=indent)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    if enclosures:
        _enclosures(document, enclosures)
    _close(document, contact=contact, copies=copies)
    layout.number_pages(document, under=imprint)
    return document


def _file_head(document: Document) -> None:
    """发文机关标志 35 mm below the text area's top in red 小标宋, 发文字号 two lines below, red rule (7.2.4, 7.2.5, 7.2.7)."""
    add_text(
        document.add_paragraph(),
        "{{ mark }}",
        Face(layout.TITLE_FONT, 40, layout.RED),
        align="center",
        line=None,
        before=60,
        after=34,
    )
    number = add_text(document.add_paragraph(), "{{ number }}", BODY, align="center", after=0)
    layout.add_rule(number, eighths=12)


def _letter_head(document: Document) -> None:
    """Letter format: mark 30 mm below the paper's top, red double rule, number at the right (clause 10.1)."""
    section = document.sections[0]
    section.top_margin = Mm(30)
    mark = add_text(
        document.add_paragraph(),
        "{{ mark }}",
        Face(layout.TITLE_FONT, 36, layout.RED),
        align="center",
        line=None,
        after=6,
    )
    layout.add_rule(mark, kind="thickThinSmallGap", eighths=24)
    add_text(document.add_paragraph(), "{{ number }}", BODY, align="right", before=6)


def _enclosures(document: Document, name: str) -> None:
    """附件说明: one line each, numbered when there are several (clause 7.3.4)."""
    for text in (
        f"{{%p for enclosure in {name} %}}",
        "{% if loop.first %}附件：{% else %}　　　{% endif %}{% if loop.length > 1 %}{{ loop.index }}. {% endif %}{{ enclosure }}",
        "{%p endfor %}",
    ):
        add_text(document.add_paragraph(), text, BODY, indent=0 if text.startswith("{%p") else 2)


def _close(document: Document, *, contact: bool, copies: bool) -> None:
    """署名 and 成文日期 (7.3.5), contact note (7.3.7), 版记 between black rules (7.4)."""
    signed = add_text(
        document.add_paragraph(),
        "{{ issuer }}",
        BODY,
        align="right",
        before=2 * layout.BODY_LINE_PT,
        right_chars=2,
    )
    signed.paragraph_format.keep_with_next = True
    add_text(document.add_paragraph(), "{{ issued_on|cn_date }}", BODY, align="right", right_chars=4)
    if contact:
        for text in (
            "{%p if contact %}",
            "（联系人：{{ contact.person }}，电话：{{ contact.phone }}）",
            "{%p endif %}",
        ):
            add_text(document.add_paragraph(), text, BODY, indent=0 if text.startswith("{%p") else 2)
    if copies:
        _distribution(document)


def _distribution(document: Document) -> None:
    """版记: 抄送机关, 印发机关 and 印发日期 in 4 号 仿宋 between rules."""
    face = Face(size=14)
    add_text(document.add_paragraph(), "{%p if copies_to %}", face)
    top = add_text(document.add_paragraph(), "抄送：{{ copies_to }}。", face, before=40)
    layout.add_rule(top, edge="top", color="000000", eighths=8)
    top.paragraph_format.keep_with_next = True
    add_text(document.add_paragraph(), "{%p endif %}", face)
    add_text(document.add_paragraph(), "{%p if printed_by %}", face)
    last = add_text(
        document.add_paragraph(), "{{ printed_by }}\t{{ issued_on|cn_date }}印发", face, align="left"
    )
    last.paragraph_format.left_indent = last.paragraph_format.right_indent = Pt(0)
    layout.add_tabs(last, [(156, "right")])
    layout.add_rule(last, edge="top", color="000000", eighths=6)
    layout.add_rule(last, edge="bottom", color="000000", eighths=8)
    add_text(document.add_paragraph(), "{%p endif %}", face)


def to_bytes(document: Document) -> bytes:
    """Serialise reproducibly: fixed core dates and zip times, so that rebuilding changes nothing."""
    fixed = datetime(2025, 1, 1)
    properties = document.core_properties
    properties.created = properties.modified = fixed
    properties.last_modified_by = ""
    package = document.part.package
    assert package is not None
    for key in [key for key, relation in package.rels.items() if relation.reltype.endswith("/thumbnail")]:
        del package.rels[key]
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return out.getvalue()


def save(document: Document, path: Path) -> Path:
    """Write the template; returns the path."""
    path.write_bytes(to_bytes(document))
    return path


def main(apps: Sequence[str]) -> int:
    """Rebuild the templates of the named apps."""
    for app in apps:
        for path in importlib.import_module(f"bihuan.{app}.documents.build").build():
            sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))


__all__ = [
    "IMPRINT",
    "Form",
    "FormColumn",
    "Para",
    "Signature",
    "add_run",
    "form_sheet",
    "main",
    "official_letter",
    "save",
    "to_bytes",
]
