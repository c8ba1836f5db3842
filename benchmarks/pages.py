"""Server time of the main pages at province scale, through Django's test client: median and p95, and the queries.

`cpu_ms` is this process's own time a request: on a shared machine the clock also counts the neighbours.

    BIHUAN_DATABASE_URL=… python benchmarks/pages.py [--requests 20] [--only NAME]

Runs on the database it is given (script/bench returns builds one). The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402

from bihuan.campaigns.models import Campaign  # noqa: E402
from bihuan.enterprises.models import Enterprise  # noqa: E402
from bihuan.foundation.access.actor import Actor  # noqa: E402
from bihuan.foundation.accounts.models import User  # noqa: E402
from bihuan.foundation.lib.times import utc_now  # noqa: E402
from bihuan.hazards.models import Hazard  # noqa: E402

AIM_MS = 200
CITY = "140900"
PAGES = (
    "reporting:cockpit", "reporting:workbench", "notices:todos", "campaigns:detail", "campaigns:list", "hazards:list", "hazards:general", "hazards:zero", "hazards:detail",
    "enterprises:list", "enterprises:detail", "inspections:list", "hazards:statistics",
)  # fmt: skip


def record_for(name: str, actor: Actor) -> int | None:
    """Key of a record that the page can show to this person; None for lists."""
    if name == "campaigns:detail":
        return int(Campaign.objects.get().pk)
    models_of: dict[str, type[models.Model]] = {"hazards:detail": Hazard, "enterprises:detail": Enterprise}
    if name not in models_of:
        return None
    rows = models_of[name]._default_manager.all().visible_to(actor)  # type: ignore[attr-defined]
    return int(rows.order_by("-pk").values_list("pk", flat=True)[0])


def visit(client: Client, address: str, requests: int) -> dict[str, Any]:
    """Ask for a page so many times; the first answer, which loads templates, is not timed."""
    first = client.get(address)
    if first.status_code != 200:
        return {"status": first.status_code}
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    asked = len(queries.captured_queries)
    slow = sorted(((float(q["time"]), q["sql"]) for q in queries.captured_queries), reverse=True)[:1]
    times, cpu = [], time.process_time()
    for _ in range(requests):
        began = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - began) * 1000)
        if sum(times) > 20_000:
            break
    return {
        "cpu_ms": round((time.process_time() - cpu) * 1000 / len(times), 1), "median_ms": round(statistics.median(times), 1), "p95_ms": round(sorted(times)[max(0, int(len(times) * 0.95) - 1)], 1), "requests": len(times),
        "queries": asked, "kb": round(len(first.content) / 1024), "slowest_query_ms": round(slow[0][0] * 1000) if slow else 0,
        "slowest_query": slow[0][1] if slow else "",
    }  # fmt: skip


def main() -> None:
    """All pages for a city officer and a provincial officer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=20)
    parser.add_argument("--only", default="")
    parser.add_argument("--sql", action="store_true", help="show the slowest query of each page")
    options = parser.parse_args()
    settings.ALLOWED_HOSTS = ["testserver"]
    result: dict[str, Any] = {"vendor": connection.vendor, "aim_ms": AIM_MS, "pages": {}}
    for login in (f"city{CITY}", "province"):
        user = User.objects.get(username=login)
        client, actor = Client(), Actor.of(user, at=utc_now())
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for name in PAGES:
            if options.only not in name:
                continue
            pk = record_for(name, actor)
            try:
                address = reverse(name, kwargs={"pk": pk} if pk else None)
            except NoReverseMatch:
                result["pages"][f"{login} {name}"] = {"status": "no such page"}
                continue
            found = visit(client, address, options.requests)
            query = found.pop("slowest_query", "")
            result["pages"][f"{login} {name}"] = found
            sys.stdout.write(f"{login:<12}{name:<22}{found}\n")
            if options.sql:
                sys.stdout.write(f"    {query[:1500]}\n")
            sys.stdout.flush()
    measured = [row["median_ms"] for row in result["pages"].values() if "median_ms" in row]
    result |= {"worst_median_ms": max(measured, default=None), "within_aim": sum(m <= AIM_MS for m in measured), "measured": len(measured)}
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
