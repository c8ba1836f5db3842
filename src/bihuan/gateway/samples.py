"""What drivers hand in: one reading of one point, and things that happened."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from bihuan.wire.native import Event
from bihuan.wire.quality import Quality

__all__ = ["Event", "Grade", "Reading"]


class Grade(IntEnum):
    """Safety class of a point (安全级别): interlock, life safety, process, house-keeping."""

    S0 = 0
    S1 = 1
    S2 = 2
    S3 = 3

    @property
    def is_vital(self) -> bool:
        """Whether samples of this class are never thinned or dropped."""
        return self <= Grade.S1


class Reading(NamedTuple):
    """One reading: the driver's own address of the point, source time in ms UTC, raw value, quality."""

    address: str
    time: int
    value: float
    quality: int = Quality.GOOD
