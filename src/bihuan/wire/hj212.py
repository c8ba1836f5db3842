"""HJ 212 frames (污染物在线监控系统数据传输标准, editions 2005, 2017 and 2025; profile P6).

    ## | 4 decimal digits: length of the data segment | data segment | 4 hex digits CRC | CR LF

The data segment is `QN=..;ST=..;CN=..;PW=..;MN=..;Flag=..;PNUM=..;PNO=..;CP=&&..&&`. What stands in `CP` is read by
`hj212_data`, streams and split packets by `hj212_stream`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from bihuan.wire import cipher
from bihuan.wire.errors import WireError

LARGEST_SEGMENT = 9999  # what four digits can say; the 2017 edition itself stays at 1024
USUAL_SEGMENT = 1024
OVERHEAD = 12  # "##", length, CRC, CR LF
_ORDER = ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO")
_FORBIDDEN = set(";&\r\n")


class RequestResult(IntEnum):
    """Answer to a request (QnRtn, in command 9011)."""

    READY = 1
    REFUSED = 2
    BAD_PASSWORD = 3
    BAD_DEVICE = 4
    BAD_SYSTEM = 5
    BAD_FLAG = 6
    BAD_REQUEST_NUMBER = 7
    BAD_COMMAND = 8
    BAD_CRC = 9
    UNKNOWN = 100


class ExecutionResult(IntEnum):
    """Outcome of a request (ExeRtn, in command 9012)."""

    DONE = 1
    FAILED = 2
    WRONG_CONDITION = 3
    TIMEOUT = 4
    BUSY = 5
    FAULT = 6
    NO_DATA = 100


_RESULTS = {
    "wrong_password": RequestResult.BAD_PASSWORD,
    "wrong_device": RequestResult.BAD_DEVICE,
    "wrong_system": RequestResult.BAD_SYSTEM,
    "bad_flag": RequestResult.BAD_FLAG,
    "bad_request_number": RequestResult.BAD_REQUEST_NUMBER,
    "bad_command": RequestResult.BAD_COMMAND,
    "bad_crc": RequestResult.BAD_CRC,
}


@dataclass(frozen=True, slots=True)
class Flag:
    """The `Flag` byte: bit 0 reply wanted, bit 1 packets numbered, bits 2 to 7 edition (0: 2005, 1: 2017, 2: 2025)."""

    edition: int = 1
    numbered: bool = False
    reply: bool = True

    @property
    def number(self) -> int:
        """The byte as written, in decimal."""
        return self.edition << 2 | self.numbered << 1 | self.reply

    @classmethod
    def of(cls, number: int) -> Flag:
        """Read the byte."""
        if not 0 <= number <= 255:
            raise WireError("bad_flag", "Flag is one byte")
        return cls(number >> 2, bool(number & 2), bool(number & 1))


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. `cp` is the text between the `&&` marks. `flag` is None in frames of 2005 without one."""

    st: str
    cn: str
    mn: str
    pw: str = ""
    qn: str = ""
    flag: Flag | None = None
    pnum: int = 0
    pno: int = 0
    cp: str = ""

    @property
    def is_data(self) -> bool:
        """Whether this is an upload of measured data (2000 to 2999)."""
        return self.cn.startswith("2")


@dataclass(frozen=True, slots=True)
class CpCipher:
    """SM4-ECB over `CP` (edition 2025).

    The standard names the cipher, mode and absence of padding; how the last block is filled and how ciphertext is
    written could not be read, so both are settings to be confirmed with the receiver.
    """

    key: bytes
    fill: bytes = b"\0"
    text_form: cipher.TextForm = cipher.TextForm.HEX_UPPER

    def seal(self, text: str) -> str:
        """Ciphertext of a CP section."""
        plain = text.encode()
        plain += self.fill * (-len(plain) % 16)
        return cipher.to_text(cipher.sm4_ecb(self.key, plain), self.text_form)

    def open(self, text: str) -> str:
        """Plain text of a CP section."""
        plain = cipher.sm4_ecb(self.key, cipher.from_text(text, self.text_form), decrypt=True)
        return _utf8(plain.rstrip(self.fill), "decrypt_failed")


def is_encrypted_command(cn: str) -> bool:
    """Commands whose CP the edition of 2025 wants encrypted: 2000 to 2999, 1014 and 3020."""
    return (len(cn) == 4 and cn.startswith("2")) or cn in ("1014", "3020")


def crc(segment: bytes) -> int:
    """Checksum of a data segment. Not Modbus: the register is shifted by a byte before the next one is added."""
    register = 0xFFFF
    for byte in segment:
        register = _ROUNDS[register >> 8 ^ byte]
    return register


