"""Capabilities of personnel."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (Capability("personnel.view", "查看安全管理人员"), Capability("personnel.edit", "维护安全管理人员"))
