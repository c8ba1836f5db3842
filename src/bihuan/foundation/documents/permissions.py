"""What may be done with documents."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (
    Capability("documents.view", "查看已发文书"),
    Capability("documents.issue", "制发文书"),
    Capability("documents.replace_template", "更换文书模板"),
)
