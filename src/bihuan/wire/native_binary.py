"""Our own upload in compact binary form, for narrow links and long backfills.

    "BHW1" | u32 length of header | header (MessagePack array) | point index | time offset | value | quality | sequence

All numbers little-endian. The header names the batch, its point table and the width of each column: the index takes 2
or 4 bytes; times are u32 milliseconds after the first or i64; values are f32 only where that loses nothing, else f64;
quality and sequence columns are absent when all is good and the run is gap-free.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Sequence
from typing import Literal

import msgspec

from bihuan.wire.batch import LONGEST_POINT, Batch, Lane
from bihuan.wire.errors import WireError
from bihuan.wire.native import ClockState, Event, Upload, check_identity, pack_sequence

MAGIC = b"BHW1"
LARGEST_COUNT = 1_000_000
_PREFIX = struct.Struct("<4sI")


class _Header(msgspec.Struct, array_like=True):
    batch_id: str
    gateway: str
    lane: Lane
    sent_at: int
    clock: tuple[str, int, int]
    source_connected: bool
    points: list[str]
    count: int
    base_time: int
    index_type: Literal["H", "I"]
    time_type: Literal["I", "q"]
    value_type: Literal["f", "d"]
    has_quality: bool
    first_seq: int | None
    has_seq: bool
    events: list[Event]


_HEADER = msgspec.msgpack.Decoder(_Header)


def decode(body: bytes) -> Upload:
    """Read one binary upload."""
    header, offset = _read_header(body)
    columns = _Columns(body, offset, header.count)
    index = columns.integers(header.index_type)
    offsets = columns.integers(header.time_type)
    values = columns.floats(header.value_type)
    qualities = columns.integers("B").tobytes() if header.has_quality else bytes(header.count)
    seqs = columns.integers("q") if header.has_seq else None
    columns.finish()
    try:
        batch = Batch(
            header.gateway,
            header.batch_id,
            list(map(header.points.__getitem__, index)),
            array("q", [header.base_time + step for step in offsets]),
            values if header.value_type == "d" else array("d", values),
            qualities,
            header.lane,
            _sequence(header, seqs),
            header.source_connected,
        )
    except (IndexError, OverflowError):
        raise WireError("out_of_range", "a point index, time or sequence number") from None
    batch.check()
    return Upload(batch, header.sent_at, ClockState(*header.clock), header.events)


def encode(upload: Upload) -> bytes:
    """Binary form of an upload."""
    batch = upload.batch
    table = {point: number for number, point in enumerate(dict.fromkeys(batch.points))}
    index = [table[point] for point in batch.points]
    base = min(batch.times, default=0)
    offsets = [time - base for time in batch.times]
    run = pack_sequence(batch.seqs)
    has_quality = any(batch.qualities)
    single = array("f", batch.values) if _fits_single(batch.values) else None
    header = _Header(
        batch.message_id,
        batch.gateway,
        batch.lane,
        upload.sent_at,
        (upload.clock.source, upload.clock.offset_ms, upload.clock.stratum),
        batch.source_connected,
        list(table),
        len(batch),
        base,
        "H" if len(table) <= 0xFFFF else "I",
        "I" if max(offsets, default=0) <= 0xFFFFFFFF else "q",
        "d" if single is None else "f",
        has_quality,
        run if isinstance(run, int) else None,
        isinstance(run, list),
        list(upload.events),
    )
    head = msgspec.msgpack.encode(header)
    parts = [
        _PREFIX.pack(MAGIC, len(head)),
        head,
        _little(array(header.index_type, index)),
        _little(array(header.time_type, offsets)),
        _little(single if single is not None else batch.values),
        batch.qualities if has_quality else b"",
        _little(batch.seqs) if header.has_seq else b"",
    ]
    return b"".join(parts)


def _read_header(body: bytes) -> tuple[_Header, int]:
    if len(body) < _PREFIX.size:
        raise WireError("too_short", "no header")
    magic, length = _PREFIX.unpack_from(body)
    if magic != MAGIC:
        raise WireError("unknown_format", "not a binary upload")
    end = _PREFIX.size + length
    if end > len(body):
        raise WireError("too_short", "header is cut off")
    try:
        header = _HEADER.decode(memoryview(body)[_PREFIX.size : end])
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise WireError("bad_field", str(error)[:200]) from None
    check_identity(header.batch_id, header.gateway)
    if not 0 <= header.count <= LARGEST_COUNT:
        raise WireError("out_of_range", f"at most {LARGEST_COUNT} samples")
    if any(not 0 < len(point) <= LONGEST_POINT for point in header.points):
        raise WireError("out_of_range", "length of a point code")
    return header, end


class _Columns:
    """Cuts the columns off the body, one after the other."""

    def __init__(self, body: bytes, offset: int, count: int) -> None:
        self._body, self._offset, self._count = memoryview(body), offset, count

    def integers(self, kind: Literal["B", "H", "I", "q"]) -> array[int]:
        column = array(kind)
        self._fill(column)
        return column

    def floats(self, kind: Literal["f", "d"]) -> array[float]:
        column = array(kind)
        self._fill(column)
        return column

    def _fill(self, column: array[int] | array[float]) -> None:
        end = self._offset + column.itemsize * self._count
        if end > len(self._body):
            raise WireError("too_short", "a column is cut off")
        column.frombytes(self._body[self._offset : end])
        self._offset = end
        if sys.byteorder == "big":
            column.byteswap()

    def finish(self) -> None:
        if self._offset != len(self._body):
            raise WireError("trailing_bytes", "bytes after the last column")


def _sequence(header: _Header, seqs: array[int] | None) -> array[int]:
    if seqs is not None:
        return seqs
    if header.first_seq is None:
        return array("q")
    return array("q", range(header.first_seq, header.first_seq + header.count))


def _fits_single(values: Sequence[float]) -> bool:
    try:
        return array("d", array("f", values)).tobytes() == array("d", values).tobytes()
    except OverflowError:
        return False


def _little(column: array[int] | array[float]) -> bytes:
    if sys.byteorder == "big":
        column = array(column.typecode, column)
        column.byteswap()
    return column.tobytes()
