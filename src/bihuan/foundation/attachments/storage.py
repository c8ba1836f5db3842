"""Where files lie: under the SM3 of their content, written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.core.files.base import File

from bihuan.foundation.attachments.content import LARGEST, MIB
from bihuan.foundation.lib.files import put_in_place, safe_name, write_whole
from bihuan.foundation.lib.problems import Problem

CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Received:
    """An upload on its way: complete and flushed, not yet under its final name."""

    path: Path
    name: str
    size: int
    sm3: str


def _folder(part: str, sm3: str) -> Path:
    return Path(settings.MEDIA_ROOT) / part / sm3[:2] / sm3[2:4]


def original_path(sm3: str) -> Path:
    """Where the file as received lies."""
    return _folder("originals", sm3) / sm3


def digest_of(path: Path) -> str:
    """SM3 of a file, read in pieces."""
    digest = hashes.Hash(hashes.SM3())
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.finalize().hex()


@contextmanager
def received(upload: File[bytes]) -> Iterator[Received]:
    """Take an upload in beside the store; what is not put in place by `keep` is gone at the end.

    Raises Problem when it is empty or beyond every limit, and when the disk is full.
    """
    name = safe_name(upload.name or "")
    aside = Path(settings.MEDIA_ROOT) / "incoming" / secrets.token_hex(16)
    try:
        with told_when_full():
            yield _take_in(upload, name, aside)
    finally:
        aside.unlink(missing_ok=True)


def _take_in(upload: File[bytes], name: str, aside: Path) -> Received:
    aside.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashes.Hash(hashes.SM3()), 0
    with aside.open("wb") as file:
        for chunk in upload.chunks(CHUNK):
            size += len(chunk)
            if size > LARGEST:
                raise Problem("attachments.too_big", f"“{name}”超过大小上限 {LARGEST // MIB} MB，请压缩后再上传。", field="file")
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if size == 0:
        raise Problem("attachments.empty", f"“{name}”是空文件，请重新选择。", field="file")
    return Received(aside, name, size, digest.finalize().hex())


@contextmanager
def told_when_full() -> Iterator[None]:
    """Turn a full disk into a sentence for the person who uploads."""
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem("attachments.disk_full", "服务器存储空间已满，文件未保存；请联系系统运维人员后重试。", status=507) from fault
        raise


def keep(upload: Received) -> None:
    """Put the file under its digest, read-only. The same content twice is one file."""
    upload.path.chmod(0o440)
    put_in_place(upload.path, original_path(upload.sm3))


def derived(part: str, sm3: str, make: Callable[[], Iterator[bytes]]) -> Path:
    """The path of something computed from an original (`thumbs`, `clean`), made when it is not there."""
    path = _folder(part, sm3) / sm3
    if not path.exists():
        with told_when_full():
            write_whole(path, make())
    return path
