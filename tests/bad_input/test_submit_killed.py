"""kill -9 in the middle of signing a weekly return: nothing is half handed in, and signing again works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys, time
import django
django.setup()
from datetime import timedelta
from django.core.management import call_command
from bihuan.campaigns.models import Return, Snapshot
from bihuan.campaigns.services import returns
from bihuan.campaigns.tests.factories import board
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.audit.services import verify
from bihuan.foundation.messages.models import Todo

def the_return():
    return Return.objects.select_related("campaign").get(organisation__code="140921")

def sign():
    weekly = the_return()
    reporter = Actor.of(User.objects.get(username="reporter"), at=weekly.cutoff)
    returns.submit_return(reporter, weekly, signer="报送甲", at=weekly.cutoff)

def state():
    weekly = the_return()
    todos = list(Todo.objects.all())
    print(weekly.status, weekly.version, Snapshot.objects.count(), Entry.objects.count(), len(todos), [t.pk for t in todos], verify().fault, flush=True)

step = sys.argv[1]
if step == "prepare":
    call_command("migrate", verbosity=0)
    b = board()
    b.stage.at_work()
    b.week(1)
    state()
elif step == "hang":
    real = returns.perform
    def hang(*args, **kwargs):
        real(*args, **kwargs)
        assert (Snapshot.objects.count(), the_return().status) == (1, "submitted")  # all written, not committed
        print("written", flush=True)
        time.sleep(600)
    returns.perform = hang
    sign()
elif step == "look":
    state()
else:
    sign()
    state()
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 是 POSIX 信号")
def test_nothing_is_half_handed_in(tmp_path: Path) -> None:
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "bihuan.config.settings", "BIHUAN_SECRET_KEY": "test", "BIHUAN_DATA_DIR": str(tmp_path),
        "BIHUAN_DATABASE_URL": f"sqlite:///{tmp_path / 'submit.sqlite3'}", "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip

    def python(step: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", SCRIPT, step], env=environment, text=True, stdout=subprocess.PIPE)

    before, _ = python("prepare").communicate(timeout=300)
    assert before.startswith("draft ")
    victim = python("hang")
    assert victim.stdout is not None
    assert victim.stdout.readline().strip() == "written"
    victim.send_signal(signal.SIGKILL)
    victim.wait(timeout=60)
    after, _ = python("look").communicate(timeout=300)
    assert after == before
    again, _ = python("again").communicate(timeout=300)
    assert again.split()[0] == "submitted"
    assert again.split()[2] == "1"
    assert again.split()[-1] == "None"
