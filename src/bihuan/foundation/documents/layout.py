"""Building blocks of official pages in docx: GB/T 9704-2012 margins, fonts, rules, tables, page numbers.

Sizes are those of the standard: A4, 天头 37 mm, 订口 28 mm, 版心 156 mm × 225 mm, 22 lines of 28 characters
(clauses 5.1, 5.2), page number in 4 号 宋体 between two dashes (clause 7.5). Fonts are named, never shipped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docx import Document as new_docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

TITLE_FONT, BODY_FONT, KAI_FONT, HEI_FONT, SONG_FONT = (
    "方正小标宋简体",
    "仿宋_GB2312",
    "楷体_GB2312",
    "黑体",
    "宋体",
)
LATIN_FONT = "Times New Roman"
RED = RGBColor(0xE6, 0x00, 0x12)
GREY = RGBColor(0x59, 0x59, 0x59)
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
PAPER_MM = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
BODY_LINE_PT = 28.95  # 225 mm / 22 lines
FILL_IN = re.compile(r"\[\[(.+?)\]\]")


@dataclass(frozen=True)
class Face:
    """How a run of text looks: font, size in points, colour."""

    font: str = BODY_FONT
    size: float = 16
    color: RGBColor | None = None
    bold: bool = False


BODY = Face()
LEVELS = (
    BODY,
    Face(HEI_FONT),
    Face(KAI_FONT),
    BODY,
    BODY,
)  # 一、黑体 （一）楷体 1. 仿宋 （1）仿宋 (clause 7.3.3)


def new_page(*, paper: str = "A4", landscape: bool = False, grid: bool = False) -> Document:
    """Start a document whose only section has the standard's margins; `grid` sets 22 lines × 28 characters.

    Landscape pages keep the binding edge on top (clause 8: 横排表格).
    """
    document = new_docx()
    section = document.sections[0]
    short, long = PAPER_MM[paper]
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(long), Mm(short)
        margins = (28.0, 35.0, 26.0, 37.0)
    else:
        section.page_width, section.page_height = Mm(short), Mm(long)
        margins = (37.0, 26.0, 35.0, 28.0)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = (
        Mm(m) for m in margins
    )
    section.header_distance = Mm(15)
    section.footer_distance = Mm(12 if landscape else 18)
    if grid:
        set_grid(section)
    normal = document.styles["Normal"]
    normal.font.size = Pt(16)
    normal.font.name = LATIN_FONT
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), BODY_FONT)
    for known in document.element.body.findall(qn("w:p")):
        document.element.body.remove(known)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    return document


def set_grid(section: Section) -> None:
    """Set the character grid of clause 5.2.3: 22 lines a page, 28 characters a line."""
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(BODY_LINE_PT * 20)))


def text_width_mm(section: Section) -> float:
    """Return the width of the text area in millimetres."""
    assert section.page_width is not None
    assert section.left_margin is not None
    assert section.right_margin is not None
    return float((section.page_width - section.left_margin - section.right_margin) / Mm(1))


def add_run(paragraph: Paragraph, text: str, face: Face = BODY, *, underline: bool = False) -> Run:
    """Add a run with its Chinese and Latin fonts both set (Word keeps them apart)."""
    run = paragraph.add_run(text)
    run.font.size = Pt(face.size)
    run.font.name = LATIN_FONT
    run.font.bold = face.bold or None
    run.font.underline = underline or None
    if face.color is not None:
        run.font.color.rgb = face.color
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), face.font)
    return run


def add_text(
    paragraph: Paragraph,
    text: str,
    face: Face = BODY,
    *,
    align: str = "both",
    indent: int = 0,
    line: float | None = BODY_LINE_PT,
    before: float = 0,
    after: float = 0,
    right_chars: float = 0,
) -> Paragraph:
    """Fill a paragraph; `[[name]]` becomes an underlined blank to fill in (`{{ name|num }}`).

    `indent` and `right_chars` count characters of the face; `line` is an exact height in points, None for single.
    """
    for index, piece in enumerate(FILL_IN.split(text)):
        if index % 2:
            add_run(paragraph, f" {{{{ {piece}|num }}}} ", face, underline=True)
        elif piece:
            add_run(paragraph, piece, face)
    form = paragraph.paragraph_format
    form.alignment = ALIGN[align]
    form.space_before, form.space_after = Pt(before), Pt(after)
    if line is not None:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    else:
        form.line_spacing = 1.0
    if indent:
        form.first_line_indent = Pt(face.size * indent)
    if right_chars:
        form.right_indent = Pt(face.size * right_chars)
    return paragraph


def add_rule(
    paragraph: Paragraph,
    *,
    edge: str = "bottom",
    kind: str = "single",
    eighths: int = 12,
    color: str = "E60012",
) -> None:
    """Draw a rule along an edge of the paragraph; width in eighths of a point."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    line = OxmlElement(f"w:{edge}")
    for name, value in (("val", kind), ("sz", str(eighths)), ("space", "1"), ("color", color)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def add_tabs(paragraph: Paragraph, stops_mm: Sequence[tuple[float, str]]) -> None:
    """Set tab stops: (position in millimetres, left, center or right)."""
    tabs = OxmlElement("w:tabs")
    for position, kind in stops_mm:
        tab = OxmlElement("w:tab")
        tab.set(qn("w:val"), kind)
        tab.set(qn("w:pos"), str(round(position * 56.6929)))
        tabs.append(tab)
    paragraph._p.get_or_add_pPr().insert_element_before(tabs, "w:spacing", "w:ind", "w:jc", "w:rPr")


def add_field(paragraph: Paragraph, code: str, face: Face) -> None:
    """Add a Word field such as PAGE."""
    run = add_run(paragraph, "", face)._element
    for kind, text in (("begin", None), (None, code), ("separate", None), ("text", "1"), ("end", None)):
        if kind in {"begin", "separate", "end"}:
            part: BaseOxmlElement = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), str(kind))
        else:
            part = OxmlElement("w:t" if kind == "text" else "w:instrText")
            part.text = text if kind == "text" else f" {text} "
        run.append(part)


