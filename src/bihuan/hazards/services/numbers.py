"""Numbers such as YH-140921-2026-000123: unique, given out safely to concurrent writers, not gapless."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F

from bihuan.hazards.models import NumberSeries

WIDTHS = {"YH": 6, "ZD": 4}


def next_number(kind: str, division_code: str, year: int) -> str:
    """The next number of a division and year; call it inside the transaction that uses it."""
    key = {"kind": kind, "division_code": division_code, "year": year}
    with transaction.atomic():
        if not NumberSeries.objects.filter(**key).update(last=F("last") + 1):
            try:
                with transaction.atomic():
                    NumberSeries.objects.create(last=1, **key)
            except IntegrityError:  # another writer opened the series first
                NumberSeries.objects.filter(**key).update(last=F("last") + 1)
        last = NumberSeries.objects.values_list("last", flat=True).get(**key)
    return f"{kind}-{division_code}-{year}-{last:0{WIDTHS[kind]}d}"
