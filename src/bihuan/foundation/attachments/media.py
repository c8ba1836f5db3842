"""MP4 films and M4A recordings (ISO 14496-12): are they whole, and where do they keep place and owner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from bihuan.foundation.lib.problems import Problem

CONTAINERS = (b"moov", b"trak")
NOTES = (b"udta", b"meta", b"uuid")  # boxes with place, owner, device
FREE = b"free"  # a box that every player skips
CHUNK = 1024 * 1024
BOX_LIMIT = 10_000


class Box(NamedTuple):
    """One box: type, where it starts, where its content starts, where it ends."""

    kind: bytes
    start: int
    content: int
    end: int


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes from `start` to `end`; ValueError when one does not fit."""
    count = 0
    while start < end:
        file.seek(start)
        header = file.read(8)
        size, kind, content = int.from_bytes(header[:4], "big"), header[4:8], start + 8
        if size == 1:
            size, content = int.from_bytes(file.read(8), "big"), start + 16
        elif size == 0:
            size = end - start
        count += 1
        if len(header) < 8 or start + size > end or size < content - start or count > BOX_LIMIT:
            raise ValueError("box out of bounds")
        yield Box(kind, start, content, start + size)
        start += size


def check(path: Path, name: str) -> None:
    """Refuse a film that is cut off or has no index."""
    try:
        with path.open("rb") as file:
            kinds = {box.kind for box in _boxes(file, 0, path.stat().st_size)}
            list(_notes(file, 0, path.stat().st_size))
    except ValueError as fault:
        raise Problem("attachments.corrupt", f"“{name}”已损坏或不完整，请重新录制或重新选择。", field="file") from fault
    if not kinds >= {b"moov", b"mdat"}:
        raise Problem("attachments.corrupt", f"“{name}”不完整，无法播放；请重新录制或重新选择。", field="file")


def _notes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes with notes, in this stretch and in the containers within."""
    for box in list(_boxes(file, start, end)):
        if box.kind in NOTES:
            yield box
        elif box.kind in CONTAINERS:
            yield from _notes(file, box.content, box.end)


def clean_chunks(path: Path) -> Iterator[bytes]:
    """The file with its note boxes turned into blank free space of the same length, so that no offset moves."""
    size = path.stat().st_size
    with path.open("rb") as file:
        blanks = list(_notes(file, 0, size))
        file.seek(0)
        position = 0
        for box in blanks:
            yield from _copy(file, box.start - position)
            header = file.read(box.content - box.start)
            yield header[:4] + FREE + header[8:]
            yield from _zeros(box.end - box.content)
            position = box.end
            file.seek(position)
        yield from _copy(file, size - position)


def _copy(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0:
        chunk = file.read(min(CHUNK, length))
        if not chunk:
            return
        length -= len(chunk)
        yield chunk


def _zeros(length: int) -> Iterator[bytes]:
    while length > 0:
        yield bytes(min(CHUNK, length))
        length -= CHUNK
