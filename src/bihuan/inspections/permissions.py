"""Capabilities of inspections."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (
    Capability("inspections.view", "查看检查记录"),
    Capability("inspections.plan", "安排检查"),
    Capability("inspections.visit", "开展现场检查"),
    Capability("inspections.sign", "签字并生成问题隐患清单"),
    Capability("inspections.assist", "协助检查"),
)
