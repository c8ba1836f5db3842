"""HJ 212 over TCP or serial: frames out of a byte stream, and split packets put together."""

from __future__ import annotations

from dataclasses import replace

from bihuan.wire.errors import WireError
from bihuan.wire.hj212 import LARGEST_SEGMENT, OVERHEAD, Flag, Frame

_START = b"##"


class FrameSplitter:
    """Cuts frames out of a stream and finds the next start after garbage.

    `skipped` counts bytes that belonged to no frame. A frame is only handed on when complete; whether its CRC holds is
    for `hj212.decode`. A length that leads to no CR LF is taken for garbage, so a false start costs two bytes, not the
    frames after it.
    """

    def __init__(self, limit: int = LARGEST_SEGMENT) -> None:
        self._limit = limit
        self._rest = b""
        self.skipped = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Complete frames, each with its CR LF."""
        rest = self._rest + data
        frames: list[bytes] = []
        while True:
            start = rest.find(_START)
            if start < 0:
                keep = 1 if rest.endswith(b"#") else 0
                self.skipped += len(rest) - keep
                self._rest = rest[len(rest) - keep :]
                return frames
            self.skipped += start
            rest = rest[start:]
            size = self._size(rest)
            if size is None or len(rest) < size:
                self._rest = rest
                return frames
            if size and rest[size - 2 : size] == b"\r\n":
                frames.append(rest[:size])
                rest = rest[size:]
            else:
                self.skipped += 1
                rest = rest[1:]

    def _size(self, rest: bytes) -> int | None:
        """Bytes of the frame that starts here; None while its length is incomplete, 0 if it is none."""
        digits = rest[2:6]
        if digits and not digits.isdigit():
            return 0
        if len(digits) < 4:
            return None
        length = int(digits)
        return length + OVERHEAD if length <= self._limit else 0


class Assembler:
    """Puts the numbered packets of one request together. Time is passed in, in ms."""

    def __init__(self, *, keep_ms: int = 60_000, limit: int = 1000) -> None:
        self._keep_ms, self._limit = keep_ms, limit
        self._open: dict[tuple[str, str, str, int], tuple[int, dict[int, Frame]]] = {}
        self.dropped = 0

    def add(self, frame: Frame, at: int) -> Frame | None:
        """The whole frame once its last packet is here, else None. Frames without numbers pass straight through."""
        if frame.pnum <= 1:
            return frame
        if not frame.qn:
            raise WireError("bad_request_number", "split packets need a QN")
        self._expire(at)
        key = (frame.mn, frame.qn, frame.cn, frame.pnum)
        if key not in self._open and len(self._open) >= self._limit:
            raise WireError("too_large", "too many unfinished requests")
        _, parts = self._open.setdefault(key, (at, {}))
        parts[frame.pno] = frame
        if len(parts) < frame.pnum:
            return None
        del self._open[key]
        return _join([parts[number] for number in sorted(parts)])

    def _expire(self, at: int) -> None:
        old = [key for key, (since, _) in self._open.items() if at - since > self._keep_ms]
        for key in old:
            del self._open[key]
        self.dropped += len(old)


def _join(parts: list[Frame]) -> Frame:
    """One frame from all packets; the DataTime that each packet repeats is kept once."""
    seen: set[str] = set()
    groups: list[str] = []
    for part in parts:
        for group in filter(None, part.cp.split(";")):
            if group.startswith("DataTime=") and group in seen:
                continue
            seen.add(group)
            groups.append(group)
    first = parts[0]
    flag = Flag(first.flag.edition, reply=first.flag.reply) if first.flag else None
    return replace(first, flag=flag, pnum=0, pno=0, cp=";".join(groups))
