"""Long exports run as jobs: the same page, as its owner may see it when the job runs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any, cast

from django.test import RequestFactory
from django.utils.module_loading import import_string

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.jobs.running import Run
from bihuan.foundation.lib.problems import Forbidden
from bihuan.foundation.lib.times import local_date, utc_now
from bihuan.foundation.web.tables.files import csv_lines, file_name, records_of, write_xlsx

JOB_ROWS = 2000
"""More rows than this are exported in the background (design guide, section 7)."""
PIECE = 1024 * 1024


def export_list(run: Run, *, page: str, path: str, form: str, home: int | None, arguments: dict[str, Any]) -> None:
    """Write the file of the list page named `page` at address `path`. Rights and records are those of now."""
    user = User.objects.filter(pk=run.owner_id or 0, is_active=True).first()
    if user is None:
        raise Forbidden("access.gone", "申请导出的账号已停用，导出未进行。")
    at = utc_now()
    request = RequestFactory().get(path)
    request.user = user
    request.actor = Actor.of(user, at=at, home=home)  # type: ignore[attr-defined]
    view = import_string(page)()
    view.setup(request, **arguments)
    view.check_door()
    queryset = view.state.apply(view.get_queryset())
    total = queryset.count()

    def counted() -> Iterator[Any]:
        for done, record in enumerate(records_of(queryset), start=1):
            run.progress(done, total)
            yield record

    columns = [column for column in view.state.columns if column.export]
    name = file_name(view.get_heading(), local_date(at), form)
    if form == "csv":
        run.keep_file(name, (line.encode() for line in csv_lines(columns, counted())))
        return
    with tempfile.TemporaryFile() as file:
        write_xlsx(file, view.get_heading(), columns, counted())
        file.seek(0)
        run.keep_file(name, cast("Iterator[bytes]", iter(lambda: file.read(PIECE), b"")))
