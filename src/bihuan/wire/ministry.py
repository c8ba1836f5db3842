"""Ministry-style HTTP upload (部颁粉尘数据接入, profile P1): JSON envelope around SM4-CBC text.

Envelope, header and cipher follow the published access case; the inner field names are those recalled for the dust
specification (`DUST`) or those of the sibling mine interface (`MINE`). The full text of the Ministry's trial
specification was not available, so names, text form and levels are settings, to be confirmed with the bureau before
going live. The body carries no alarm levels: the level map is empty until a specification fills it.
"""

from __future__ import annotations

import hmac
import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import msgspec

from bihuan.wire import cipher, clock, jsontext
from bihuan.wire.batch import Batch, Lane
from bihuan.wire.errors import WireError
from bihuan.wire.levels import LevelMap
from bihuan.wire.quality import from_validity, is_usable

LEVELS = LevelMap("ministry", {})


@dataclass(frozen=True, slots=True)
class FieldNames:
    """Names of the inner fields that differ between the sibling documents."""

    enterprise: str
    gateway: str
    point: str
    value: str = "value"
    valid: str = "isValid"


DUST = FieldNames("enterpriseId", "gatewayId", "quotaId")
MINE = FieldNames("enterpriseCode", "gatewayCode", "pointCode")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the authority issues to one enterprise, and how its edition of the profile is written."""

    app_id: str
    app_secret: str
    key: bytes
    iv: bytes
    enterprise: str
    names: FieldNames = DUST
    text_form: cipher.TextForm = cipher.TextForm.HEX_UPPER
    enterprise_type: str = ""
    levels: LevelMap = LEVELS


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP POST to be sent. Delivered only when a reply naming `message_id` says so."""

    message_id: str
    headers: Mapping[str, str]
    body: bytes


class Reply(msgspec.Struct, frozen=True):
    """Answer of the receiver (form of the sibling mine interface)."""

    success: bool
    dataId: str | None = None
    error: str | None = None
    data: msgspec.Raw | None = None


class _Envelope(msgspec.Struct):
    appid: str
    data: str


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_REPLY = msgspec.json.Decoder(Reply)


@lru_cache(maxsize=16)
def _report_decoder(names: FieldNames) -> msgspec.json.Decoder[Any]:
    row = msgspec.defstruct(
        "Row",
        [("point", str), ("value", float | None, None), ("valid", bool, True)],
        rename={"point": names.point, "value": names.value, "valid": names.valid},
    )
    report = msgspec.defstruct(
        "Report",
        [
            ("dataId", str),
            ("enterprise", str),
            ("gateway", str),
            ("collectTime", str),
            ("datas", list[row]),  # type: ignore[valid-type]
            ("isConnectDataSource", bool, True),
            ("reportType", Literal["report", "continues"], "report"),
        ],
        rename={"enterprise": names.enterprise, "gateway": names.gateway},
    )
    return msgspec.json.Decoder(report)


def app_id(body: bytes) -> str:
    """Application id of a request, to look up its settings before anything is decrypted."""
    return jsontext.decode(_ENVELOPE, body).appid


def check_secret(given: str, settings: Settings) -> None:
    """Raise WireError unless the `appsecret` header is the issued one (constant-time comparison)."""
    if not hmac.compare_digest(given.encode("utf-8", "replace"), settings.app_secret.encode()):
        raise WireError("bad_secret", "appsecret")


def decode(body: bytes, settings: Settings) -> Batch:
    """Decrypt and read one request."""
    envelope = jsontext.decode(_ENVELOPE, body)
    if envelope.appid != settings.app_id:
        raise WireError("wrong_receiver", "appid does not belong to these settings")
    secret = cipher.from_text(envelope.data, settings.text_form)
    plain = cipher.sm4_cbc_decrypt(settings.key, settings.iv, secret)
    report = jsontext.decode(_report_decoder(settings.names), plain)
    if report.enterprise != settings.enterprise:
        raise WireError("wrong_enterprise", "the enterprise code inside is another one")
    if not 1 <= len(report.dataId) <= 64:
        raise WireError("bad_field", "dataId has 1 to 64 characters")
    return _to_batch(report)


def _to_batch(report: Any) -> Batch:
    rows = report.datas
    missing = math.nan
    batch = Batch(
        report.gateway,
        report.dataId,
        [row.point for row in rows],
        array("q", [clock.from_beijing(report.collectTime)]) * len(rows),
        array("d", [missing if row.value is None else row.value for row in rows]),
        bytes([from_validity(row.valid and row.value is not None) for row in rows]),
        Lane.BACKFILL if report.reportType == "continues" else Lane.LIVE,
        source_connected=report.isConnectDataSource,
    )
    batch.check()
    return batch


def encode(batch: Batch, settings: Settings) -> list[Request]:
    """Requests for a batch: one per collection second, as the format has one time per message.

    The first keeps the batch's message id, so a batch of one scan is retried under the same id.
    """
    by_second: dict[int, list[int]] = {}
    for index, time in enumerate(batch.times):
        by_second.setdefault(time // 1000, []).append(index)
    return [
        _request(batch, indices, second * 1000, number, settings)
        for number, (second, indices) in enumerate(sorted(by_second.items()))
    ]


def _request(batch: Batch, indices: list[int], time: int, number: int, settings: Settings) -> Request:
    names = settings.names
    message_id = f"{batch.message_id}-{number}" if number else batch.message_id
    if not 1 <= len(message_id) <= 64:
        raise WireError("bad_field", "dataId has 1 to 64 characters")
    inner: dict[str, object] = {"dataId": message_id, names.enterprise: settings.enterprise}
    if settings.enterprise_type:
        inner["enterpriseType"] = settings.enterprise_type
    inner |= {
        names.gateway: batch.gateway,
        "collectTime": clock.to_beijing(time),
        "isConnectDataSource": batch.source_connected,
        "reportType": "continues" if batch.lane is Lane.BACKFILL else "report",
        "datas": [_row(batch, index, names) for index in indices],
    }
    secret = cipher.sm4_cbc_encrypt(settings.key, settings.iv, jsontext.encode(inner))
    envelope = {"appid": settings.app_id, "data": cipher.to_text(secret, settings.text_form)}
    headers = {"Content-Type": "application/json", "appsecret": settings.app_secret}
    return Request(message_id, headers, jsontext.encode(envelope))


def _row(batch: Batch, index: int, names: FieldNames) -> dict[str, object]:
    value = batch.values[index]
    known = math.isfinite(value)
    return {
        names.point: batch.points[index],
        names.value: value if known else None,
        names.valid: known and is_usable(batch.qualities[index]),
    }


def decode_reply(body: bytes) -> Reply:
    """Read the receiver's answer."""
    return jsontext.decode(_REPLY, body)


def encode_reply(message_id: str | None, error: str | None = None) -> bytes:
    """Answer to one request; without `error` it acknowledges it."""
    return jsontext.encode(Reply(error is None, message_id, error))
