"""Capabilities of assistance."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (
    Capability("assistance.view", "查看结对帮扶"),
    Capability("assistance.manage", "确定标杆企业与结对帮扶"),
    Capability("assistance.serve", "登记专家服务"),
)
