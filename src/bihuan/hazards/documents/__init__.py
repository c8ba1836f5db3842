"""Letters of hazard supervision: urging letter, interview notice, listing and delisting notices (督促、约谈、挂牌、摘牌)."""

from bihuan.foundation.documents import registry
from bihuan.hazards.documents import samples

registry.register(
    "hazards.urging_letter", "hazards", "urging_letter.docx", "督促函", sample=samples.urging_letter
)
registry.register(
    "hazards.interview_notice",
    "hazards",
    "interview_notice.docx",
    "约谈通知",
    sample=samples.interview_notice,
)
registry.register(
    "hazards.listing_notice",
    "hazards",
    "listing_notice.docx",
    "挂牌督办通知书",
    sample=samples.listing_notice,
)
registry.register(
    "hazards.delisting_notice",
    "hazards",
    "delisting_notice.docx",
    "摘牌通知书",
    sample=samples.delisting_notice,
)
