"""Import of firms from a sheet: check row by row, then load in one transaction, which is undone at the end.

    BIHUAN_DATABASE_URL=… python benchmarks/import.py [--firms 10000]

Runs on the database it is given (script/bench returns builds one) and leaves it as it was. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import time

import django

django.setup()

import openpyxl  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from bihuan.demo.world import invented_code  # noqa: E402
from bihuan.enterprises.imports import checking  # noqa: E402
from bihuan.enterprises.models import RowKind  # noqa: E402
from bihuan.enterprises.services import importing  # noqa: E402
from bihuan.foundation.access.actor import Actor  # noqa: E402
from bihuan.foundation.accounts.models import User  # noqa: E402
from bihuan.foundation.lib.times import utc_now  # noqa: E402
from bihuan.foundation.tenancy.models import Organisation  # noqa: E402

COUNTY = "140921"


def sheet(count: int) -> bytes:
    """A county's sheet as counties write it."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("企业")
    page.append(["企业名称", "统一社会信用代码", "监管行业", "行业代码", "从业人数", "地址", "主要负责人"])
    rng = random.Random(11)
    for number in range(count):
        page.append(
            [f"导入测试{number}号机械有限公司", invented_code(rng, COUNTY), "机械", "3489", rng.randrange(5, 300), f"开发区{number}号", "王建国"]
        )
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def main() -> None:
    """Check, load, undo."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--firms", type=int, default=10_000)
    options = parser.parse_args()
    data = sheet(options.firms)
    actor = Actor.of(User.objects.get(username=f"county{COUNTY}"), at=utc_now())
    with transaction.atomic():
        began = time.perf_counter()
        source = checking.receive_bytes(actor, "企业.xlsx", data, default_supervisor=Organisation.objects.get(code=COUNTY))
        importing.map_columns(actor, source, mapping=source.mapping, at=utc_now(), start=lambda: None)
        counts = checking.run_check(actor, source, report=lambda *_: None)
        checked = time.perf_counter()
        source.refresh_from_db()
        new = 0
        if not counts[RowKind.FAULTY]:
            importing.confirm_import(actor, source, at=utc_now(), start=lambda: None)
            new, _ = importing.load_import(actor, source, at=utc_now())
        loaded = time.perf_counter()
        transaction.set_rollback(True)
    result = {
        "vendor": connection.vendor, "rows": options.firms, "loaded": new, "counts": {str(k): v for k, v in counts.items()},
        "check_s": round(checked - began, 2), "load_s": round(loaded - checked, 2), "rows_per_second": round(options.firms / (loaded - began)),
    }  # fmt: skip
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
