"""Thinning of a backlog over quota: minute means instead of single samples."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.wire.batch import Batch, Lane


def minute_means(batches: Sequence[Batch]) -> Batch:
    """One sample per point, minute and quality: the mean at the time of the first, with the first's number."""
    sums: dict[tuple[str, int, int], list[float]] = {}
    for batch in batches:
        for point, time, value, quality, seq in zip(
            batch.points, batch.times, batch.values, batch.qualities, batch.seqs, strict=True
        ):
            entry = sums.setdefault((point, time // 60_000, quality), [0.0, 0, time, seq])
            entry[0] += value
            entry[1] += 1
    keys = list(sums)
    return Batch.of(
        batches[0].gateway,
        batches[0].message_id,
        [point for point, _, _ in keys],
        [int(entry[2]) for entry in sums.values()],
        [entry[0] / entry[1] for entry in sums.values()],
        [quality for _, _, quality in keys],
        lane=Lane.BACKFILL,
        seqs=[int(entry[3]) for entry in sums.values()],
    )
