"""Export of a table: xlsx with real types, csv for other programs. Both write row by row, whatever the length."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from urllib.parse import quote

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from .columns import Column, Exported

CHUNK = 2000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
XLSX_ROWS = 1_048_575


def records_of(queryset: QuerySet[Any]) -> Iterator[Any]:
    """The records, a chunk at a time (related objects asked for by the queryset are kept)."""
    return iter(queryset.iterator(chunk_size=CHUNK))


def disposition(filename: str) -> str:
    """A download header that keeps a Chinese file name."""
    return f"attachment; filename*=UTF-8''{quote(filename)}"


def csv_text(value: Exported) -> str:
    """A value as csv text. Text that a spreadsheet would run as a formula is kept from doing so."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return str(value)


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(columns: Sequence[Column], records: Iterable[Any]) -> Iterator[str]:
    """The file, line by line, with a byte order mark so that WPS and Excel read it as UTF-8."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([column.export_title for column in columns])
    for record in records:
        yield writer.writerow([csv_text(column.exported(record)) for column in columns])


def write_xlsx(target: IO[bytes], title: str, columns: Sequence[Column], records: Iterable[Any]) -> int:
    """Write the sheet and give the number of rows; memory does not grow with it. Text is never read as a formula."""
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(title[:31].translate({ord(mark): "" for mark in "[]:*?/\\'"}) or "表")
    head = book.add_format({"bold": True, "bg_color": "#F2F5F8", "bottom": 1, "text_wrap": True, "valign": "vcenter"})
    shapes = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        Decimal: book.add_format({"num_format": "#,##0.00"}),
    }
    for place, column in enumerate(columns):
        sheet.set_column(place, place, sheet_width(column))
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [column.export_title for column in columns], head)
    count = 0
    for count, record in enumerate(records, start=1):
        if count > XLSX_ROWS:
            book.close()
            raise OverflowError("more rows than a sheet can hold")
        for place, column in enumerate(columns):
            value = column.exported(record)
            if isinstance(value, str):
                sheet.write_string(count, place, value)
            elif isinstance(value, datetime | date):
                sheet.write_datetime(count, place, value, shapes[type(value)])
            elif isinstance(value, Decimal):
                sheet.write_number(count, place, value, shapes[Decimal])
            elif value is not None:
                sheet.write_number(count, place, value)
    if columns:
        sheet.autofilter(0, 0, count, len(columns) - 1)
    book.close()
    return count


def sheet_width(column: Column) -> int:
    """A sensible width in characters: long text wide, dates and numbers narrow."""
    if column.clamp:
        return 60
    widths = {"date": 12, "datetime": 17, "due": 17, "number": 10, "money": 12, "status": 12}
    return max(widths.get(column.kind, 24), 2 * len(column.export_title) + 2)


def file_name(title: str, day: date, form: str) -> str:
    """The name of an export: its title and its day."""
    return f"{title}_{day:%Y%m%d}.{form}"


def export_response(
    form: str, title: str, day: date, columns: Sequence[Column], queryset: QuerySet[Any]
) -> HttpResponseBase:
    """The file of a whole list. `form` is xlsx or csv; `day` goes into the file's name."""
    filename = file_name(title, day, form)
    exported = [column for column in columns if column.export]
    if form == "csv":
        lines = csv_lines(exported, records_of(queryset))
        return StreamingHttpResponse(
            lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition(filename)}
        )
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    write_xlsx(file, title, exported, records_of(queryset))
    file.seek(0)
    return FileResponse(
        file,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": disposition(filename)},
    )
