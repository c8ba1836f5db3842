"""Official forms of a campaign: the annexes 1 to 4 of the notice that sets it up (专项行动附件)."""

from bihuan.campaigns.documents import samples
from bihuan.foundation.documents import registry

registry.register("campaigns.annex1", "campaigns", "annex1.docx", "附件1 周调度统计表", sample=samples.annex1)
registry.register(
    "campaigns.annex2", "campaigns", "annex2.docx", "附件2 重大事故隐患台账", sample=samples.annex2
)
registry.register(
    "campaigns.annex3", "campaigns", "annex3.docx", "附件3 县级交叉检查工作安排表", sample=samples.annex3
)
registry.register(
    "campaigns.annex4", "campaigns", "annex4.docx", "附件4 县级交叉检查隐患情况汇总表", sample=samples.annex4
)
