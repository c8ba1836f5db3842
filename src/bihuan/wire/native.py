"""Our own upload (profile P8): columnar JSON, and the acknowledgement both native forms share.

    POST /ingest/v1/batch     X-Gateway, X-Seq, X-Signature (HMAC-SM3 of the body as sent), gzip allowed
    {"format": 1, "batch_id": "...", "gateway": "...", "lane": "live", "sent_at": 1760000000000,
     "clock": {"source": "ntp", "offset_ms": 3, "stratum": 2},
     "p": ["CO-01", ...], "t": [1760000000000, ...], "v": [12.5, null, ...], "q": [0, 10, ...], "s": 40117,
     "events": [...]}

`t` is in milliseconds UTC. `q` may be absent when all samples are good. `s` is the first sequence number of a gap-free
run, or a list with one number per sample.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from bihuan.wire import jsontext
from bihuan.wire.batch import Batch, Lane
from bihuan.wire.errors import WireError

FORMAT = 1
LARGEST_GAP = 10_000  # a hole in the sequence beyond this is answered with 409


class ClockState(msgspec.Struct, frozen=True):
    """How far the gateway trusts its clock: source, measured offset in ms, NTP stratum."""

    source: str = "none"
    offset_ms: int = 0
    stratum: int = 16


UNKNOWN_CLOCK = ClockState()


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that happened rather than was measured: interlock action, bypass, limit change, birth, death."""

    t: int
    kind: str
    point: str = ""
    seq: int = 0
    text: str = ""
    data: dict[str, str | int | float | bool | None] = {}


class Rejected(msgspec.Struct, frozen=True):
    """One refused sample: its index in the batch and why."""

    i: int
    code: str


class Ack(msgspec.Struct, frozen=True):
    """Per-message result. A message counts as delivered when an Ack names its `batch_id`, and not before.

    `credit` is the most samples the next call may carry; `server_time` in ms UTC.
    """

    batch_id: str
    accepted: int
    duplicate: int = 0
    rejected: list[Rejected] = []
    server_time: int = 0
    credit: int = 0


@dataclass(frozen=True, slots=True)
class Upload:
    """A batch with what only the native forms carry."""

    batch: Batch
    sent_at: int
    clock: ClockState = UNKNOWN_CLOCK
    events: Sequence[Event] = ()


class _Body(msgspec.Struct, omit_defaults=True):
    batch_id: str
    gateway: str
    lane: Lane
    sent_at: int
    p: list[str]
    t: list[int]
    v: list[float | None]
    format: int = FORMAT
    clock: ClockState = ClockState()
    source_connected: bool = True
    q: list[int] | None = None
    s: int | list[int] | None = None
    events: list[Event] = []


_BODY = msgspec.json.Decoder(_Body)
_ACK = msgspec.json.Decoder(Ack)


def decode(body: bytes) -> Upload:
    """Read one columnar JSON upload."""
    parsed = jsontext.decode(_BODY, body)
    if parsed.format != FORMAT:
        raise WireError("unknown_format", f"format {parsed.format}")
    check_identity(parsed.batch_id, parsed.gateway)
    count = len(parsed.t)
    try:
        batch = Batch(
            parsed.gateway,
            parsed.batch_id,
            parsed.p,
            array("q", parsed.t),
            _values(parsed.v),
            bytes(count) if parsed.q is None else bytes(parsed.q),
            parsed.lane,
            _sequence(parsed.s, count),
            parsed.source_connected,
        )
    except (OverflowError, ValueError):
        raise WireError("out_of_range", "a time, value, quality or sequence number") from None
    batch.check()
    return Upload(batch, parsed.sent_at, parsed.clock, parsed.events)


def encode(upload: Upload) -> bytes:
    """Columnar JSON of an upload; NaN becomes null, quality is left out when all is good."""
    batch = upload.batch
    body = _Body(
        batch.message_id,
        batch.gateway,
        batch.lane,
        upload.sent_at,
        list(batch.points),
        list(batch.times),
        [value if math.isfinite(value) else None for value in batch.values],
        clock=upload.clock,
        source_connected=batch.source_connected,
        q=list(batch.qualities) if any(batch.qualities) else None,
        s=pack_sequence(batch.seqs),
        events=list(upload.events),
    )
    return jsontext.encode(body)


def decode_ack(body: bytes) -> Ack:
    """Read the platform's per-message result."""
    return jsontext.decode(_ACK, body)


def encode_ack(ack: Ack) -> bytes:
    """JSON of a per-message result."""
    return jsontext.encode(ack)


def check_identity(batch_id: str, gateway: str) -> None:
    """Ids are used in topics and keys: 1 to 64 printable ASCII characters without separators.

    A batch id may have a colon, as it is `site:sequence`; a gateway code may not.
    """
    for name, text, separators in (("batch_id", batch_id, " /+#"), ("gateway", gateway, " /+#:")):
        plain = text.isascii() and text.isprintable() and not set(text) & set(separators)
        if not (0 < len(text) <= 64 and plain):
            raise WireError("bad_field", f"{name} is no plain identifier")


def pack_sequence(seqs: Sequence[int]) -> int | list[int] | None:
    """First number of a gap-free run, else the list, else None."""
    if not seqs:
        return None
    if seqs[-1] - seqs[0] == len(seqs) - 1 and list(seqs) == list(range(seqs[0], seqs[0] + len(seqs))):
        return seqs[0]
    return list(seqs)


def _values(column: list[float | None]) -> array[float]:
    try:
        return array("d", column)  # type: ignore[arg-type]
    except TypeError:  # the rare column with a null
        return array("d", [math.nan if value is None else value for value in column])


def _sequence(given: int | list[int] | None, count: int) -> array[int]:
    if given is None:
        return array("q")
    if isinstance(given, list):
        return array("q", given)
    return array("q", range(given, given + count))
