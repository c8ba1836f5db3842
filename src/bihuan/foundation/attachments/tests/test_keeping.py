"""Evidence stays: withdrawn instead of deleted, redacted in copies, and any change of it is found."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bihuan.foundation.attachments import services, storage
from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.attachments.tests import samples
from bihuan.foundation.attachments.tests.conftest import AT
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.lib.problems import Conflict, NotFound, Problem


@pytest.fixture
def photo(cast) -> Attachment:
    upload = samples.upload(samples.photo(), "现场.jpg")
    return services.attach(cast.actor("officer"), cast.record, upload, purpose="before", at=AT)


def overwrite(row: Attachment, data: bytes) -> None:
    path = storage.original_path(row.sm3)
    path.chmod(0o640)
    path.write_bytes(data)


@pytest.mark.requirement("X24-041")
def test_a_tampered_photo_fails_and_media_evidence_carries_hash_time_place_and_redaction(cast, photo) -> None:
    assert services.verify(photo).sound
    assert photo.captured_at
    assert photo.latitude
    assert photo.longitude
    assert not photo.is_redacted
    copy = services.redact(cast.actor("officer"), photo, boxes=[(0, 0, 0.5, 0.5)], at=AT, reason="遮盖人脸")
    assert copy.is_redacted
    assert services.verify(copy).sound
    overwrite(photo, samples.photo(colour="blue"))
    verdict = services.verify(photo)
    assert not verdict.sound
    assert "文件内容被改动" in verdict.message
    assert services.verify(copy).sound


def test_one_changed_byte_is_found(photo) -> None:
    data = bytearray(storage.original_path(photo.sm3).read_bytes())
    data[-40] ^= 1
    overwrite(photo, bytes(data))
    assert not services.verify(photo).sound


def test_changing_the_file_and_its_row_together_is_found_by_the_sealed_history(photo) -> None:
    other = samples.photo(colour="blue")
    path = storage.original_path("f" * 64)
    path.parent.mkdir(parents=True)
    path.write_bytes(other)
    Attachment.objects.filter(pk=photo.pk).update(sm3="f" * 64)
    photo.refresh_from_db()
    assert services.verify(photo).message == "附件登记的摘要与审计日志不一致，登记信息被改动"


def test_a_missing_file_is_found(photo) -> None:
    storage.original_path(photo.sm3).unlink()
    assert services.verify(photo).message == "文件缺失"


def test_withdrawing_takes_out_of_use_and_keeps_the_file(cast, photo) -> None:
    officer = cast.actor("officer")
    with pytest.raises(Problem, match="撤回原因"):
        services.withdraw(officer, photo, at=AT, reason="")
    services.withdraw(officer, photo, at=AT, reason="传错企业")
    assert not Attachment.objects.of(cast.record).exists()
    assert list(Attachment.objects.history_of(cast.record)) == [photo]
    assert services.verify(photo).sound
    assert Entry.objects.of(photo).last().note == "传错企业"
    with pytest.raises(Conflict):
        services.withdraw(officer, photo, at=AT, reason="再次")
    again = services.attach(officer, cast.record, samples.upload(samples.photo(), "现场.jpg"), purpose="before", at=AT)
    assert again.pk != photo.pk


def test_nothing_is_deleted(photo) -> None:
    with pytest.raises(TypeError):
        photo.delete()
    with pytest.raises(TypeError):
        Attachment.objects.all().delete()


def test_a_stranger_can_neither_withdraw_nor_redact(cast, photo) -> None:
    for act in (
        lambda who: services.withdraw(who, photo, at=AT, reason="x"),
        lambda who: services.redact(who, photo, boxes=[(0, 0, 1, 1)], at=AT, reason="x"),
    ):
        with pytest.raises(NotFound):
            act(cast.actor("sibling"))


def test_a_redacted_copy_hides_the_box_carries_no_place_and_does_not_count_as_evidence(cast, photo) -> None:
    assert services.public_copy(photo) is None
    copy = services.redact(cast.actor("officer"), photo, boxes=[(0, 0, 0.26, 0.26)], at=AT, reason="遮盖人脸")
    assert (copy.redacts_id, copy.latitude, copy.captured_at) == (photo.pk, None, photo.captured_at)
    before = Image.open(storage.original_path(photo.sm3))
    after = Image.open(io.BytesIO(services.stripped_bytes(copy)))
    assert not after.getexif()
    edge = (158, 50), (164, 50)  # the white corner ended here, sharply
    assert abs(before.getpixel(edge[0])[2] - before.getpixel(edge[1])[2]) > 150
    assert abs(after.getpixel(edge[0])[2] - after.getpixel(edge[1])[2]) < 60
    assert list(Attachment.objects.of(cast.record)) == [photo]
    assert services.public_copy(photo) == copy
    with pytest.raises(Problem, match="框选"):
        services.redact(cast.actor("officer"), photo, boxes=[(0.5, 0, 0.2, 1)], at=AT, reason="x")
