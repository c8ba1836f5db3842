"""`bihuan doctor` finds what is wrong, and says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import OperationalError
from pytest_django import Settings

from bihuan.cli import doctor
from bihuan.foundation.lib.commands import Finding

pytestmark = pytest.mark.django_db


def test_sound_database_is_found_sound() -> None:
    assert [finding.ok for finding in doctor.check_database()] == [True, True]


def test_missing_migration_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "database_fault", lambda: "数据库有 3 个待执行的迁移：请先运行 bihuan migrate。")
    last = list(doctor.check_database())[-1]
    assert last.ok is False
    assert "bihuan migrate" in last.text


def test_jobs_that_nobody_takes_are_found() -> None:
    jobs = apps.get_model("jobs", "JobRun").objects
    now = datetime.now(UTC)
    jobs.create(title="导出", task_path="x", created_at=now - timedelta(hours=1), not_before=now + timedelta(minutes=5))
    assert next(iter(doctor.check_queue())).ok is True  # waits for its next try, not for a worker
    jobs.update(not_before=now - timedelta(hours=1))
    finding = next(iter(doctor.check_queue()))
    assert finding.ok is False
    assert "worker" in finding.text


def test_full_disk_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_MB", 2**40)
    assert {finding.ok for finding in doctor.check_disk()} == {False}


def test_readable_secret_is_found(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.SECRET_KEY = "k" * 50
    (tmp_path / "secret.key").write_text("k", encoding="ascii")
    (tmp_path / "secret.key").chmod(0o644)
    assert next(iter(doctor.check_secret())).ok is False
    (tmp_path / "secret.key").chmod(0o600)
    assert next(iter(doctor.check_secret())).ok is True


def test_check_that_meets_a_dead_database_is_a_finding() -> None:
    def dead() -> Iterator[Finding]:
        """Something（任务队列）."""
        raise OperationalError("server closed the connection")
        yield

    [finding] = doctor.examine(dead)
    assert finding == Finding(False, "任务队列", "数据库出错（server closed the connection），请先解决数据库问题")
