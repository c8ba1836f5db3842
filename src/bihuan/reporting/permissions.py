"""Capabilities of reporting."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (Capability("reporting.view", "查看驾驶舱"),)
