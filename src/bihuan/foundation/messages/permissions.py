"""Capabilities of messages."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (
    Capability("messages.view", "查看待办与消息"),
    Capability("messages.send", "发送消息"),
    Capability("messages.deliveries", "查看外发记录"),
)
