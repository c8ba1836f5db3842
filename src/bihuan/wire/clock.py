"""Instants on the wire: Beijing wall time without offset (UTC+8, no daylight saving) and ISO 8601, to and from ms UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from bihuan.wire.batch import LATEST_MS
from bihuan.wire.errors import WireError

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
_EPOCH_BEIJING = datetime(1970, 1, 1, 8)
_MS = timedelta(milliseconds=1)


def from_beijing(text: str) -> int:
    """Milliseconds UTC for `yyyy-MM-dd HH:mm:ss` in Beijing time."""
    if len(text) != 19 or text[10] != " ":
        raise WireError("bad_time", "expected yyyy-MM-dd HH:mm:ss")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WireError("bad_time", "expected yyyy-MM-dd HH:mm:ss") from None
    return _naive_to_ms(moment)


def to_beijing(ms: int) -> str:
    """`yyyy-MM-dd HH:mm:ss` in Beijing time; fractions of a second are cut off, as these profiles have none."""
    return _beijing(ms).isoformat(sep=" ", timespec="seconds")


def from_compact(text: str) -> int:
    """Milliseconds UTC for `yyyyMMddHHmmss` or `yyyyMMddHHmmssSSS` in Beijing time (HJ 212)."""
    if len(text) not in (14, 17) or not (text.isascii() and text.isdigit()):
        raise WireError("bad_time", "expected yyyyMMddHHmmss[SSS]")
    parts = (text[:4], text[4:6], text[6:8], text[8:10], text[10:12], text[12:14])
    year, month, day, hour, minute, second = map(int, parts)
    try:
        moment = datetime(year, month, day, hour, minute, second, int(text[14:] or 0) * 1000)
    except ValueError:
        raise WireError("bad_time", "no such date or time") from None
    return _naive_to_ms(moment)


def to_compact(ms: int, *, millis: bool = False) -> str:
    """`yyyyMMddHHmmss` in Beijing time, with three more digits if `millis`."""
    moment = _beijing(ms)
    text = f"{moment:%Y%m%d%H%M%S}".zfill(14)
    return f"{text}{moment.microsecond // 1000:03d}" if millis else text


def from_iso(text: str) -> int:
    """Milliseconds UTC for ISO 8601 with an offset; a time without one is refused."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise WireError("bad_time", "ISO 8601 time without offset")
        ms = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // _MS
    except (ValueError, OverflowError) as error:
        if isinstance(error, WireError):
            raise
        raise WireError("bad_time", "expected ISO 8601 with offset") from None
    return _checked(ms)


def to_iso(ms: int) -> str:
    """ISO 8601 in Beijing time with its offset, to the second (CAP 1.2, `sent` and its like)."""
    return _beijing(ms).replace(tzinfo=BEIJING).isoformat(timespec="seconds")


def _naive_to_ms(moment: datetime) -> int:
    return _checked((moment - _EPOCH_BEIJING) // _MS)


def _checked(ms: int) -> int:
    if not 0 <= ms <= LATEST_MS:
        raise WireError("bad_time", "before 1970 or after 9999")
    return ms


def _beijing(ms: int) -> datetime:
    try:
        return _EPOCH_BEIJING + timedelta(milliseconds=_checked(ms))
    except OverflowError:
        raise WireError("bad_time", "after 9999 in Beijing time") from None
