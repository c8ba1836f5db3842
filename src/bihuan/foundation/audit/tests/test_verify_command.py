"""`bihuan verify` names the first altered row."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from bihuan.cli.main import main
from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.audit.services import record

pytestmark = pytest.mark.django_db


def test_sound_history_passes_and_an_altered_row_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    user = User.objects.create_user("li", name="李某")
    for hour in (8, 9):
        record(system_actor("测试"), "accounts.renamed", user, at=datetime(2025, 3, 7, hour, tzinfo=UTC))
    assert main(["verify"]) == 0
    assert "留痕 2 条" in capsys.readouterr().out
    altered = Entry.objects.of(user).order_by("seq").last()
    assert altered is not None
    with connection.cursor() as cursor:
        cursor.execute("update audit_entry set note = 'forged' where id = %s", [altered.pk])
    assert main(["verify"]) == 1
    assert f"#{altered.seq}" in capsys.readouterr().err