def encode(frame: Frame, seal: CpCipher | None = None) -> bytes:
    """One frame as bytes, CRC in upper-case hex; with `seal` the CP of data commands is encrypted."""
    values = {
        "QN": frame.qn,
        "ST": frame.st,
        "CN": frame.cn,
        "PW": frame.pw,
        "MN": frame.mn,
        "Flag": "" if frame.flag is None else str(frame.flag.number),
        "PNUM": str(frame.pnum) if frame.pnum else "",
        "PNO": str(frame.pno) if frame.pno else "",
    }
    if any(set(value) & _FORBIDDEN for value in values.values()) or "&&" in frame.cp:
        raise WireError("bad_field", "a separator inside a field")
    cp = seal.seal(frame.cp) if seal and is_encrypted_command(frame.cn) else frame.cp
    head = "".join(f"{name}={values[name]};" for name in _ORDER if values[name])
    try:
        segment = f"{head}CP=&&{cp}&&".encode()
    except UnicodeEncodeError:
        raise WireError("bad_encoding", "text is not Unicode") from None
    if len(segment) > LARGEST_SEGMENT:
        raise WireError("too_large", "data segment beyond 9999 bytes: split it")
    return b"##%04d%b%04X\r\n" % (len(segment), segment, crc(segment))


def decode(data: bytes, seal: CpCipher | None = None) -> Frame:
    """Read one complete frame. The CRC may be in either case; the final CR LF may be missing."""
    if data[:2] != b"##" or not data[2:6].isdigit():
        raise WireError("bad_frame", "a frame starts with ## and four digits")
    end = 6 + int(data[2:6])
    if len(data) < end + 4 or data[end + 4 :] not in (b"", b"\r\n"):
        raise WireError("bad_length", "length and frame do not agree")
    segment = data[6:end]
    given = data[end : end + 4].upper()
    if given != b"%04X" % crc(segment):
        raise WireError("bad_crc", "checksum")
    frame = _parse(_text(segment))
    if seal and is_encrypted_command(frame.cn):
        return replace(frame, cp=seal.open(frame.cp))
    return frame


def check_device(frame: Frame, *, mn: str, pw: str) -> None:
    """Raise WireError unless the frame carries this device's number and password."""
    if frame.mn != mn:
        raise WireError("wrong_device", "MN")
    if frame.pw != pw:
        raise WireError("wrong_password", "PW")


def result_for(error: WireError) -> RequestResult:
    """What to answer (QnRtn) for an error of this profile."""
    return _RESULTS.get(error.code, RequestResult.UNKNOWN)


def _parse(text: str) -> Frame:
    head, mark, rest = text.partition("CP=&&")
    if not mark or not rest.endswith("&&") or "&&" in rest[:-2]:
        raise WireError("bad_frame", "CP=&&...&& is missing or repeated")
    fields = _fields(head)
    flag = Flag.of(_number(fields["Flag"], "bad_flag")) if "Flag" in fields else None
    frame = Frame(
        st=fields.get("ST", ""),
        cn=fields.get("CN", ""),
        mn=fields.get("MN", ""),
        pw=fields.get("PW", ""),
        qn=fields.get("QN", ""),
        flag=flag,
        pnum=_number(fields.get("PNUM", "0"), "bad_flag"),
        pno=_number(fields.get("PNO", "0"), "bad_flag"),
        cp=rest[:-2],
    )
    _check(frame)
    return frame


def _check(frame: Frame) -> None:
    if not (len(frame.cn) == 4 and frame.cn.isascii() and frame.cn.isdigit()):
        raise WireError("bad_command", "CN has four digits")
    if not (1 <= len(frame.st) <= 4 and frame.st.isascii() and frame.st.isalnum()):
        raise WireError("wrong_system", "ST")
    if not (1 <= len(frame.mn) <= 27 and frame.mn.isascii() and frame.mn.isalnum()):
        raise WireError("wrong_device", "MN")
    if frame.qn and not (len(frame.qn) == 17 and frame.qn.isascii() and frame.qn.isdigit()):
        raise WireError("bad_request_number", "QN has 17 digits")
    if frame.pnum and not 1 <= frame.pno <= frame.pnum:
        raise WireError("bad_flag", "PNO is not within PNUM")


def _fields(head: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for part in head.split(";"):
        if not part:
            continue
        name, mark, value = part.partition("=")
        if not mark or name in fields:
            raise WireError("bad_frame", "a field without value or given twice")
        fields[name] = value
    return fields


def _number(text: str, code: str) -> int:
    if not (1 <= len(text) <= 4 and text.isascii() and text.isdigit()):
        raise WireError(code, "expected a number of up to four digits")
    return int(text)


def _text(segment: bytes) -> str:
    try:
        return segment.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return segment.decode("gb18030")  # older devices write Chinese in the national encoding
    except UnicodeDecodeError:
        raise WireError("bad_encoding", "data segment is neither UTF-8 nor GB 18030") from None


def _utf8(data: bytes, code: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise WireError(code, "text is not UTF-8") from None


def _rounds(register: int) -> int:
    for _ in range(8):
        register = register >> 1 ^ 0xA001 if register & 1 else register >> 1
    return register


_ROUNDS = [_rounds(start) for start in range(256)]
