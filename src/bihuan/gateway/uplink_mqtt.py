"""Our platform over MQTT. A PUBACK only means the broker has the message; delivered is what the platform's own
acknowledgement on the down topic names."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import aiomqtt

from bihuan.gateway import config as conf
from bihuan.gateway.uplinks import NotDelivered, Uplink
from bihuan.wire import mqtt, native, native_binary
from bihuan.wire.errors import WireError
from bihuan.wire.native import Ack, Upload


class NativeMqtt:
    """Keeps one connection with a listener for acknowledgements; a fault ends both, the next message builds anew."""

    heartbeats = True

    def __init__(self, settings: conf.NativeMqtt, base: Path, gateway: str) -> None:
        self._settings, self._gateway = settings, gateway
        self._password = conf.secret(settings.secret_file, settings.secret_env, base)
        self._client: aiomqtt.Client | None = None
        self._listener: asyncio.Task[None] | None = None
        self._waiting: dict[str, asyncio.Future[Ack]] = {}

    async def send(self, upload: Upload) -> Ack:
        batch = upload.batch
        body = native_binary.encode(upload) if self._settings.format == "binary" else native.encode(upload)
        answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._waiting[batch.message_id] = answer
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                client = await self._connected()
                await client.publish(mqtt.up_topic(self._gateway, batch.lane), body, qos=1)
                return await answer
        except (TimeoutError, aiomqtt.MqttError, OSError) as error:
            await self.close()
            raise NotDelivered(f"MQTT 未确认：{type(error).__name__}") from None
        finally:
            self._waiting.pop(batch.message_id, None)

    async def close(self) -> None:
        listener, client = self._listener, self._client
        self._listener = self._client = None
        if listener:
            listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listener
        if client:
            with contextlib.suppress(aiomqtt.MqttError, TimeoutError):
                await client.__aexit__(None, None, None)

    async def _connected(self) -> aiomqtt.Client:
        if self._client is not None and self._listener is not None and not self._listener.done():
            return self._client
        await self.close()
        settings = self._settings
        client = aiomqtt.Client(
            settings.host,
            settings.port,
            identifier=f"bihuan-{self._gateway}",
            username=settings.username or None,
            password=self._password or None,
            tls_params=aiomqtt.TLSParameters() if settings.tls else None,
        )
        await client.__aenter__()
        self._client = client
        await client.subscribe(mqtt.ack_topic(self._gateway), qos=1)
        self._listener = asyncio.create_task(self._listen(client))
        return client

    async def _listen(self, client: aiomqtt.Client) -> None:
        try:
            async for message in client.messages:
                payload = message.payload if isinstance(message.payload, bytes) else b""
                try:
                    ack = native.decode_ack(payload)
                except WireError:
                    continue  # not an acknowledgement: the sender's timeout decides
                waiting = self._waiting.get(ack.batch_id)
                if waiting is not None and not waiting.done():
                    waiting.set_result(ack)
        except aiomqtt.MqttError as error:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(error)


def open_uplink(settings: conf.NativeMqtt, base: Path, gateway: str) -> Uplink:
    """The uplink a configuration names."""
    return NativeMqtt(settings, base, gateway)
