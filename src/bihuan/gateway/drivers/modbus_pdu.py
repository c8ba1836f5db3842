"""Modbus reading, pure: point addresses, requests that cover them, replies checked, registers turned into values.

Only the reading functions 1 to 4 exist here; this package cannot form a writing request.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.gateway.config import ConfigError

MOST_REGISTERS, MOST_BITS = 125, 2000
HEADER = struct.Struct(">HHHB")  # transaction, protocol (0), length of unit and PDU, unit
_REQUEST = struct.Struct(">BHH")
_AREAS = {"co": 1, "di": 2, "hr": 3, "ir": 4}
_TYPES = {
    "bit": (1, ""),
    "u16": (1, ">H"),
    "i16": (1, ">h"),
    "u32": (2, ">I"),
    "i32": (2, ">i"),
    "f32": (2, ">f"),
    "u64": (4, ">Q"),
    "i64": (4, ">q"),
    "f64": (4, ">d"),
}
_ORDERS = frozenset({"abcd", "badc", "cdab", "dcba"})
_ADDRESS = re.compile(r"(\d{1,3})/(co|di|hr|ir)(\d{1,5})(?::(\w+))?(?::(\w+))?")
_ILLEGAL_ADDRESS = frozenset(
    {1, 2, 3}
)  # exception codes that mean the configuration is wrong, not the instrument


class ReplyError(Exception):
    """The reply does not belong to the request; what else the connection carries cannot be trusted either."""


class DeviceError(Exception):
    """The device answered with an exception code. The connection is fine."""

    def __init__(self, code: int) -> None:
        super().__init__(f"Modbus 异常码 {code}")
        self.is_configuration = code in _ILLEGAL_ADDRESS


@dataclass(frozen=True, slots=True)
class Address:
    """A point's place: unit, function, offset (from 0), and how its registers become a value."""

    text: str
    unit: int
    function: int
    offset: int
    size: int
    kind: str
    order: str = "abcd"
    bit: int = 0

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `unit/area+offset[:type][:order or bit]`, such as `1/hr100:f32:cdab`, `1/hr7:bit:3`, `2/di0`."""
        match = _ADDRESS.fullmatch(text)
        if not match:
            raise ConfigError(f"Modbus 地址 {text} 应形如 1/hr100:f32:abcd")
        unit, area, offset, kind, last = match.groups()
        bits = area in ("co", "di")
        kind = kind or ("bit" if bits else "u16")
        if kind not in _TYPES or (bits and kind != "bit"):
            raise ConfigError(f"Modbus 地址 {text} 的类型应为 {'、'.join(_TYPES)}，线圈和离散输入只能是 bit")
        size = _TYPES[kind][0]
        if int(unit) > 255 or int(offset) + size > 65_536:
            raise ConfigError(f"Modbus 地址 {text} 超出范围")
        if kind == "bit":
            if last is not None and (bits or not last.isdigit() or int(last) > 15):
                raise ConfigError(f"Modbus 地址 {text} 的位号应为 0 到 15")
            return cls(text, int(unit), _AREAS[area], int(offset), size, kind, bit=int(last or 0))
        if last is not None and last not in _ORDERS:
            raise ConfigError(f"Modbus 地址 {text} 的字节顺序应为 {'、'.join(sorted(_ORDERS))}")
        return cls(text, int(unit), _AREAS[area], int(offset), size, kind, last or "abcd")


@dataclass(frozen=True, slots=True)
class Block:
    """One request and the points it answers."""

    unit: int
    function: int
    offset: int
    count: int
    points: Sequence[Address]

    def request(self, transaction: int) -> bytes:
        """The request as sent over TCP."""
        return HEADER.pack(transaction, 0, 6, self.unit) + _REQUEST.pack(
            self.function, self.offset, self.count
        )

    def serial_request(self) -> bytes:
        """The request as sent over a serial line (RTU)."""
        body = bytes([self.unit]) + _REQUEST.pack(self.function, self.offset, self.count)
        return body + checksum(body)

    def read(self, pdu: bytes) -> list[float]:
        """Values of the points, in their order, from a reply's PDU."""
        if len(pdu) == 2 and pdu[0] == self.function | 0x80:
            raise DeviceError(pdu[1])
        size = (self.count + 7) // 8 if self.function <= 2 else self.count * 2
        if len(pdu) != size + 2 or pdu[0] != self.function or pdu[1] != size:
            raise ReplyError("功能码或长度不符")
        data = pdu[2:]
        return [_value(data, point, point.offset - self.offset) for point in self.points]


def plan(addresses: Sequence[Address], gap: int = 8) -> list[Block]:
    """The fewest requests within the protocol's limits; holes of up to `gap` are read along."""
    blocks: list[Block] = []
    group: list[Address] = []
    for address in sorted(addresses, key=lambda a: (a.unit, a.function, a.offset)):
        if group and not _fits(group, address, gap):
            blocks.append(_block(group))
            group = []
        group.append(address)
    return [*blocks, _block(group)] if group else blocks


def check_header(header: bytes, transaction: int, unit: int) -> int:
    """Length of the PDU that follows a reply's header; ReplyError if it answers another request."""
    found, protocol, length, answering = HEADER.unpack(header)
    if found != transaction or protocol != 0 or answering != unit or not 2 < length <= 254:
        raise ReplyError(f"应答编号 {found} 与请求 {transaction} 不符")
    return int(length) - 1


def checksum(data: bytes) -> bytes:
    """CRC of the RTU frame, low byte first (Modbus over serial line, 6.2.2)."""
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ 0xA001 if register & 1 else register >> 1
    return register.to_bytes(2, "little")


def _fits(group: Sequence[Address], address: Address, gap: int) -> bool:
    first, end = group[0], max(a.offset + a.size for a in group)
    most = MOST_BITS if address.function <= 2 else MOST_REGISTERS
    return (
        (first.unit, first.function) == (address.unit, address.function)
        and address.offset - end <= gap
        and max(end, address.offset + address.size) - first.offset <= most
    )


def _block(group: Sequence[Address]) -> Block:
    first = group[0]
    end = max(address.offset + address.size for address in group)
    return Block(first.unit, first.function, first.offset, end - first.offset, tuple(group))


def _value(data: bytes, point: Address, place: int) -> float:
    if point.function <= 2:
        return float(data[place // 8] >> place % 8 & 1)
    raw = data[place * 2 : (place + point.size) * 2]
    if point.kind == "bit":
        return float(int.from_bytes(raw, "big") >> point.bit & 1)
    value: float = struct.unpack(_TYPES[point.kind][1], _ordered(raw, point.order))[0]
    return float(value)


def _ordered(raw: bytes, order: str) -> bytes:
    """Bytes in network order: `badc` has the bytes of each word swapped, `cdab` the words, `dcba` both."""
    words = [raw[at : at + 2] for at in range(0, len(raw), 2)]
    if order in ("badc", "dcba"):
        words = [word[::-1] for word in words]
    if order in ("cdab", "dcba"):
        words.reverse()
    return b"".join(words)
