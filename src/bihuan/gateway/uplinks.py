"""Ways to hand a message on. Each returns only after the platform's own acknowledgement, or raises."""

from __future__ import annotations

import ssl
from importlib import import_module
from pathlib import Path
from typing import Literal, Protocol

import httpx

from bihuan.gateway import config as conf
from bihuan.wire import native, native_http
from bihuan.wire.errors import WireError
from bihuan.wire.native import Ack, Upload

# Answers that mean this very message will never be taken, whoever sends it again. Everything else is tried again.
FINAL_STATUS = frozenset({400, 413, 415, 422})


class NotDelivered(Exception):
    """No acknowledgement; the message may have arrived. Try the same message again."""

    def __init__(self, reason: str, wait_s: float = 0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class Refused(Exception):
    """The platform has read the message and will never take it."""


class Uplink(Protocol):
    """One way to the platform. `heartbeats` says whether an empty message may be sent as a sign of life."""

    heartbeats: bool

    async def send(self, upload: Upload) -> Ack:
        """Hand a message on and wait for its acknowledgement."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class NativeHttp:
    """Our platform over HTTP: signed body, acknowledgement in the reply."""

    heartbeats = True

    def __init__(
        self, settings: conf.NativeHttp, base: Path, client: httpx.AsyncClient | None = None
    ) -> None:
        self._settings = settings
        self._key = conf.secret(settings.secret_file, settings.secret_env, base).encode()
        self._client = client or httpx.AsyncClient(timeout=settings.timeout_s, verify=settings.verify_tls)

    async def send(self, upload: Upload) -> Ack:
        form: Literal["json", "binary"] = "binary" if self._settings.format == "binary" else "json"
        headers, body = native_http.seal(upload, self._key, form=form, gzip=self._settings.gzip)
        response = await post(self._client, self._settings.url, body, headers)
        try:
            ack = native.decode_ack(response.content)
        except WireError as error:
            raise NotDelivered(f"回执无法识别：{error.code}") from None
        if ack.batch_id != upload.batch.message_id:
            raise NotDelivered("回执不是本条消息的")
        return ack

    async def close(self) -> None:
        await self._client.aclose()


async def post(client: httpx.AsyncClient, url: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    """One POST; returns a reply with status 200, and turns everything else into the sender's two errors."""
    try:
        response = await client.post(url, content=body, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        raise NotDelivered(_reason(error)) from None
    if response.status_code in FINAL_STATUS:
        raise Refused(f"平台拒收（{response.status_code}）：{response.text[:120]}")
    if response.status_code != 200:
        raise NotDelivered(f"平台应答 {response.status_code}", _retry_after(response))
    return response


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError):
        return "连不上平台，请检查网络和地址"
    if isinstance(error, httpx.TimeoutException):
        return "平台没有在时限内应答"
    return f"连接中断（{type(error).__name__}）"


def _retry_after(response: httpx.Response) -> float:
    text = response.headers.get("Retry-After", "")
    return min(float(text), 3600.0) if text.isdigit() else 0.0


def open_uplink(settings: conf.Uplink, base: Path, gateway: str) -> Uplink:
    """The uplink a configuration names. MQTT needs the optional packages of the `gateway` extra."""
    if isinstance(settings, conf.NativeHttp):
        return NativeHttp(settings, base)
    name = "uplink_mqtt" if isinstance(settings, conf.NativeMqtt) else "uplinks_provincial"
    try:
        module = import_module(f"bihuan.gateway.{name}")
    except ImportError as error:
        raise conf.ConfigError(f"缺少组件 {error.name}，请安装 bihuan[gateway]") from None
    uplink: Uplink = module.open_uplink(settings, base, gateway)
    return uplink
