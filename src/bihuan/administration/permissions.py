"""Capabilities of system administration."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (
    Capability("administration.organisations", "管理组织机构"),
    Capability("administration.users", "管理用户账号"),
    Capability("administration.appoint", "任命与免职"),
    Capability("audit.trail", "查询审计日志"),
)
