"""Official forms of an inspection: annex 5, the problem list made on site (检查问题隐患清单)."""

from bihuan.foundation.documents import registry
from bihuan.inspections.documents import samples

registry.register(
    "inspections.annex5", "inspections", "annex5.docx", "附件5 检查问题隐患清单", sample=samples.annex5
)
