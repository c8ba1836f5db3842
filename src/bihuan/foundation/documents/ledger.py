"""Long ledgers as xlsx: one heading row, typed columns, written row by row in constant memory.

rustpy-xlsxwriter writes them about ten times faster than openpyxl; XlsxWriter stands in where it is missing (no wheel
for the machine), for empty ledgers and for headings that repeat. Both give the same cells: see tests/test_ledger.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import xlsxwriter

from bihuan.foundation.documents.cells import CONVERT, NUMBER_FORMATS, Cell, SheetColumn
from bihuan.foundation.documents.xlsx import NO_GUESSING, cells_of, sheet_name, write_cell
from bihuan.foundation.lib.problems import Problem

fast: ModuleType | None
try:
    import rustpy_xlsxwriter as fast
except ImportError:  # the wheel does not exist for every processor
    fast = None

MOST_ROWS = 1_048_575  # Excel's rows less the heading
BATCH = 500
Row = Mapping[str, Any] | Sequence[Any]


def write_ledger(
    target: Path | IO[bytes],
    columns: Sequence[SheetColumn],
    rows: Iterable[Row],
    *,
    name: str = "台账",
    quick: bool = True,
) -> int:
    """Write the rows (mappings by key, or sequences in column order) and return how many there were.

    A file is written aside and renamed, so that a failure leaves no half ledger. Problem `documents.ledger_too_long`
    beyond Excel's 1 048 575 rows; ValueError naming the column for a value that does not fit its kind.
    """
    if not isinstance(target, Path):
        return _write(target, columns, rows, name, quick)
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as stream:
            count = _write(stream, columns, rows, name, quick)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return count


def _write(
    stream: IO[bytes], columns: Sequence[SheetColumn], rows: Iterable[Row], name: str, quick: bool
) -> int:
    counted = _Counted(columns, rows)
    source = iter(counted)
    first = next(source, None)
    titles = [column.title for column in columns]
    if fast is None or not quick or first is None or len(set(titles)) < len(titles):
        _write_plain(stream, columns, () if first is None else chain((first,), source), name)
    else:
        _write_fast(fast, stream, columns, chain((first,), source), name)
    return counted.count


class _Counted:
    """Converts rows as they pass, and counts them."""

    def __init__(self, columns: Sequence[SheetColumn], rows: Iterable[Row]) -> None:
        self.columns, self.rows, self.count = columns, rows, 0

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        keys = [column.key for column in self.columns]
        source = iter(self.rows)
        while batch := list(islice(source, BATCH)):
            self.count += len(batch)
            if self.count > MOST_ROWS:
                raise Problem(
                    "documents.ledger_too_long",
                    f"超过 {MOST_ROWS} 行，一张表放不下。请按单位或时间缩小范围，分几次导出。",
                )
            values = [[row.get(key) for key in keys] if isinstance(row, Mapping) else row for row in batch]
            yield from self._converted(values)

    def _converted(self, values: list[Sequence[Any]]) -> Iterator[tuple[Cell, ...]]:
        """Convert column by column: one loop in C a column instead of one call in Python a cell."""
        try:
            by_column = [
                list(map(CONVERT[column.kind], cells))
                for column, cells in zip(self.columns, zip(*values, strict=True), strict=True)
            ]
        except (ValueError, TypeError, ArithmeticError):
            for row in values:
                cells_of(self.columns, row)  # names the column
            raise
        return zip(*by_column, strict=True)


def _write_fast(
    fast: ModuleType,
    stream: IO[bytes],
    columns: Sequence[SheetColumn],
    rows: Iterable[tuple[Cell, ...]],
    name: str,
) -> None:
    titles = [column.title for column in columns]
    formats = {column.title: fast.Format().set_num_format(NUMBER_FORMATS[column.kind]) for column in columns}
    heading = fast.Format().set_bold().set_align("center").set_border("thin")
    fast.write_worksheet(
        (dict(zip(titles, row, strict=True)) for row in rows),
        stream,
        sheet_name=sheet_name(name),
        freeze_row=1,
        column_formats=formats,
        column_widths={column.title: float(column.width) for column in columns},
        header_format=heading,
        page_setup={
            "landscape": True, "paper_size": 9, "repeat_rows": 0, "fit_to_pages": (1, 0), "footer": "&C— &P —",
        },
    )  # fmt: skip


def _write_plain(
    stream: IO[bytes], columns: Sequence[SheetColumn], rows: Iterable[tuple[Cell, ...]], name: str
) -> None:
    with xlsxwriter.Workbook(stream, {"constant_memory": True, **NO_GUESSING}) as book:
        page = book.add_worksheet(sheet_name(name))
        heading = book.add_format({"bold": True, "align": "center", "border": 1})
        styles = [book.add_format({"num_format": NUMBER_FORMATS[column.kind]}) for column in columns]
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer("&C— &P —")
        for index, column in enumerate(columns):
            page.set_column(index, index, column.width)
            page.write_string(0, index, column.title, heading)
        for number, row in enumerate(rows, start=1):
            for index, value in enumerate(row):
                if value is not None:
                    write_cell(page, number, index, value, styles[index])
