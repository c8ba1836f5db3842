"""SM3 (GB/T 32905-2016) digests."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives import hashes

_NATIVE = "sm3" in hashlib.algorithms_available


def sm3(data: bytes) -> bytes:
    """Digest of 32 bytes."""
    if _NATIVE:
        return hashlib.new("sm3", data, usedforsecurity=True).digest()
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def sm3_hex(data: bytes) -> str:
    """Digest as 64 lower-case hexadecimal characters."""
    return sm3(data).hex()
