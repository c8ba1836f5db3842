"""Uplinks in ministry and provincial profiles. None of them can carry events or a sign of life: events stay in the local
history, and whether the line is up shows only when there are samples.
"""

from __future__ import annotations

import math
from pathlib import Path

import httpx

from bihuan.gateway import config as conf
from bihuan.gateway.uplinks import NotDelivered, Refused, Uplink, post
from bihuan.wire import cipher, hebei, hubei, ministry
from bihuan.wire.errors import WireError
from bihuan.wire.native import Ack, Upload
from bihuan.wire.quality import Quality

BAD = Quality.BAD_SENSOR


class MinistryHttp:
    """A ministry-style receiver: one request per collection second, all must be acknowledged."""

    heartbeats = False  # the profile has no such message

    def __init__(
        self, settings: conf.MinistryHttp, base: Path, client: httpx.AsyncClient | None = None
    ) -> None:
        self._settings = settings
        self._profile = _ministry_settings(settings, base)
        self._client = client or httpx.AsyncClient(timeout=settings.timeout_s)

    async def send(self, upload: Upload) -> Ack:
        try:
            requests = ministry.encode(upload.batch, self._profile)
        except WireError as error:
            raise Refused(f"无法按该规范编码：{error}") from None
        for request in requests:
            response = await post(self._client, self._settings.url, request.body, dict(request.headers))
            try:
                reply = ministry.decode_reply(response.content)
            except WireError as error:
                raise NotDelivered(f"回执无法识别：{error.code}") from None
            if not reply.success or reply.dataId != request.message_id:
                raise NotDelivered(f"平台未确认：{(reply.error or '回执编号不符')[:80]}")
        return Ack(upload.batch.message_id, len(upload.batch))

    async def close(self) -> None:
        await self._client.aclose()


class HebeiHttp:
    """Hebei dust interface: one request per message, code 200 acknowledges all of it.

    The format has no quality and no missing value, so samples that are bad or empty stay in the local history.
    """

    heartbeats = False

    def __init__(self, settings: conf.HebeiHttp, base: Path, client: httpx.AsyncClient | None = None) -> None:
        self._url = settings.url.rstrip("/") + hebei.RTS_PATH
        self._profile = _hebei_settings(settings, base)
        self._client = client or httpx.AsyncClient(timeout=settings.timeout_s)

    async def send(self, upload: Upload) -> Ack:
        batch = upload.batch
        told = [
            n for n, value in enumerate(batch.values) if math.isfinite(value) and batch.qualities[n] < BAD
        ]
        if told:
            try:
                body = hebei.encode_values(batch.take(told), self._profile)
            except WireError as error:
                raise Refused(f"无法按该规范编码：{error}") from None
            response = await post(self._client, self._url, body, {"Content-Type": "application/json"})
            try:
                reply = hebei.decode_reply(response.content)
            except WireError as error:
                raise NotDelivered(f"回执无法识别：{error.code}") from None
            if not reply.delivered:
                raise NotDelivered(f"平台应答 {reply.code}：{reply.msg[:80]}")
        return Ack(batch.message_id, len(told))

    async def close(self) -> None:
        await self._client.aclose()


class HubeiHttp:
    """Hubei mine interface: one request per message, acknowledged by its dataId."""

    heartbeats = False

    def __init__(self, settings: conf.HubeiHttp, base: Path, client: httpx.AsyncClient | None = None) -> None:
        self._settings, self._profile = settings, _hubei_settings(settings, base)
        self._client = client or httpx.AsyncClient(timeout=settings.timeout_s)

    async def send(self, upload: Upload) -> Ack:
        batch = upload.batch
        if len(batch):
            try:
                body = hubei.encode_values(batch, self._profile)
            except WireError as error:
                raise Refused(f"无法按该规范编码：{error}") from None
            response = await post(
                self._client, self._settings.url, body, {"Content-Type": "application/json"}
            )
            try:
                reply = hubei.decode_reply(response.content)
            except WireError as error:
                raise NotDelivered(f"回执无法识别：{error.code}") from None
            if not reply.success or reply.dataId != batch.message_id:
                raise NotDelivered(f"平台未确认：{(reply.error or '回执编号不符')[:80]}")
        return Ack(batch.message_id, len(batch))

    async def close(self) -> None:
        await self._client.aclose()


def open_uplink(settings: conf.Uplink, base: Path, gateway: str) -> Uplink:
    """The uplink a configuration names."""
    if isinstance(settings, conf.HebeiHttp):
        return HebeiHttp(settings, base)
    if isinstance(settings, conf.HubeiHttp):
        return HubeiHttp(settings, base)
    if isinstance(settings, conf.MinistryHttp):
        return MinistryHttp(settings, base)
    raise conf.ConfigError("不支持的上行方式")


def _ministry_settings(settings: conf.MinistryHttp, base: Path) -> ministry.Settings:
    lines = conf.secret(settings.secret_file, "", base).split()
    if len(lines) != 3:
        raise conf.ConfigError("密钥文件应有三行：appsecret、十六进制密钥、十六进制 IV")
    try:
        key, iv = bytes.fromhex(lines[1]), bytes.fromhex(lines[2])
        cipher.sm4_cbc_encrypt(key, iv, b"")
    except ValueError:
        raise conf.ConfigError("密钥和 IV 应各为 32 位十六进制数") from None
    return ministry.Settings(
        settings.app_id,
        lines[0],
        key,
        iv,
        settings.enterprise,
        ministry.DUST if settings.names == "dust" else ministry.MINE,
        cipher.TextForm(settings.text_form),
    )


def _hebei_settings(settings: conf.HebeiHttp, base: Path) -> hebei.Settings:
    lines = conf.secret(settings.secret_file, "", base).split()
    if len(lines) != 2 or any(len(line.encode()) != 8 for line in lines):
        raise conf.ConfigError("密钥文件应有两行：8 字节密钥、8 字节初始向量")
    return hebei.Settings(settings.enterprise, lines[0].encode(), lines[1].encode())


def _hubei_settings(settings: conf.HubeiHttp, base: Path) -> hubei.Settings:
    lines = conf.secret(settings.secret_file, "", base).split()
    try:
        key, iv = (bytes.fromhex(line) for line in lines)
        profile = hubei.Settings(
            settings.app_id,
            settings.service_id,
            key,
            iv,
            settings.enterprise,
            settings.enterprise_type,
            settings.enterprise_name,
            settings.algorithm,
        )
        hubei.CIPHERS[settings.algorithm][0](key, iv, b"")
    except (ValueError, WireError):
        raise conf.ConfigError("密钥文件应有两行：十六进制密钥、十六进制 IV，长度与算法相符") from None
    return profile
