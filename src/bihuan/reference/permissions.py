"""Capabilities of the code tables."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (
    Capability("reference.view", "查看参考数据"),
    Capability("reference.edit_criteria", "修订判定标准"),
    Capability("reference.load", "加载数据包"),
)
