"""Import of 10 000 firms from an xlsx, by step, with valid history; then the list page over all of them.

    PYTHONPATH=src:. python benchmarks/enterprise_import.py [--firms 10000] [--listed 30000]

On the test database (SQLite in a file, or BIHUAN_TEST_DATABASE_URL). Seconds of the wall clock and of the processor, since
the machine may be shared. The last line is one JSON object.
"""

# ruff: noqa: E402 (models may be imported only after setup)
from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings_test")

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.runner import DiscoverRunner
from django.test.utils import setup_test_environment
from django.urls import reverse

from bihuan.enterprises.imports import checking
from bihuan.enterprises.models import EnterpriseImport, ImportState
from bihuan.enterprises.services import NewFirm, importing, register_many
from bihuan.enterprises.tests.factories import AT, BUILDER, code_of
from bihuan.enterprises.tests.sheets import row, workbook
from bihuan.foundation.audit.services import verify
from bihuan.foundation.tenancy.tests.factories import Cast, cast
from bihuan.reference.tests.factories import load_shipped

ROUNDS = 5


def timed(action: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """The result, with wall and processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    result = action()
    return result, {"seconds": round(time.perf_counter() - wall, 3), "cpu_seconds": round(time.process_time() - processor, 3)}


def run_import(people: Cast, firms: int) -> dict[str, Any]:
    """Upload, check, load; the history is verified afterwards."""
    content = workbook([row(number) for number in range(1, firms + 1)])
    actor = people.actor("county_officer")
    source, receive = timed(lambda: checking.receive_bytes(actor, "a.xlsx", content, default_supervisor=people.county))
    importing.map_columns(actor, source, mapping=source.mapping, at=AT, start=lambda: None)
    counts, check = timed(lambda: checking.run_check(actor, source, report=lambda done, total: None))
    assert counts == {"new": firms, "changed": 0, "same": 0, "faulty": 0}, counts
    EnterpriseImport.objects.filter(pk=source.pk).update(state=ImportState.LOADING)
    loaded, load = timed(lambda: importing.load_import(actor, source, at=AT))
    assert loaded == (firms, 0)
    verdict, checked = timed(verify)
    assert verdict.fault is None
    total = round(receive["seconds"] + check["seconds"] + load["seconds"], 2)
    return {"receive": receive, "check": check, "load": load, "import_seconds": total, "verify": checked, "history_entries": verdict.entries}


def _page(client: Client, query: dict[str, str]) -> dict[str, float]:
    response, spent = timed(lambda: client.get(reverse("enterprises:list"), query))
    assert response.status_code == 200
    return spent


def run_list(people: Cast) -> dict[str, dict[str, float]]:
    """Best time of the list page, by who looks and what is asked."""
    found = {}
    for who in ("county_officer", "city_officer", "provincial_officer"):
        client = Client()
        client.force_login(people.user[who], backend="django.contrib.auth.backends.ModelBackend")
        for title, query in {"first page": {}, "search": {"q": "铸造"}, "initials": {"q": "dxxd"}, "by headcount": {"sort": "headcount"}}.items():
            best = min((_page(client, query) for _ in range(ROUNDS)), key=lambda t: t["seconds"])
            found[f"{who}, {title}"] = best
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--firms", type=int, default=10_000)
    parser.add_argument("--listed", type=int, default=30_000)
    args = parser.parse_args()
    runner = DiscoverRunner(verbosity=0, interactive=False)
    setup_test_environment()
    databases = runner.setup_databases()
    try:
        load_shipped()
        people = cast()
        figures = run_import(people, args.firms)
        counties = (people.county, people.sibling_county)
        more = [
            NewFirm(f"定襄县第{n}铸造厂", code_of(1000 + n), counties[n % 2].pk, counties[n % 2].code, "machinery")
            for n in range(args.firms + 1, args.listed + 1)
        ]
        register_many(BUILDER, more, at=AT)
        listed = run_list(people)
    finally:
        runner.teardown_databases(databases)
    print(json.dumps({"database": connection.vendor, "firms": args.firms, **figures, "listed": args.listed, "list": listed}, ensure_ascii=False))


if __name__ == "__main__":
    main()
