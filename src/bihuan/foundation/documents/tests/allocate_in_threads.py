"""Run by test_numbers: several threads take numbers of one series in a database of their own; prints them as JSON."""

from __future__ import annotations

import json
import sys
import threading
from datetime import UTC, datetime

import django
from django.db import connection, transaction

AT = datetime(2025, 3, 7, 7, 0, tzinfo=UTC)


class Undone(Exception):
    """Raised to roll one allocation back."""


def take(count: int, taken: list[str], gate: threading.Barrier, *, undo_every: int) -> None:
    """Allocate `count` numbers, each in its own transaction; every `undo_every`-th is rolled back first."""
    from bihuan.foundation.access.actor import system_actor  # noqa: PLC0415
    from bihuan.foundation.documents.numbers import allocate  # noqa: PLC0415

    gate.wait()
    try:
        for n in range(count):
            if n % undo_every == 0:
                try:
                    with transaction.atomic():
                        allocate(system_actor("t"), issuer="忻应急", series="督", year=2025, at=AT)
                        raise Undone
                except Undone:
                    pass
            with transaction.atomic():
                number = allocate(system_actor("t"), issuer="忻应急", series="督", year=2025, at=AT)
            taken.append(number)
    finally:
        connection.close()


def run(threads: int, count: int) -> list[str]:
    """All numbers taken by all threads."""
    taken: list[str] = []
    gate = threading.Barrier(threads)
    workers = [
        threading.Thread(target=take, args=(count, taken, gate), kwargs={"undo_every": 3})
        for _ in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return taken


def main() -> None:
    """Make the three tables, take the numbers."""
    django.setup()
    from bihuan.foundation.audit.models import Entry, Head  # noqa: PLC0415
    from bihuan.foundation.documents.models import NumberSeries  # noqa: PLC0415

    with connection.schema_editor() as editor:
        for model in (NumberSeries, Entry, Head):
            editor.create_model(model)
    sys.stdout.write(json.dumps(run(4, 12)))


if __name__ == "__main__":
    main()
