"""Sample quality (数据质量码): one byte, ours, and its images in OPC UA, HJ 212 and Sparkplug."""

from __future__ import annotations

from enum import IntEnum

from bihuan.wire.errors import WireError


class Quality(IntEnum):
    """Quality of one sample. Below 2 good, 2 to 7 uncertain, from 8 bad."""

    GOOD = 0
    GOOD_MANUAL = 1
    MAINT = 2
    CALIB = 3
    UNC_LAST = 4
    UNC_RATE = 5
    UNC_STUCK = 6
    UNC_CLOCK = 7
    BAD_SENSOR = 8
    BAD_RANGE = 9
    BAD_COMM = 10
    BAD_STOP = 11
    BAD_CONFIG = 12


HIGHEST = int(max(Quality))

# HJ 212 data flags (数据标记): normal, by hand, maintenance, calibration, fault, over range, broken link, stopped.
_FROM_HJ212 = {
    "N": Quality.GOOD,
    "S": Quality.GOOD_MANUAL,
    "M": Quality.MAINT,
    "C": Quality.CALIB,
    "D": Quality.BAD_SENSOR,
    "T": Quality.BAD_RANGE,
    "B": Quality.BAD_COMM,
    "F": Quality.BAD_STOP,
}
_TO_HJ212 = {quality: flag for flag, quality in _FROM_HJ212.items()}

# Sparkplug's "Quality" metric property: 0 bad, 192 good, 500 stale.
SPARKPLUG_BAD, SPARKPLUG_GOOD, SPARKPLUG_STALE = 0, 192, 500
_FROM_SPARKPLUG = {
    SPARKPLUG_BAD: Quality.BAD_SENSOR,
    SPARKPLUG_GOOD: Quality.GOOD,
    SPARKPLUG_STALE: Quality.UNC_LAST,
}


def is_usable(quality: int) -> bool:
    """Whether a receiver that knows only valid or invalid may take the value as measured."""
    return quality <= Quality.GOOD_MANUAL


def from_validity(valid: bool) -> Quality:
    """Quality of a sample from a profile that carries only an `isValid` flag."""
    return Quality.GOOD if valid else Quality.BAD_SENSOR


def from_hj212_flag(flag: str) -> Quality:
    """Quality for an HJ 212 data flag; an unknown flag is an error, never taken for normal."""
    try:
        return _FROM_HJ212[flag]
    except KeyError:
        raise WireError("unknown_flag", f"HJ 212 data flag {flag[:4]!r}") from None


def to_hj212_flag(quality: int) -> str:
    """HJ 212 data flag for a quality. Qualities without a flag of their own are refused."""
    try:
        return _TO_HJ212[Quality(quality)]
    except (KeyError, ValueError):
        raise WireError("unencodable_quality", f"quality {quality} has no HJ 212 flag") from None


def from_sparkplug(code: int) -> Quality:
    """Quality for the value of Sparkplug's `Quality` property."""
    try:
        return _FROM_SPARKPLUG[code]
    except KeyError:
        raise WireError("unknown_quality", f"Sparkplug quality {code}") from None


def to_sparkplug(quality: int) -> int:
    """Value of Sparkplug's `Quality` property: good, stale (any uncertain quality) or bad."""
    if quality <= Quality.GOOD_MANUAL:
        return SPARKPLUG_GOOD
    return SPARKPLUG_STALE if quality <= Quality.UNC_CLOCK else SPARKPLUG_BAD


def from_opcua_status(status: int) -> Quality:
    """Quality for an OPC UA StatusCode: its two top bits are the severity (OPC 10000-4, 7.39)."""
    severity = (status >> 30) & 0b11
    return (Quality.GOOD, Quality.UNC_LAST, Quality.BAD_SENSOR, Quality.BAD_SENSOR)[severity]
