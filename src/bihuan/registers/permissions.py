"""Capabilities of the ledgers."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (Capability("registers.view", "查看安全台账"), Capability("registers.edit", "填写安全台账"))
