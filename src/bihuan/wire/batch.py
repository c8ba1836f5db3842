"""The shape every telemetry profile decodes into: columns, one entry per sample."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from bihuan.wire.errors import WireError
from bihuan.wire.levels import Severity
from bihuan.wire.quality import HIGHEST, Quality

# 9999-12-31T23:59:59Z; later instants cannot be shown by any of the profiles.
LATEST_MS = 253_402_300_799_000
LONGEST_POINT = 128


class Lane(StrEnum):
    """Urgency class of an upload; the gateway sends alarm before live before backfill."""

    ALARM = "alarm"
    LIVE = "live"
    BACKFILL = "backfill"


@dataclass(frozen=True, slots=True)
class Batch:
    """Samples of one gateway, as columns of equal length.

    `times` are source times in milliseconds since the epoch, UTC. `values` are in the point's own unit, NaN where
    there is none, which is never of good quality. `qualities` holds one `Quality` code per sample. `seqs` is the gateway's own sequence number per
    sample (64 bits, gap-free) or empty in profiles without one. `source_connected` is false while the gateway has lost
    its data source. `message_id` identifies the message for de-duplication and is echoed by the acknowledgement.
    """

    gateway: str
    message_id: str
    points: Sequence[str]
    times: array[int]
    values: array[float]
    qualities: bytes
    lane: Lane = Lane.LIVE
    seqs: array[int] = field(default_factory=lambda: array("q"))
    source_connected: bool = True

    def __len__(self) -> int:
        return len(self.times)

    @classmethod
    def of(
        cls,
        gateway: str,
        message_id: str,
        points: Sequence[str],
        times: Sequence[int],
        values: Sequence[float],
        qualities: Sequence[int],
        *,
        lane: Lane = Lane.LIVE,
        seqs: Sequence[int] = (),
        source_connected: bool = True,
    ) -> Self:
        """Build and check a batch from ordinary sequences; WireError if the columns do not fit together."""
        try:
            columns = array("q", times), array("d", values), bytes(qualities), array("q", seqs)
        except (OverflowError, ValueError, TypeError):
            raise WireError("out_of_range", "a time, value, quality or sequence number") from None
        batch = cls(gateway, message_id, points, *columns[:3], lane, columns[3], source_connected)
        batch.check()
        return batch

    def check(self) -> None:
        """Raise WireError unless the columns are of one length and inside their ranges."""
        count = len(self.times)
        if not (len(self.points) == len(self.values) == len(self.qualities) == count):
            raise WireError("column_length", "columns differ in length")
        if len(self.seqs) not in (0, count):
            raise WireError("column_length", "sequence numbers differ in length")
        if not count:
            return
        if not (min(map(len, self.points)) > 0 and max(map(len, self.points)) <= LONGEST_POINT):
            raise WireError("out_of_range", f"a point code has 1 to {LONGEST_POINT} characters")
        if min(self.times) < 0 or max(self.times) > LATEST_MS:
            raise WireError("out_of_range", "time")
        if max(self.qualities) > HIGHEST:
            raise WireError("out_of_range", "quality")
        if self.seqs and min(self.seqs) < 0:
            raise WireError("out_of_range", "sequence number")
        if not math.isfinite(sum(self.values)):  # one fast pass for the ordinary case
            self._check_missing()

    def _check_missing(self) -> None:
        for value, quality in zip(self.values, self.qualities, strict=True):
            if math.isinf(value):
                raise WireError("out_of_range", "a value is infinite")
            if math.isnan(value) and quality <= Quality.GOOD_MANUAL:
                raise WireError("no_value", "a missing value cannot be of good quality")

    def take(self, indices: Iterable[int]) -> Batch:
        """The samples at `indices`, in that order, with the same identity."""
        chosen = list(indices)
        return Batch(
            self.gateway,
            self.message_id,
            [self.points[i] for i in chosen],
            array("q", [self.times[i] for i in chosen]),
            array("d", [self.values[i] for i in chosen]),
            bytes([self.qualities[i] for i in chosen]),
            self.lane,
            array("q", [self.seqs[i] for i in chosen]) if self.seqs else array("q"),
            self.source_connected,
        )


def require_value(value: float) -> float:
    """The value, or WireError where a profile must write a number and there is none."""
    if not math.isfinite(value):
        raise WireError("no_value", "this profile cannot express a missing value")
    return value


@dataclass(frozen=True, slots=True)
class AlarmNotice:
    """An alarm or its end as told by a sender that judges limits itself (报警/消警)."""

    point: str
    time: int
    severity: Severity
    value: float
    limit: float
    text: str = ""
