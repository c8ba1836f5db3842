"""Both ledger writers give the same cells and the same sheet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bihuan.foundation.documents import ledger
from bihuan.foundation.documents.cells import LONGEST_TEXT, SheetColumn
from bihuan.foundation.documents.ledger import write_ledger
from bihuan.foundation.lib.problems import Problem

COLUMNS = (
    SheetColumn("text", "文字", "text", 20), SheetColumn("code", "代码"), SheetColumn("n", "条数", "integer"),
    SheetColumn("x", "比例", "decimal"), SheetColumn("fen", "万元", "wan"), SheetColumn("day", "日期", "date"),
    SheetColumn("at", "时间", "datetime"), SheetColumn("ok", "是否", "yesno"),
)  # fmt: skip
ROWS: list[tuple[Any, ...]] = [
    ("=1+1", "007", 12, Decimal("1.25"), 128_600_000, date(2025, 3, 7), datetime(2025, 3, 7, 1, 12, tzinfo=UTC), True),
    (None, None, None, None, None, None, None, None),
    ("一\n二 & <b>", "91140900MA0K12345X", 10**17, -0.5, 0, date(1899, 12, 31), datetime(2024, 2, 29, 15, 59, 59, tzinfo=UTC), False),
    (" 前后空格 ", "123456789012345678", 0, 0, 5_000, date(1900, 3, 1), datetime(2025, 12, 31, 16, 0, tzinfo=UTC), True),
    ("https://example.invalid/ \x0b控制", "+86", -3, 3, None, date(9999, 12, 31), None, None),
]  # fmt: skip


def read(quick: bool, rows: Any = None) -> Any:
    out = io.BytesIO()
    write_ledger(out, COLUMNS, ROWS if rows is None else rows, name="重大隐患/台账", quick=quick)
    return openpyxl.load_workbook(out).active


@pytest.mark.parametrize("quick", [True, False])
def test_cells_are_typed(quick: bool) -> None:
    page = read(quick)
    assert [cell.value for cell in page[1]] == [column.title for column in COLUMNS]
    assert [cell.value for cell in page[2]] == [
        "=1+1", "007", 12, 1.25, 128.6, datetime(2025, 3, 7), datetime(2025, 3, 7, 9, 12), "是",
    ]  # fmt: skip
    assert [cell.data_type for cell in page[2]] == ["s", "s", "n", "n", "n", "d", "d", "s"]
    assert page["B4"].value == "91140900MA0K12345X"
    assert page["C4"].value == "100000000000000000"
    assert page["F4"].value == "1899-12-31"
    assert page.title == "重大隐患／台账"
    assert page.freeze_panes == "A2"
    assert page.print_title_rows == "$1:$1"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)


def test_both_writers_agree_cell_by_cell() -> None:
    quick, plain = read(True), read(False)
    for ours, theirs in zip(quick.iter_rows(), plain.iter_rows(), strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert (one.value, one.data_type, one.number_format) == (
                other.value,
                other.data_type,
                other.number_format,
            ), one.coordinate


def test_mappings_and_sequences_give_the_same() -> None:
    keys = [column.key for column in COLUMNS]
    mapped = read(True, [dict(zip(keys, row, strict=True)) for row in ROWS])
    assert [[cell.value for cell in row] for row in mapped.iter_rows()] == [
        [cell.value for cell in row] for row in read(True).iter_rows()
    ]


@pytest.mark.parametrize("quick", [True, False])
def test_an_empty_ledger_has_its_heading(quick: bool) -> None:
    page = read(quick, [])
    assert page.max_row == 1
    assert page["A1"].value == "文字"


def test_headings_that_repeat_keep_both_columns() -> None:
    out = io.BytesIO()
    write_ledger(out, (SheetColumn("a", "备注"), SheetColumn("b", "备注")), [("一", "二")])
    assert [cell.value for cell in openpyxl.load_workbook(out).active[2]] == ["一", "二"]


@pytest.mark.parametrize("quick", [True, False])
def test_a_failure_leaves_no_half_file(tmp_path: Path, quick: bool) -> None:
    target = tmp_path / "台账.xlsx"
    target.write_bytes(b"before")

    def rows() -> Iterator[tuple[Any, ...]]:
        yield ROWS[0]
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        write_ledger(target, COLUMNS, rows(), quick=quick)
    assert target.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["台账.xlsx"]


@pytest.mark.parametrize("quick", [True, False])
def test_limits_are_said_in_chinese(monkeypatch: pytest.MonkeyPatch, quick: bool) -> None:
    with pytest.raises(Problem, match="超过 32767 字"):
        read(quick, [("长" * (LONGEST_TEXT + 1), *[None] * 7)])
    monkeypatch.setattr(ledger, "MOST_ROWS", 3)
    with pytest.raises(Problem, match="超过 3 行"):
        read(quick)


def test_wrong_kind_names_the_column() -> None:
    with pytest.raises(ValueError, match="条数"):
        read(True, [("a", "b", "c", None, None, None, None, None)])
