"""Official tables as xlsx: types, merged heads, print set-up, read back with two readers."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from python_calamine import load_workbook

from bihuan.foundation.documents.cells import SheetColumn
from bihuan.foundation.documents.xlsx import Sheet, render_xlsx, sheet_name

COLUMNS = (
    SheetColumn("no", "序号", "integer", 6),
    SheetColumn("code", "统一社会信用代码", "text", 22),
    SheetColumn("general", "发现", "integer", group="一般隐患（条）"),
    SheetColumn("fixed", "已整改", "integer", group="一般隐患（条）"),
    SheetColumn("fine", "罚款（万元）", "wan"),
    SheetColumn("day", "检查时间", "date"),
    SheetColumn("closed", "销号时间", "datetime"),
    SheetColumn("late", "是否超期", "yesno"),
)
ROW = {
    "no": 1, "code": "91140900MA0K12345X", "general": 12, "fixed": 0, "fine": 128_600_000, "day": date(2025, 3, 7),
    "closed": datetime(2025, 3, 7, 16, 30, 15, tzinfo=UTC), "late": False,
}  # fmt: skip


def sheet() -> Sheet:
    return Sheet(
        name="台账", columns=COLUMNS, rows=[ROW, {}], annex="附件 2", title=("专项行动", "台账"), head_left="填报单位：某局",
        head_right="填报时间：2025 年 3 月 7 日", note="每周五上报。", signatures=("填报人：", "审核人："), footer="校验码 A&B",
    )  # fmt: skip


def test_types_are_real() -> None:
    page = openpyxl.load_workbook(io.BytesIO(render_xlsx(sheet())))["台账"]
    assert [cell.value for cell in page[7]] == [
        1, "91140900MA0K12345X", 12, 0, 128.6, datetime(2025, 3, 7), datetime(2025, 3, 8, 0, 30, 15), "否",
    ]  # fmt: skip
    assert [cell.data_type for cell in page[7]] == ["n", "s", "n", "n", "n", "d", "d", "s"]
    assert [cell.value for cell in page[8]] == [None] * 8


def test_heads_merge_freeze_and_repeat() -> None:
    page = openpyxl.load_workbook(io.BytesIO(render_xlsx(sheet())))["台账"]
    merged = {str(area) for area in page.merged_cells.ranges}
    assert {"C5:D5", "A5:A6", "H5:H6", "A2:H2", "A3:H3"} <= merged
    assert page["C5"].value == "一般隐患（条）"
    assert page["D6"].value == "已整改"
    assert page.freeze_panes == "A7"
    assert page.print_title_rows == "$5:$6"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page["A1"].value == "附件 2"
    assert page["A9"].value == "说明：每周五上报。"
    assert page.oddFooter.left.text == "校验码 A&&B" or "校验码 A&B" in page.oddFooter.left.text


def test_calamine_reads_the_same() -> None:
    table = load_workbook(io.BytesIO(render_xlsx(sheet()))).get_sheet_by_name("台账").to_python()
    assert table[6][:6] == [1, "91140900MA0K12345X", 12, 0, 128.6, date(2025, 3, 7)]


def test_text_stays_text() -> None:
    columns = (SheetColumn("t", "文字"),)
    texts = [
        "=1+1",
        "@SUM(A1)",
        "+86",
        "-1",
        "007",
        "123456789012345678",
        "https://example.invalid/",
        "一\n二",
        " 空格 ",
        "\x01控制",
    ]
    page = openpyxl.load_workbook(
        io.BytesIO(render_xlsx(Sheet("t", columns, [[text] for text in texts])))
    ).active
    assert [row[0].value for row in page.iter_rows(min_row=2)] == [*texts[:-1], "控制"]
    assert {row[0].data_type for row in page.iter_rows(min_row=2)} == {"s"}
    assert not page._hyperlinks


def test_a_value_of_the_wrong_kind_names_the_column() -> None:
    with pytest.raises(ValueError, match="罚款"):
        render_xlsx(Sheet("t", (SheetColumn("f", "罚款", "decimal"),), [["多"]]))
    with pytest.raises(ValueError, match="时间"):
        render_xlsx(Sheet("t", (SheetColumn("f", "时间", "datetime"),), [[datetime(2025, 1, 1)]]))
    with pytest.raises(ValueError, match="条数"):
        render_xlsx(Sheet("t", (SheetColumn("f", "条数", "integer"),), [[Decimal("1.5")]]))


@pytest.mark.parametrize(
    ("given", "kept"), [("2025/3月", "2025／3月"), ("a" * 40, "a" * 31), ("'x'", "x"), ("", "Sheet1")]
)
def test_sheet_names(given: str, kept: str) -> None:
    assert sheet_name(given) == kept
