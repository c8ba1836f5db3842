"""kill -9 in the middle of a load: nothing is there, and running it again loads everything once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from bihuan.enterprises.imports import checking
from bihuan.enterprises.models import Enterprise, EnterpriseImport
from bihuan.enterprises.services import importing
from bihuan.enterprises.tests.factories import AT
from bihuan.enterprises.tests.sheets import row, workbook
from bihuan.foundation.audit.services import verify
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.tenancy.tests.factories import cast

def officer():
    return Actor.of(User.objects.get(username="county_officer"), at=AT)

step = sys.argv[1]
if step == "prepare":
    call_command("migrate", verbosity=0)
    people = cast()
    source = checking.receive_bytes(officer(), "a.xlsx", workbook([row(i) for i in range(1, 41)]), default_supervisor=people.county)
    importing.map_columns(officer(), source, mapping=source.mapping, at=AT, start=lambda: None)
    checking.run_check(officer(), source, report=lambda done, total: None)
    EnterpriseImport.objects.update(state="loading")
elif step == "hang":
    def hang(*args, **kwargs):
        assert Enterprise.objects.count() == 40  # all written, not committed
        print("written", flush=True)
        time.sleep(600)
    importing.update_many = hang
    importing.load_import(officer(), EnterpriseImport.objects.get(), at=AT)
else:
    print(Enterprise.objects.count(), EnterpriseImport.objects.get().state)
    importing.load_import(officer(), EnterpriseImport.objects.get(), at=AT)
    print(Enterprise.objects.count(), EnterpriseImport.objects.get().state, verify().fault)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 是 POSIX 信号")
def test_nothing_is_half_loaded(tmp_path: Path) -> None:
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "bihuan.config.settings", "BIHUAN_SECRET_KEY": "test", "BIHUAN_DATA_DIR": str(tmp_path),
        "BIHUAN_DATABASE_URL": f"sqlite:///{tmp_path / 'import.sqlite3'}", "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip

    def python(step: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", SCRIPT, step], env=environment, text=True, stdout=subprocess.PIPE)

    assert python("prepare").wait(timeout=300) == 0
    victim = python("hang")
    assert victim.stdout is not None
    assert victim.stdout.readline().strip() == "written"
    victim.send_signal(signal.SIGKILL)
    victim.wait(timeout=60)
    out, _ = python("again").communicate(timeout=300)
    assert out.splitlines() == ["0 loading", "40 done None"]
