"""Attaching: what is accepted, what is refused and with which words, what is known of a photo."""

from __future__ import annotations

import errno
import io
import os
from datetime import datetime
from decimal import Decimal

import pytest
from PIL import Image

from bihuan.foundation.attachments import content, services, storage
from bihuan.foundation.attachments.choices import Group
from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.attachments.tests import samples
from bihuan.foundation.attachments.tests.conftest import AT, Cast
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.lib.problems import Forbidden, NotFound, Problem
from bihuan.foundation.lib.sm3 import sm3_hex
from bihuan.foundation.lib.times import SHANGHAI


def attach(cast: Cast, data: bytes, name: str = "现场.jpg", *, who: str = "officer", purpose: str = "evidence", **more):
    return services.attach(cast.actor(who), cast.record, samples.upload(data, name), purpose=purpose, at=AT, **more)


def files_in(folder) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_a_photo_keeps_its_digest_time_and_place(cast, media) -> None:
    data = samples.photo()
    row = attach(cast, data, purpose="before")
    assert (row.sm3, row.size, row.content_type) == (sm3_hex(data), len(data), "image/jpeg")
    assert (row.captured_at, row.captured_source) == (datetime(2025, 3, 6, 9, 12, tzinfo=SHANGHAI), "exif")
    assert (row.latitude, row.longitude, row.location_source) == (Decimal("38.410000"), Decimal("112.740000"), "exif")
    assert (row.width, row.height, row.exif["make"]) == (640, 400, "TestPhone")
    assert storage.original_path(row.sm3).read_bytes() == data
    assert row.uploaded_by_name == "officer"
    entry = Entry.objects.of(row).get()
    assert (entry.action, entry.after["sm3"], entry.captured_at) == ("attachments.add", row.sm3, row.captured_at)
    assert list(Attachment.objects.of(cast.record).with_purpose("before")) == [row]
    assert not list((media / "incoming").iterdir())


def test_what_the_device_says_goes_before_the_cameras_notes(cast) -> None:
    when = datetime(2025, 3, 7, 8, 0, tzinfo=SHANGHAI)
    row = attach(cast, samples.photo(), captured_at=when, location=(38.5, 112.9), captured_monotonic_ms=123456)
    assert (row.captured_at, row.captured_source, row.captured_monotonic_ms) == (when, "device", 123456)
    assert (row.latitude, row.location_source) == (Decimal("38.500000"), "device")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_clean_copy_is_upright_and_says_nothing_of_place_or_camera(cast, form: str) -> None:
    row = attach(cast, samples.photo(form, orientation=6))
    assert (row.width, row.height) == (400, 640)
    for data in (services.stripped_bytes(row), services.thumbnail_path(row).read_bytes()):
        image = Image.open(io.BytesIO(data))
        assert not image.getexif()
        assert image.height > image.width
        assert not {b"TestPhone", b"secret comment", b"2025:03:06"} & {w for w in (b"TestPhone", b"secret comment", b"2025:03:06") if w in data}
    clean = Image.open(io.BytesIO(services.stripped_bytes(row))).convert("RGB")
    assert clean.size == (400, 640)
    assert min(clean.getpixel((395, 5))) > 240  # the white corner has turned to the top right
    assert row.exif["make"] == "TestPhone"  # kept aside


def test_a_thumbnail_is_small(cast) -> None:
    row = attach(cast, samples.photo(size=(3000, 2000)))
    assert max(Image.open(services.thumbnail_path(row)).size) == 480


def test_a_10_mb_executable_named_jpg_is_refused_by_name_and_leaves_nothing(cast, media) -> None:
    with pytest.raises(Problem) as fault:
        attach(cast, samples.executable(10 * 1024 * 1024), "现场照片.jpg", purpose="before")
    assert fault.value.code == "attachments.type_refused"
    assert "“现场照片.jpg”实际是Windows 可执行程序（exe），不能作为附件" in fault.value.message
    assert not Attachment.objects.exists()
    assert not files_in(media)


REFUSED = [
    (b"\x7fELF" + bytes(50), "照片.png", "Linux 可执行程序"),
    (b"#!/bin/sh\nrm", "说明.pdf", "脚本程序"),
    (b"<html><script>", "照片.jpg", "网页"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "方案.docx", "旧版或加密的 Office 文档"),
    (b"PK\x03\x04" + bytes(60), "方案.docx", "压缩包（zip）"),
    (b"\x00\x00\x00\x18ftypheic" + bytes(20), "IMG_1.jpg", "HEIC"),
    (b"\x00\x00\x00\x18ftypqt  " + bytes(20), "视频.mp4", "QuickTime"),
    (b"GIF89a" + bytes(20), "a.jpg", "动图"),
    ("隐患：一处".encode(), "a.jpg", "文本文件"),
]


