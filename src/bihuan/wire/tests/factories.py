"""Batches for the tests: a small plain one, and hypothesis strategies for any."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hypothesis import strategies as st

from bihuan.wire.batch import Batch, Lane
from bihuan.wire.quality import HIGHEST, Quality

T0 = 1_760_000_000_000  # 2025-10-09 16:53:20 in Beijing


def a_batch(
    points: Sequence[str] = ("CO-01", "CO-02"),
    values: Sequence[float] = (12.5, 3.0),
    qualities: Sequence[int] = (0, 0),
    lane: Lane = Lane.LIVE,
    times: Sequence[int] | None = None,
    seqs: Sequence[int] = (),
    gateway: str = "14010500000101",
) -> Batch:
    """A batch of one scan of two CO points, unless told otherwise."""
    return Batch.of(
        gateway, "m-1", list(points), times or [T0] * len(points), values, qualities, lane=lane, seqs=seqs
    )


identifiers = st.text("abcdefghijklmnopqrstuvwxyzABCDEF0123456789-_.", min_size=1, max_size=20)
point_codes = st.text(min_size=1, max_size=20)
numbers = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def batches(draw: st.DrawFn, *, whole_seconds: bool = False, missing: bool = True) -> Batch:
    """Any batch the native forms can carry."""
    count = draw(st.integers(0, 12))
    unit = 1000 if whole_seconds else 1
    instants = st.integers(0, 4_000_000_000_000 // unit).map(lambda t: t * unit)
    value = numbers | st.just(math.nan) if missing else numbers
    values = draw(st.lists(value, min_size=count, max_size=count))
    qualities = draw(st.lists(st.integers(0, HIGHEST), min_size=count, max_size=count))
    pairs = zip(values, qualities, strict=True)
    return Batch.of(
        draw(identifiers),
        draw(identifiers),
        draw(st.lists(point_codes, min_size=count, max_size=count)),
        draw(st.lists(instants, min_size=count, max_size=count)),
        values,
        [max(quality, Quality.BAD_SENSOR) if math.isnan(number) else quality for number, quality in pairs],
        lane=draw(st.sampled_from(Lane)),
        seqs=draw(st.lists(st.integers(0, 2**62), min_size=count, max_size=count) | st.just([])),
        source_connected=draw(st.booleans()),
    )


def rows(batch: Batch) -> list[tuple[str, int, str, int]]:
    """Samples as comparable rows; a missing value equals a missing value."""
    return list(zip(batch.points, batch.times, map(repr, batch.values), batch.qualities, strict=True))
