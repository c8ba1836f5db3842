"""The store is checked as a whole by command and bit by bit every night."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.attachments import checking, jobs, services, storage
from bihuan.foundation.attachments.cli import verify_files
from bihuan.foundation.attachments.tests import samples
from bihuan.foundation.attachments.tests.conftest import AT
from bihuan.foundation.jobs import services as queue
from bihuan.foundation.lib.times import utc_now


@pytest.fixture
def photos(cast):
    return [
        services.attach(cast.actor("officer"), cast.record, samples.upload(samples.photo(colour=c), f"{c}.jpg"), purpose="before", at=AT)
        for c in ("red", "green", "blue")
    ]


def test_the_command_names_the_altered_file_and_fails(photos, capsys) -> None:
    assert verify_files(None) == 0
    path = storage.original_path(photos[1].sm3)
    path.chmod(0o640)
    path.write_bytes(b"altered")
    assert verify_files(None) == 1
    told = capsys.readouterr()
    assert f"附件 {photos[1].pk}（green.jpg）：文件内容被改动" in told.err
    assert "共 3 个附件，1 个未通过校验" in told.out


def test_in_thirty_nights_every_file_is_read_once(photos) -> None:
    read = [row.pk for night in range(30) for row in checking.share_of(AT + timedelta(days=night))]
    assert sorted(read) == sorted(photo.pk for photo in photos)


def test_the_nights_job_fails_by_name(photos, monkeypatch) -> None:
    monkeypatch.setattr(checking, "SHARES", 1)
    sound = queue.enqueue(system_actor("测试"), jobs.check_store)
    queue.drain()
    storage.original_path(photos[0].sm3).unlink()
    faulty = queue.enqueue(system_actor("测试"), jobs.check_store)
    queue.drain()
    sound.refresh_from_db()
    faulty.refresh_from_db()
    assert (sound.state, sound.message) == ("done", "校验3个附件，全部完好")
    assert (faulty.state, faulty.attempts) == ("failed", 1)
    assert "red.jpg" in faulty.error


def test_what_a_crashed_upload_left_goes_after_a_day(media) -> None:
    folder = media / "incoming"
    folder.mkdir(parents=True)
    for name, age in (("old", 2), ("young", 0)):
        (folder / name).write_bytes(b"x")
        seconds = (utc_now() - timedelta(days=age)).timestamp()
        os.utime(folder / name, (seconds, seconds))
    assert checking.clear_incoming(utc_now()) == 1
    assert [path.name for path in folder.iterdir()] == ["young"]
