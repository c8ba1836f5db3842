"""Capabilities of enforcement."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (
    Capability("enforcement.view", "查看行政处罚"),
    Capability("enforcement.record", "登记处罚决定与指令"),
    Capability("enforcement.decide", "作出处罚决定"),
    Capability("enforcement.review", "法制审核"),
)
