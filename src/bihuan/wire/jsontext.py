"""JSON with one error class and typed results."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from bihuan.wire.errors import WireError

T = TypeVar("T")


def decode(decoder: msgspec.json.Decoder[T], body: bytes | str) -> T:
    """Decode and check types in one pass; whatever is wrong becomes a WireError."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise WireError("bad_field", str(error)[:200]) from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise WireError("bad_json", str(error)[:200]) from None


def encode(value: object) -> bytes:
    """JSON as compact UTF-8 bytes, keys in the order of declaration."""
    return msgspec.json.encode(value)
