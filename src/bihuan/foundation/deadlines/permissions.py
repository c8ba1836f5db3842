"""Capabilities of the deadlines app."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (Capability("deadlines.view", "查看时限"),)
