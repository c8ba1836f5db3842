"""Long ledger to xlsx: ours against openpyxl write-only and XlsxWriter constant_memory, same 100 000 rows × 12 columns.

    PYTHONPATH=src python benchmarks/ledger_xlsx.py [--rows 100000]

Each writer runs in a process of its own, so that peak memory is its own. The rows are plain values as a query gives
them; each writer converts them itself. Files are read back and the first, middle and last rows compared.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import python_calamine

from bihuan.foundation.documents.cells import SheetColumn
from bihuan.foundation.documents.ledger import write_ledger
from bihuan.foundation.documents.xlsx import cells_of

COLUMNS = (
    SheetColumn("no", "序号", "integer", 8), SheetColumn("firm", "企业名称", "text", 30),
    SheetColumn("code", "统一社会信用代码", "text", 22), SheetColumn("place", "所在县（市、区）"),
    SheetColumn("sector", "行业类别"), SheetColumn("found", "检查时间", "date"),
    SheetColumn("detail", "隐患描述", "text", 50), SheetColumn("level", "隐患等级"),
    SheetColumn("fine", "罚款（万元）", "wan"), SheetColumn("share", "占比", "decimal"),
    SheetColumn("closed", "销号时间", "datetime", 18), SheetColumn("phone", "联系电话"),
)  # fmt: skip
WRITERS = ("ours", "xlsxwriter", "openpyxl")


def rows(count: int) -> Iterator[tuple[object, ...]]:
    """The same rows for every writer: text, codes, dates, moments, whole numbers, decimals, amounts, gaps."""
    places, sectors = ("忻府区", "原平市", "定襄县", "代县"), ("钢铁", "铝加工", "粉尘涉爆", "有限空间")
    day, moment = date(2024, 12, 11), datetime(2024, 12, 11, 1, 0, tzinfo=UTC)
    for n in range(count):
        yield (
            n + 1, f"忻州市第{n % 800}机械铸造有限公司", f"9114{n % 10**13:013d}X", places[n % 4], sectors[n % 4],
            day + timedelta(days=n % 100), f"第{n}条：除尘器灰斗积尘超过1毫米，未按规定清理；=SUM(A1:A{n})", ("一般", "重大")[n % 20 == 0],
            (n % 97) * 12_300 if n % 3 else None, round(Decimal(n % 1000) / 7, 4),
            moment + timedelta(minutes=n) if n % 2 else None, f"0350{n % 10**7:07d}",
        )  # fmt: skip


def write_openpyxl(path: Path, count: int) -> None:
    """openpyxl's fastest way: write-only, converted values appended, no styles of its own for each cell."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("台账")
    page.append([column.title for column in COLUMNS])
    for row in rows(count):
        page.append(cells_of(COLUMNS, row))
    book.save(path)


def run(writer: str, path: Path, count: int) -> dict[str, float]:
    """Write once; seconds and peak memory of this process in MB."""
    started = time.perf_counter()
    if writer == "openpyxl":
        write_openpyxl(path, count)
    else:
        write_ledger(path, COLUMNS, rows(count), quick=writer == "ours")
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": round(seconds, 2),
        "peak_mb": round(peak, 1),
        "file_mb": round(path.stat().st_size / 2**20, 2),
    }


def picked(path: Path, count: int) -> list[object]:
    """First, middle and last row as a reader sees them."""
    table = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()
    if len(table) != count + 1:
        raise SystemExit(f"{path.name}: {len(table) - 1} rows instead of {count}")
    return [[str(value) for value in table[n]] for n in (0, 1, count // 2, count)]


def main() -> None:
    """Run all writers, compare what they wrote, print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--one", choices=WRITERS)
    parser.add_argument("--file", type=Path)
    options = parser.parse_args()
    if options.one:
        sys.stdout.write(json.dumps(run(options.one, options.file, options.rows)) + "\n")
        return
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for writer in WRITERS:
            path = Path(folder) / f"{writer}.xlsx"
            command = [
                sys.executable,
                __file__,
                "--rows",
                str(options.rows),
                "--one",
                writer,
                "--file",
                str(path),
            ]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            results[writer] = json.loads(done.stdout)
            sys.stdout.write(f"{writer:<11}{results[writer]}\n")
        # Read only now: a child's peak memory counts from its parent's size at the fork.
        read = {writer: picked(Path(folder) / f"{writer}.xlsx", options.rows) for writer in WRITERS}
    same = all(read[writer] == read["ours"] for writer in WRITERS)
    ratio = results["ours"]["seconds"] / results["openpyxl"]["seconds"]
    sys.stdout.write(f"ours / openpyxl write-only = {ratio:.3f} (aim at most 0.3); same cells: {same}\n")
    figures = {
        "benchmark": "ledger_xlsx", "rows": options.rows, "columns": len(COLUMNS), "against": "openpyxl write-only",
        "ratio": round(ratio, 4), "same_cells": same, **results,
    }  # fmt: skip
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
