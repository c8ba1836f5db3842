"""Official tables as xlsx (XlsxWriter): titles, merged heads, real types, 说明, A4 print set-up with repeated heading."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bihuan.foundation.documents.cells import CONVERT, NUMBER_FORMATS, Cell, SheetColumn

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAPER = {"A4": 9, "A3": 8}
NO_GUESSING = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
SIGNATURE_GAP = "　" * 6
LINE_POINTS = 15.0
TALLEST_ROW = 409.0  # Excel's limit
NOT_IN_NAMES = str.maketrans("[]:*?/\\", "（）：＊？／＼")


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows are mappings by column key, or sequences in the order of the columns."""

    name: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Mapping[str, Any] | Sequence[Any]]
    title: Sequence[str] = ()
    annex: str = ""
    head_left: str = ""
    head_right: str = ""
    note: str = ""
    signatures: Sequence[str] = field(default_factory=tuple)
    footer: str = ""
    landscape: bool = True
    paper: str = "A4"


def sheet_name(name: str) -> str:
    """Return a name that Excel accepts: at most 31 characters, none of []:*?/\\ and no apostrophe at its ends."""
    return name.translate(NOT_IN_NAMES).strip("'")[:31] or "Sheet1"


def render_xlsx(sheets: Sheet | Sequence[Sheet]) -> bytes:
    """Return a workbook of the sheets; values that do not fit their column's kind raise ValueError naming the column."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **NO_GUESSING}) as book:
        for sheet in [sheets] if isinstance(sheets, Sheet) else sheets:
            _Writer(book, sheet).write()
    return out.getvalue()


def cells_of(columns: Sequence[SheetColumn], row: Mapping[str, Any] | Sequence[Any]) -> list[Cell]:
    """Convert one row to cells."""
    values = [row.get(column.key) for column in columns] if isinstance(row, Mapping) else row
    cells: list[Cell] = []
    for column, value in zip(columns, values, strict=True):
        try:
            cells.append(CONVERT[column.kind](value))
        except (ValueError, TypeError, ArithmeticError) as fault:
            raise ValueError(f"column {column.title!r} ({column.kind}): {fault}") from fault
    return cells


def write_cell(page: Worksheet, row: int, column: int, value: Cell, style: Format | None) -> None:
    """Write a converted cell with its own type; never a formula, never a link."""
    if value is None:
        page.write_blank(row, column, None, style)
    elif isinstance(value, str):
        page.write_string(row, column, value, style)
    elif isinstance(value, date | datetime):
        page.write_datetime(row, column, value, style)
    else:
        page.write_number(row, column, value, style)


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of `width` characters (a Chinese one counts as two)."""
    room = max(2, width - 1)
    return sum(
        max(1, ceil(sum(2 if mark > "\u2e7f" else 1 for mark in line) / room)) for line in text.split("\n")
    )


class _Writer:
    """Writes one sheet from top to bottom; `self.row` is the next free row."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Sheet) -> None:
        self.sheet, self.book, self.row = sheet, book, 0
        self.page: Worksheet = book.add_worksheet(sheet_name(sheet.name))
        self.last = len(sheet.columns) - 1
        self.plain = self._style(font_size=12, align="left")
        self.title = self._style(font_name="方正小标宋简体", font_size=22, align="center")
        self.head = self._style(font_name="黑体", font_size=11, align="center", border=1, text_wrap=True)
        self.body = [
            self._style(
                num_format=NUMBER_FORMATS[column.kind], border=1, text_wrap=column.kind == "text",
                align={"text": "left", "yesno": "center"}.get(column.kind, "right" if column.kind in {"decimal", "wan"} else "center"),
            )
            for column in sheet.columns
        ]  # fmt: skip

    def _style(self, **properties: Any) -> Format:
        return self.book.add_format(
            {"font_name": "仿宋_GB2312", "font_size": 11, "valign": "vcenter", **properties}
        )

    def write(self) -> None:
        sheet, page = self.sheet, self.page
        for index, column in enumerate(sheet.columns):
            page.set_column(index, index, column.width)
        if sheet.annex:
            page.write_string(self.row, 0, sheet.annex, self._style(font_name="黑体", font_size=16))
            self.row += 1
        for line in sheet.title:
            page.set_row(self.row, 32)
            self._across(line, self.title)
        if sheet.head_left or sheet.head_right:
            self._head_line()
        first = self.row
        self._headings()
        page.freeze_panes(self.row, 0)
        page.repeat_rows(first, self.row - 1)
        self._rows()
        if sheet.note:
            across = sum(column.width for column in sheet.columns)
            page.set_row(
                self.row, min(TALLEST_ROW, LINE_POINTS * lines_of(f"说明：{sheet.note}", across) + 10)
            )
            self._across(f"说明：{sheet.note}", self._style(text_wrap=True, align="left"))
        if sheet.signatures:
            self.page.set_row(self.row, 26)
            self._across(SIGNATURE_GAP.join(sheet.signatures), self.plain)
        self._print_setup()

    def _across(self, text: str, style: Format) -> None:
        if self.last:
            self.page.merge_range(self.row, 0, self.row, self.last, "", style)
        self.page.write_string(self.row, 0, text, style)
        self.row += 1

    def _head_line(self) -> None:
        self.page.write_string(self.row, 0, self.sheet.head_left, self.plain)
        if self.sheet.head_right:
            self.page.write_string(
                self.row, self.last, self.sheet.head_right, self._style(font_size=12, align="right")
            )
        self.row += 1

    def _headings(self) -> None:
        columns = self.sheet.columns
        grouped = any(column.group for column in columns)
        bottom = self.row + 1 if grouped else self.row
        position = 0
        for group, members in groupby(columns, key=lambda column: column.group):
            titles = [column.title for column in members]
            if group:
                self._merged(self.row, position, self.row, position + len(titles) - 1, group)
            for offset, text in enumerate(titles):
                self._merged(
                    bottom if group else self.row, position + offset, bottom, position + offset, text
                )
            position += len(titles)
        tallest = self._height([column.title for column in columns])
        self.page.set_row(bottom, tallest if bottom > self.row else max(22, tallest))
        self.row = bottom + 1

    def _merged(self, top: int, left: int, bottom: int, right: int, text: str) -> None:
        if (top, left) != (bottom, right):
            self.page.merge_range(top, left, bottom, right, "", self.head)
        self.page.write_string(top, left, text, self.head)

    def _rows(self) -> None:
        for row in self.sheet.rows:
            cells = cells_of(self.sheet.columns, row)
            self.page.set_row(self.row, self._height(cells))
            for index, value in enumerate(cells):
                write_cell(self.page, self.row, index, value, self.body[index])
            self.row += 1

    def _height(self, cells: Sequence[Cell]) -> float:
        """Height that shows every line: spreadsheets do not fit wrapped rows by themselves when they open a file."""
        lines = [
            lines_of(value, column.width)
            for value, column in zip(cells, self.sheet.columns, strict=True)
            if isinstance(value, str)
        ]
        return min(TALLEST_ROW, LINE_POINTS * max(lines, default=1) + 5)

    def _print_setup(self) -> None:
        page, sheet = self.page, self.sheet
        if sheet.landscape:
            page.set_landscape()
        page.set_paper(PAPER[sheet.paper])
        page.set_margins(left=0.7, right=0.7, top=0.9, bottom=0.8)
        page.fit_to_pages(1, 0)
        page.center_horizontally()
        page.set_footer(f"&L&9{sheet.footer.replace('&', '&&')}&C— &P —")
