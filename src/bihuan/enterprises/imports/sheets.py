"""Reading a sheet: cells as values, merged cells and formulas made known, whatever program wrote it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import python_calamine
from defusedxml import ElementTree

from bihuan.enterprises.rules.cells import Cell, as_text
from bihuan.enterprises.rules.columns import IGNORED, header_row, plain
from bihuan.foundation.lib.problems import Problem

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_ROWS = 50_000
SEARCHED = 15
"""Among how many rows the headers are looked for; titles and notes may stand above them."""
Merged = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""
FORMULA = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*(?<!/)>((?:(?!</c>).)*?<f[ >/].*?)</c>', re.DOTALL)
SHEET_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class Sheet:
    """The data beneath the headers. Row numbers count from 1 as on screen."""

    title: str
    header_row: int
    headers: list[str]
    rows: list[tuple[int, list[Cell]]]
    merged: list[Merged] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    """(row number, column) of formulas with a stored result."""
    uncomputed: set[tuple[int, int]] = field(default_factory=set)
    """(row number, column) of formulas without one."""


def read_sheet(path: Path, name: str) -> Sheet:
    """Read the first sheet that has headers; Problem in Chinese when the file is none of ours."""
    if path.stat().st_size > MAX_BYTES:
        raise Problem("enterprises.import_large", "文件超过 20 MB，请拆分后分次导入。", field="file")
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _workbook(path, packed=head.startswith(b"PK"))
    if name.lower().endswith((".csv", ".txt")):
        return _csv(path)
    raise Problem("enterprises.import_kind", "只能导入 xlsx、xls 或 csv 文件；请用 WPS 或 Excel 另存为 xlsx 后再上传。", field="file")


def _workbook(path: Path, *, packed: bool) -> Sheet:
    if packed:
        _check_size(path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError:
        raise Problem("enterprises.import_locked", "文件已加密，请取消密码后再上传。", field="file") from None
    except (python_calamine.CalamineError, OSError, ValueError):
        raise Problem("enterprises.import_broken", "文件无法打开，可能已损坏；请用 WPS 或 Excel 打开后另存为 xlsx。", field="file") from None
    for place, title in enumerate(book.sheet_names):
        sheet = book.get_sheet_by_index(place)
        rows = [[_cell(c) for c in row] for row in sheet.to_python(skip_empty_area=False)]
        found = _below_headers(title, rows)
        if found is None:
            continue
        if packed:
            found.merged = [(a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or ()]
            _find_formulas(path, place, found)
        return found
    raise Problem(
        "enterprises.import_headers", "没有找到表头：前 15 行里至少应有“企业名称”和“统一社会信用代码”两列，请核对后再上传。", field="file"
    )


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool | int | float) or value is None:
        return value
    return value if hasattr(value, "year") else str(value)  # type: ignore[return-value]


def _below_headers(title: str, rows: Sequence[Sequence[Cell]]) -> Sheet | None:
    place = header_row([[as_text(cell) for cell in row] for row in rows[:SEARCHED]])
    if place is None:
        return None
    above = [as_text(cell) for cell in rows[place - 1]] if place else []
    # A group title above an empty header cell (merged headers) names the column.
    headers = [as_text(cell) or (above[i] if i < len(above) else "") for i, cell in enumerate(rows[place])]
    data = [(number, list(row)) for number, row in enumerate(rows[place + 1 :], start=place + 2) if any(cell is not None for cell in row)]
    if len(data) > MAX_ROWS:
        raise Problem("enterprises.import_rows", f"共 {len(data)} 行，超过一次 {MAX_ROWS} 行的上限，请拆分后分次导入。", field="file")
    return Sheet(title, place + 1, headers, data)


def _csv(path: Path) -> Sheet:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Problem("enterprises.import_encoding", "csv 文件的编码无法识别，请另存为 UTF-8 或 xlsx。", field="file")
    rows: list[list[Cell]] = [[cell.strip().removeprefix("'") or None for cell in row] for row in csv.reader(io.StringIO(text))]
    found = _below_headers("csv", rows)
    if found is None:
        raise Problem("enterprises.import_headers", "没有找到表头：至少应有“企业名称”和“统一社会信用代码”两列。", field="file")
    return found


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile:
        raise Problem("enterprises.import_broken", "文件无法打开，可能已损坏；请用 WPS 或 Excel 打开后另存为 xlsx。", field="file") from None
    if size > MAX_UNPACKED:
        raise Problem("enterprises.import_large", "文件展开后过大，请只保留数据区域后再上传。", field="file")


def _find_formulas(path: Path, place: int, sheet: Sheet) -> None:
    with zipfile.ZipFile(path) as archive:
        part = _sheet_part(archive, place)
        if part is None:
            return
        content = archive.read(part)
    if b"<f" not in content:
        return
    for match in FORMULA.finditer(content):
        spot = (int(match[2]), _column(match[1].decode()))
        (sheet.formulas if re.search(rb"<v>[^<]", match[3]) else sheet.uncomputed).add(spot)


def _sheet_part(archive: zipfile.ZipFile, place: int) -> str | None:
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).findall(f"{SHEET_NS}sheets/{SHEET_NS}sheet")
    links = {item.get("Id"): item.get("Target", "") for item in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
    target = links.get(sheets[place].get(LINK), "") if place < len(sheets) else ""
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if part in names else None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def data_columns(headers: Sequence[str]) -> list[int]:
    """Columns that may hold data: with a header that is not the error column's."""
    return [i for i, header in enumerate(headers) if header and plain(header) != IGNORED]
