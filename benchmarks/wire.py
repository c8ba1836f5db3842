"""Decoding speed of the upload forms on one core: samples a second, best of several short rounds.

    PYTHONPATH=src python benchmarks/wire.py [seconds per case]

The last line is one JSON object.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from bihuan.wire import (
    cipher,
    compression,
    hj212,
    hj212_data,
    ministry,
    native,
    native_binary,
    sparkplug,
    sparkplug_node,
)
from bihuan.wire.batch import Batch
from bihuan.wire.native import Upload

T0 = 1_760_000_000_000
KEY, IV = bytes(range(16)), bytes(16)
SETTINGS = ministry.Settings("app", "secret", KEY, IV, "140105000001")
ROUNDS = 5


def a_batch(count: int, points: int, *, one_instant: bool = False) -> Batch:
    return Batch.of(
        "010000A8900016F000169DC0",
        "m-1",
        [f"a{n % points:05d}" for n in range(count)],
        [T0 + (0 if one_instant else n // points * 1000) for n in range(count)],
        [round(20 + n * 0.37 % 60, 2) for n in range(count)],
        bytes(count),
        seqs=range(1000, 1000 + count),
    )


def cases() -> dict[str, tuple[int, Callable[[], object]]]:
    """Name to samples per call and the call."""
    found: dict[str, tuple[int, Callable[[], object]]] = {}
    for count in (20, 1000):
        upload = Upload(a_batch(count, min(count, 200)), T0)
        text, binary = native.encode(upload), native_binary.encode(upload)
        signature, packed = cipher.sign(KEY, text), compression.deflate(text)
        found[f"json_{count}"] = count, lambda text=text: native.decode(text)
        found[f"json_signed_{count}"] = (
            count,
            lambda t=text, s=signature: (cipher.verify(KEY, t, s), native.decode(t)),
        )
        found[f"json_gzip_{count}"] = count, lambda p=packed: native.decode(compression.inflate(p, 1 << 22))
        found[f"binary_{count}"] = count, lambda binary=binary: native_binary.decode(binary)
        scan = a_batch(count, count, one_instant=True)
        (request,) = ministry.encode(scan, SETTINGS)
        found[f"ministry_sm4_{count}"] = count, lambda r=request: ministry.decode(r.body, SETTINGS)
    scan = a_batch(20, 20, one_instant=True)
    (frame,) = hj212_data.write_values(scan, st="31", pw="123456", qn="20160801085857223", limit=4000)
    raw = hj212.encode(frame)
    found["hj212_20"] = 20, lambda: hj212_data.read_values(hj212.decode(raw))
    aliases = {point: n for n, point in enumerate(scan.points)}
    payload = sparkplug.encode(sparkplug_node.data(scan, aliases, 1, T0))
    found["sparkplug_20"] = 20, lambda: sparkplug.decode(payload)
    return found


def rate(samples: int, call: Callable[[], object], seconds: float) -> float:
    """Samples a second of the best round."""
    best = 0.0
    for _ in range(ROUNDS):
        calls, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds / ROUNDS:
            for _ in range(20):
                call()
            calls += 20
        best = max(best, samples * calls / (time.perf_counter() - start))
    return best


def sm4_rate(seconds: float) -> float:
    """MB/s of SM4-CBC decryption in bodies of 1 KiB."""
    body = cipher.sm4_cbc_encrypt(KEY, IV, b"x" * 1008)
    return rate(len(body), lambda: cipher.sm4_cbc_decrypt(KEY, IV, body), seconds) / 1e6


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    result: dict[str, float] = {}
    for name, (samples, call) in cases().items():
        result[name] = round(rate(samples, call, seconds))
        sys.stdout.write(f"{name:18} {result[name]:>12,.0f} samples/s\n")
    result["sm4_cbc_decrypt_1k_mb_s"] = round(sm4_rate(seconds), 1)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
