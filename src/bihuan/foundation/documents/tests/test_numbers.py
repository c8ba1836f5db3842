"""Numbers are gapless per issuer, series and year, with several workers and with rollbacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, transaction

from bihuan.foundation.audit.models import Entry
from bihuan.foundation.documents.models import NumberSeries
from bihuan.foundation.documents.numbers import allocate
from bihuan.foundation.documents.tests.allocate_in_threads import run
from bihuan.foundation.documents.tests.factories import AT, SYSTEM
from bihuan.foundation.lib.problems import Problem

EXPECTED = [f"忻应急督〔2025〕{n}号" for n in range(1, 49)]


@pytest.mark.django_db
def test_series_and_years_count_apart() -> None:
    def next_number(series: str, year: int) -> str:
        return allocate(SYSTEM, issuer="忻应急", series=series, year=year, at=AT)

    assert [next_number("督", 2025), next_number("督", 2025), next_number("函", 2025), next_number("督", 2024)] == [
        "忻应急督〔2025〕1号", "忻应急督〔2025〕2号", "忻应急函〔2025〕1号", "忻应急督〔2024〕1号",
    ]  # fmt: skip
    series = NumberSeries.objects.get(series="督", year=2025)
    assert [entry.after["number"] for entry in Entry.objects.of(series)] == [
        "忻应急督〔2025〕1号",
        "忻应急督〔2025〕2号",
    ]


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back() -> None:
    mark = transaction.savepoint()
    allocate(SYSTEM, issuer="忻应急", series="督", year=2025, at=AT)
    transaction.savepoint_rollback(mark)
    assert allocate(SYSTEM, issuer="忻应急", series="督", year=2025, at=AT) == "忻应急督〔2025〕1号"


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_refuses() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        allocate(SYSTEM, issuer="忻应急", series="督", year=2025, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("issuer", "year"), [("", 2025), ("  ", 2025), ("忻应急〔2025〕", 2025), ("忻应急", 2026), ("忻应急", 25)]
)
def test_nonsense_is_refused(issuer: str, year: int) -> None:
    with pytest.raises(Problem):
        allocate(SYSTEM, issuer=issuer, series="督", year=year, at=AT)


def test_four_threads_leave_no_gap_on_sqlite(tmp_path: Path) -> None:
    """A file database as in production (the in-memory one of the other tests has one connection)."""
    done = subprocess.run(
        [sys.executable, "-m", "bihuan.foundation.documents.tests.allocate_in_threads"],
        env=os.environ | {
            "BIHUAN_TEST_DATABASE_URL": f"sqlite:///{tmp_path}/numbers.sqlite3", "PYTHONPATH": os.pathsep.join(sys.path),
            "DJANGO_SETTINGS_MODULE": "bihuan.config.settings_test",
        },
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert sorted(json.loads(done.stdout), key=EXPECTED.index) == EXPECTED


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_four_threads_leave_no_gap_on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the test database is not PostgreSQL")
    assert sorted(run(4, 12), key=EXPECTED.index) == EXPECTED
