"""Gzip with a ceiling, so that a small hostile body cannot fill the memory."""

from __future__ import annotations

import gzip
import zlib

from bihuan.wire.errors import WireError


def deflate(data: bytes) -> bytes:
    """Gzip at the fastest level, without a time stamp: equal input gives equal output."""
    return gzip.compress(data, compresslevel=1, mtime=0)


def inflate(data: bytes, limit: int) -> bytes:
    """Decompress one gzip member of at most `limit` bytes; trailing bytes are refused."""
    stream = zlib.decompressobj(wbits=31)
    try:
        plain = stream.decompress(data, limit + 1)
    except zlib.error:
        raise WireError("bad_encoding", "body is not gzip") from None
    if len(plain) > limit:
        raise WireError("too_large", f"more than {limit} bytes when unpacked")
    if not stream.eof or stream.unused_data:
        raise WireError("bad_encoding", "gzip body is cut off or has trailing bytes")
    return plain
