"""Speed of the gateway's buffer on this disk: durable appends, and catching up after a break, without a network.

    PYTHONPATH=src python benchmarks/gateway.py [messages]

A message holds 200 samples, one scan of a middling plant. The last line is one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

from bihuan.gateway.forwarder import Forwarder, Outbox
from bihuan.gateway.samples import Grade
from bihuan.gateway.store import Group, Message, Store
from bihuan.wire import native
from bihuan.wire.batch import Lane
from bihuan.wire.native import Ack, Upload

T0 = 1_760_000_000_000
SAMPLES = 200


class Instant:
    """Encodes like a real uplink and acknowledges at once."""

    heartbeats = False

    async def send(self, upload: Upload) -> Ack:
        native.encode(upload)
        return Ack(upload.batch.message_id, len(upload.batch))

    async def close(self) -> None:
        return


def append(store: Store, messages: int) -> float:
    """Seconds for that many synced commits."""
    points = [f"P{n:04d}" for n in range(SAMPLES)]
    values = [20 + n * 0.25 for n in range(SAMPLES)]
    start = time.perf_counter()
    for number in range(messages):
        at = T0 + number * 10_000
        store.append([Group(Lane.LIVE, Grade.S2, points, [at] * SAMPLES, values, bytes(SAMPLES))], at=at)
    return time.perf_counter() - start


async def drain(store: Store, messages: int) -> float:
    """Seconds to hand them on in order as backfill."""
    at = T0 + messages * 10_000 + 1_000_000

    async def next_message(backfill: bool) -> Message | None:
        return store.next(at=at, live_window_ms=60_000, backfill=backfill)

    async def delivered(first: int, note: str) -> None:
        store.delivered(first, at=at, note=note)

    async def failed(first: int, note: str) -> None:
        raise AssertionError(note)

    outbox = Outbox(next_message, delivered, failed, failed)
    forwarder = Forwarder(outbox, Instant(), backfill_share=1, clock=lambda: at)
    start = time.perf_counter()
    for _ in range(messages):
        await forwarder.step()
    return time.perf_counter() - start


def main() -> None:
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "buffer.db", site="S1", gateway="G1", at=T0)
        appended = append(store, messages)
        size = store.used_bytes() / messages / SAMPLES
        drained = asyncio.run(drain(store, messages))
        left = store.figures().pending_samples
        store.close()
    result = {
        "append_samples_s": round(messages * SAMPLES / appended),
        "append_commits_s": round(messages / appended),
        "drain_samples_s": round(messages * SAMPLES / drained),
        "bytes_per_sample": round(size, 2),
        "left": left,
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
