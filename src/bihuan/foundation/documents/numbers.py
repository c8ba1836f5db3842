"""Document numbers (发文字号), GB/T 9704-2012 clause 7.2.5: 忻应急督〔2025〕12号, no leading zeros, no 第."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from bihuan.foundation.audit.services import Acting, record
from bihuan.foundation.documents.models import NumberSeries
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import local_date


def allocate(actor: Acting, *, issuer: str, series: str, year: int, at: datetime) -> str:
    """Return the next number of (issuer, series, year): 1, 2, 3 … without gaps.

    Must be called inside the transaction that writes the document: the series stays locked until it ends, and a
    rollback gives the number back (RuntimeError outside a transaction). Problem `documents.bad_number` for an empty
    issuer, brackets in a name, or a year after that of `at`.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("allocate() must run in the transaction that writes the document")
    issuer, series = issuer.strip(), series.strip()
    if not issuer or any(mark in issuer + series for mark in "〔〕[]"):
        raise Problem(
            "documents.bad_number", "发文机关代字不能为空，也不能带括号，例如“忻应急”。", field="issuer"
        )
    if not 2000 <= year <= local_date(at).year:
        raise Problem("documents.bad_number", f"不能编 {year} 年的文号，请核对年份。", field="year")
    with transaction.atomic():
        row, _ = NumberSeries.objects.get_or_create(issuer=issuer, series=series, year=year)
        # The update takes the row (PostgreSQL) or the database (SQLite) until the caller's transaction ends.
        NumberSeries.objects.filter(pk=row.pk).update(last=F("last") + 1)
        row.refresh_from_db()
        number = f"{issuer}{series}〔{year}〕{row.last}号"
        record(actor, "documents.allocate_number", row, at=at, after={"number": number})
    return number
