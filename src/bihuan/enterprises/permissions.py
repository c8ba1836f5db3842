"""Capabilities of the enterprise file."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (
    Capability("enterprises.view", "查看企业档案"),
    Capability("enterprises.edit", "维护企业档案"),
    Capability("enterprises.import", "批量导入企业"),
    Capability("enterprises.transfer", "调整牵头监管单位"),
    Capability("enterprises.attest", "核定半年更新"),
    Capability("enterprises.attest_own", "确认本企业信息"),
    Capability("enterprises.propose", "提出本企业信息更正"),
    Capability("enterprises.supervise", "维护重点名单与风险等级"),
)