@pytest.mark.parametrize(("data", "name", "words"), REFUSED)
def test_what_is_refused_is_called_by_its_name(cast, media, data: bytes, name: str, words: str) -> None:
    with pytest.raises(Problem, match="不能作为附件") as fault:
        attach(cast, data, name)
    assert words in fault.value.message
    assert not files_in(media)


BROKEN = [
    (samples.photo()[:-300], "断.jpg"),
    (samples.photo("PNG")[:-300], "断.png"),
    (b"\xff\xd8\xff\xe0" + os.urandom(400), "乱.jpg"),
    (b"%PDF-1.7\n" + os.urandom(400), "坏.pdf"),
    (samples.film()[:-100], "断.mp4"),
    (samples.box(b"ftyp", b"isom") + samples.box(b"mdat", b"x"), "无索引.mp4"),
    (samples.docx()[:200] + b"broken!!" + samples.docx()[208:], "坏.docx"),
]


@pytest.mark.parametrize(("data", "name"), BROKEN, ids=[name for _, name in BROKEN])
def test_broken_files_are_refused_at_once(cast, media, data: bytes, name: str) -> None:
    with pytest.raises(Problem) as fault:
        attach(cast, data, name)
    assert fault.value.code in {"attachments.corrupt", "attachments.type_refused"}
    assert name in fault.value.message
    assert not files_in(media)


@pytest.mark.parametrize(
    ("data", "extension"),
    [(samples.docx(), "docx"), (samples.xlsx(), "xlsx"), (samples.pdf(), "pdf"), (samples.film(), "mp4"), (samples.film(b"M4A "), "m4a")],
)
def test_documents_films_and_recordings_are_accepted(cast, data: bytes, extension: str) -> None:
    assert attach(cast, data, f"材料.{extension}").extension == extension


def test_the_type_is_that_of_the_content_and_the_download_name_follows(cast) -> None:
    row = attach(cast, samples.photo("PNG"), "现场.jpg")
    assert (row.content_type, row.download_name) == ("image/png", "现场.png")


def test_a_document_is_no_photo(cast) -> None:
    with pytest.raises(Problem) as fault:
        attach(cast, samples.pdf(), "照片.pdf", purpose="after")
    assert fault.value.message == "“整改后”只接受图片、视频；“照片.pdf”实际是文档（pdf）。"


def test_macros_empty_files_and_too_big_ones_are_refused(cast, monkeypatch) -> None:
    with pytest.raises(Problem, match="宏"):
        attach(cast, samples.with_macro(samples.docx()), "方案.docx")
    with pytest.raises(Problem, match="空文件"):
        attach(cast, b"", "方案.docx")
    monkeypatch.setitem(content.LIMITS, Group.IMAGE, 1000)
    with pytest.raises(Problem, match="超过图片的大小上限"):
        attach(cast, samples.photo())
    monkeypatch.setattr(storage, "LARGEST", 1000)
    with pytest.raises(Problem, match="超过大小上限"):
        attach(cast, samples.film(), "视频.mp4")


def test_the_same_file_sent_again_is_the_same_attachment(cast) -> None:
    first = attach(cast, samples.photo())
    assert attach(cast, samples.photo(), "又一次.jpg").pk == first.pk
    assert attach(cast, samples.photo(), purpose="after").pk != first.pk
    assert Attachment.objects.of(cast.record).count() == 2


def test_a_full_disk_is_said_in_one_sentence(cast, media, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(Problem, match="存储空间已满") as fault:
        attach(cast, samples.photo())
    assert fault.value.status == 507
    monkeypatch.undo()
    assert not Attachment.objects.exists()


def test_only_who_sees_the_record_and_may_add_can_attach(cast) -> None:
    with pytest.raises(NotFound):
        attach(cast, samples.photo(), who="sibling")
    with pytest.raises(Forbidden):
        attach(cast, samples.photo(), who="reader")
    assert attach(cast, samples.photo(), who="city").pk


def test_films_are_served_without_the_place_but_with_every_offset_kept(cast) -> None:
    data = samples.film()
    row = attach(cast, data, "视频.mp4")
    clean = services.stripped_bytes(row)
    assert len(clean) == len(data)
    assert b"+38.4100" in data
    assert b"+38.4100" not in clean
    assert clean[-20000:] == data[-20000:]
    assert storage.original_path(row.sm3).read_bytes() == data


def test_a_list_reads_its_files_in_one_query(cast, django_assert_num_queries) -> None:
    attach(cast, samples.photo())
    with django_assert_num_queries(1):
        assert len(Attachment.objects.of_all([cast.record, cast.sibling_record])) == 1
