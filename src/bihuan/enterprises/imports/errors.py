"""The error workbook: the sheet as it came, with one more column that says what to mend in each row."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from bihuan.enterprises.imports.sheets import Sheet
from bihuan.enterprises.rules.cells import as_text
from bihuan.enterprises.rules.columns import IGNORED, plain

RED = Font(color="C2141B")
PINK = PatternFill("solid", fgColor="FDECEC")


def error_workbook(path: Path, name: str, sheet: Sheet, errors: Mapping[int, str]) -> tuple[str, bytes]:
    """File name and content; an xlsx keeps everything else as it was, other kinds come back as xlsx or csv."""
    stem = Path(name).stem.removesuffix("_错误")
    if name.lower().endswith((".csv", ".txt")):
        return f"{stem}_错误.csv", _csv(sheet, errors)
    return f"{stem}_错误.xlsx", _xlsx(path, sheet, errors)


def _place(sheet: Sheet) -> int:
    """The column for the errors, from 1: the one already there, else the first free one."""
    old = [i for i, header in enumerate(sheet.headers) if plain(header) == IGNORED]
    return old[0] + 1 if old else max([len(sheet.headers), *(len(row) for _, row in sheet.rows)]) + 1


def _xlsx(path: Path, sheet: Sheet, errors: Mapping[int, str]) -> bytes:
    with path.open("rb") as file:
        is_xlsx = file.read(2) == b"PK"
    book = openpyxl.load_workbook(path) if is_xlsx else openpyxl.Workbook()
    page: Any = book[sheet.title] if is_xlsx else book.active
    if not is_xlsx:
        for i, header in enumerate(sheet.headers, start=1):
            page.cell(sheet.header_row, i, header)
        for number, row in sheet.rows:
            for i, value in enumerate(row, start=1):
                page.cell(number, i, value)
    place = _place(sheet)
    page.cell(sheet.header_row, place, IGNORED).font = RED
    page.column_dimensions[get_column_letter(place)].width = 60
    for number, _ in sheet.rows:
        cell: Any = page.cell(number, place)
        cell.value = errors.get(number)
        if number in errors:
            cell.font, cell.fill = RED, PINK
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _csv(sheet: Sheet, errors: Mapping[int, str]) -> bytes:
    place = _place(sheet) - 1
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([*(sheet.headers + [""] * place)[:place], IGNORED])
    for number, row in sheet.rows:
        writer.writerow([*([as_text(cell) for cell in row] + [""] * place)[:place], errors.get(number, "")])
    return ("\ufeff" + target.getvalue()).encode()