def number_pages(document: Document, *, outside: bool = True, under: str = "") -> None:
    """Print “— 1 —” in 4 号 宋体, outside edge on odd and even pages (clause 7.5); `under` is a small grey line."""
    section = document.sections[0]
    footers = [(section.footer, "right" if outside else "center")]
    if outside:
        document.settings.odd_and_even_pages_header_footer = True
        footers.append((section.even_page_footer, "left"))
    face = Face(SONG_FONT, 14)
    for footer, side in footers:
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Normal"]
        add_text(paragraph, "— ", face, align=side, line=None)
        add_field(paragraph, "PAGE", face)
        add_run(paragraph, " —", face)
        edge = paragraph.paragraph_format
        if side == "right":
            edge.right_indent = Pt(14)
        elif side == "left":
            edge.left_indent = Pt(14)
        if under:
            line = footer.add_paragraph(style=document.styles["Normal"])
            add_text(line, under, Face(SONG_FONT, 9, GREY), align="left", line=None)


def ruled_table(document: Document, widths_mm: Sequence[float], *, rows: int = 1) -> Table:
    """Add a table of fixed widths with 0.75 pt rules and 1 mm cell margins, centred."""
    table: Table = document.add_table(rows=rows, cols=len(widths_mm))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{edge}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    margins = OxmlElement("w:tblCellMar")
    for edge, twips in (("top", 20), ("left", 57), ("bottom", 20), ("right", 57)):
        margin = OxmlElement(f"w:{edge}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    layout = properties.find(qn("w:tblLayout"))
    place = list(properties).index(layout) if layout is not None else len(properties)
    properties.insert(place, borders)
    properties.insert(place + 2, margins)
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        keep_whole(row)
        set_widths(row, widths_mm)
    return table


def set_widths(row: _Row, widths_mm: Sequence[float]) -> None:
    """Repeat the column widths on the cells (Word and WPS read them there)."""
    for cell, width in zip(row.cells, widths_mm, strict=True):
        cell.width = Mm(width)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def keep_whole(row: _Row, *, height_mm: float = 8, heading: bool = False) -> None:
    """Never split the row over two pages; `heading` repeats it on every page."""
    row.height, row.height_rule = Mm(height_mm), WD_ROW_HEIGHT_RULE.AT_LEAST
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(("w:tblHeader",) if heading else ())):
        if properties.find(qn(name)) is None:
            properties.append(OxmlElement(name))


def fill_cell(
    cell: _Cell,
    paragraphs: str | Sequence[str],
    face: Face,
    *,
    align: str = "left",
    line: float | None = 15.5,
) -> None:
    """Write one or several paragraphs into a cell."""
    lines = [paragraphs] if isinstance(paragraphs, str) else list(paragraphs)
    for index, text in enumerate(lines):
        paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
        add_text(paragraph, text, face, align=align, line=line)
