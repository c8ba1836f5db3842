"""The protobuf wire encoding (varints, fixed and length-delimited fields), as far as Sparkplug B needs it."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bihuan.wire.errors import WireError

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_MASK64 = (1 << 64) - 1

Field = tuple[int, int, int | bytes]


def fields(data: bytes) -> Iterator[Field]:
    """The fields of one message: number, wire type, and an integer (varint, fixed) or bytes."""
    position, end = 0, len(data)
    while position < end:
        tag, position = read_varint(data, position)
        number, kind = tag >> 3, tag & 7
        if not number:
            raise WireError("bad_protobuf", "field number 0")
        if kind == VARINT:
            value, position = read_varint(data, position)
            yield number, kind, value
            continue
        if kind == BYTES:
            size, position = read_varint(data, position)
        elif kind in (FIXED32, FIXED64):
            size = 4 if kind == FIXED32 else 8
        else:
            raise WireError("bad_protobuf", f"wire type {kind}")
        if position + size > end:
            raise WireError("bad_protobuf", "a field is cut off")
        chunk = data[position : position + size]
        position += size
        yield number, kind, chunk if kind == BYTES else int.from_bytes(chunk, "little")


def read_varint(data: bytes, position: int) -> tuple[int, int]:
    """A varint of up to ten bytes and the position after it."""
    result = shift = 0
    while True:
        if position >= len(data) or shift > 63:
            raise WireError("bad_protobuf", "a varint is cut off or too long")
        byte = data[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result & _MASK64, position
        shift += 7


def varint(value: int) -> bytes:
    """A varint; negative numbers as 64-bit two's complement."""
    value &= _MASK64
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def integer(number: int, value: int) -> bytes:
    """A varint field."""
    return varint(number << 3 | VARINT) + varint(value)


def chunk(number: int, value: bytes) -> bytes:
    """A length-delimited field."""
    return varint(number << 3 | BYTES) + varint(len(value)) + value


def text(number: int, value: str) -> bytes:
    """A string field."""
    return chunk(number, value.encode("utf-8", "replace"))


def single(number: int, value: float) -> bytes:
    """A float field; a number too big for single precision is refused."""
    try:
        return varint(number << 3 | FIXED32) + struct.pack("<f", value)
    except OverflowError:
        raise WireError("out_of_range", "a float field") from None


def double(number: int, value: float) -> bytes:
    """A double field."""
    return varint(number << 3 | FIXED64) + struct.pack("<d", value)


def as_int(field: Field) -> int:
    """Value of a varint field."""
    return _expect(field, VARINT)


def as_bytes(field: Field) -> bytes:
    """Value of a length-delimited field."""
    _, kind, value = field
    if kind != BYTES or not isinstance(value, bytes):
        raise WireError("bad_protobuf", f"field {field[0]} has wire type {kind}")
    return value


def as_text(field: Field) -> str:
    """Value of a string field."""
    try:
        return as_bytes(field).decode("utf-8")
    except UnicodeDecodeError:
        raise WireError("bad_protobuf", "a string is not UTF-8") from None


def as_single(field: Field) -> float:
    """Value of a float field."""
    value: float = struct.unpack("<f", _expect(field, FIXED32).to_bytes(4, "little"))[0]
    return value


def as_double(field: Field) -> float:
    """Value of a double field."""
    value: float = struct.unpack("<d", _expect(field, FIXED64).to_bytes(8, "little"))[0]
    return value


def _expect(field: Field, kind: int) -> int:
    if field[1] != kind or not isinstance(field[2], int):
        raise WireError("bad_protobuf", f"field {field[0]} has wire type {field[1]}")
    return field[2]
