"""Our own upload as an HTTP request: headers, signature over the body as sent, optional gzip. Both ends use this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from bihuan.wire import cipher, compression, native, native_binary
from bihuan.wire.errors import WireError
from bihuan.wire.native import Upload

PATH = "/ingest/v1/batch"
JSON, BINARY = "application/json", "application/vnd.bihuan.batch"
GATEWAY_HEADER, SEQ_HEADER, SIGNATURE_HEADER = "X-Gateway", "X-Seq", "X-Signature"
LARGEST_BODY = 8 * 1024 * 1024  # after unpacking


def seal(
    upload: Upload, key: bytes, *, form: Literal["json", "binary"] = "json", gzip: bool = True
) -> tuple[dict[str, str], bytes]:
    """Headers and body of the request. The signature covers the body as it travels."""
    body = native_binary.encode(upload) if form == "binary" else native.encode(upload)
    headers = {
        "Content-Type": BINARY if form == "binary" else JSON,
        GATEWAY_HEADER: upload.batch.gateway,
        SEQ_HEADER: upload.batch.message_id.rpartition(":")[2],
    }
    if gzip:
        body = compression.deflate(body)
        headers["Content-Encoding"] = "gzip"
    headers[SIGNATURE_HEADER] = cipher.sign(key, body)
    return headers, body


def open_sealed(headers: Mapping[str, str], body: bytes, key: bytes, *, limit: int = LARGEST_BODY) -> Upload:
    """Verify, unpack and read a request, in this order. `headers` must be found whatever their case.

    The key is that of the gateway in `X-Gateway`; a body that speaks for another gateway is refused.
    """
    cipher.verify(key, body, headers.get(SIGNATURE_HEADER) or "")
    encoding = (headers.get("Content-Encoding") or "identity").strip().lower()
    if encoding == "gzip":
        body = compression.inflate(body, limit)
    elif encoding != "identity":
        raise WireError("bad_encoding", "only gzip is understood")
    if len(body) > limit:
        raise WireError("too_large", f"more than {limit} bytes")
    kind = (headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if kind not in (JSON, BINARY):
        raise WireError("unknown_format", "Content-Type is neither our JSON nor our binary form")
    upload = native_binary.decode(body) if kind == BINARY else native.decode(body)
    if upload.batch.gateway != headers.get(GATEWAY_HEADER):
        raise WireError("wrong_gateway", "X-Gateway and body differ")
    return upload


def is_sign_of_life(upload: Upload) -> bool:
    """Whether this is only a sign of life: nothing to store, nothing to de-duplicate, but to be acknowledged."""
    return not len(upload.batch) and not upload.events
