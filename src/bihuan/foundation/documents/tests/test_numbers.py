"""Numbers are gapless per issuer, series and year, with several workers and with rollbacks."""

from __future__ import annotations

import contextlib
import threading

import pytest
from django.db import connection, transaction

from bihuan.foundation.audit.models import Entry
from bihuan.foundation.documents.models import NumberSeries
from bihuan.foundation.documents.numbers import allocate
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


class Undone(Exception):
    """Raised to roll one allocation back."""


def take(count: int, taken: list[str], gate: threading.Barrier) -> None:
    """Allocate `count` numbers, each in its own transaction; before every third, one that is rolled back."""

    def one(*, undo: bool) -> str:
        with transaction.atomic():
            number = allocate(SYSTEM, issuer="忻应急", series="督", year=2025, at=AT)
            if undo:
                raise Undone
        return number

    gate.wait()
    try:
        for n in range(count):
            if n % 3 == 0:
                with contextlib.suppress(Undone):
                    one(undo=True)
            taken.append(one(undo=False))
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_four_threads_leave_no_gap() -> None:
    taken: list[str] = []
    gate = threading.Barrier(4)
    workers = [threading.Thread(target=take, args=(12, taken, gate)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken, key=EXPECTED.index) == EXPECTED
