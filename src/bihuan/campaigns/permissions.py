"""Capabilities of special campaigns."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (
    Capability("campaigns.view", "查看专项行动"),
    Capability("campaigns.manage", "管理专项行动"),
    Capability("campaigns.organise", "登记部署与工作机制情况"),
    Capability("campaigns.view_returns", "查看各单位报送"),
    Capability("campaigns.prepare_return", "编写周调度统计表"),
    Capability("campaigns.submit_return", "签字提交周调度统计表"),
    Capability("campaigns.review_return", "审核、退回周调度统计表"),
    Capability("campaigns.report_up", "市级签字上报"),
)
