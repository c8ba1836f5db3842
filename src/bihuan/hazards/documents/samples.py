"""Full sample contexts of the letters of hazard supervision."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bihuan.foundation.documents.imprint import imprint

HAZARD = {
    "firm": "定襄县某法兰锻造有限公司", "credit_code": "91140921MA0K12345X", "place": "锻造车间北跨",
    "detail": "会议室设置在铁水吊运影响范围内。", "criterion": "《工贸企业重大事故隐患判定标准》第四条第（一）项",
    "number": "XZ-2025-000123", "level": "重大事故隐患", "found_on": date(2025, 2, 18), "due_on": date(2025, 3, 10),
    "days_overdue": 4,
}  # fmt: skip


def head(**facts: Any) -> dict[str, Any]:
    """The keys that every letter has."""
    return {
        "mark": "定襄县应急管理局文件", "number": "定应急督〔2025〕12号", "addressee": "定襄县某法兰锻造有限公司",
        "issuer": "定襄县应急管理局", "issued_on": date(2025, 3, 14),
        "contact": {"person": "李岩", "phone": "0350-0000000"},
        "copies_to": "忻州市应急管理局", "printed_by": "定襄县应急管理局办公室", **facts,
        "imprint": imprint(facts, at=datetime(2025, 3, 14, 1, 5, tzinfo=UTC), state="草稿"),
    }  # fmt: skip


def urging_letter() -> dict[str, Any]:
    """督促函."""
    return head(
        mark="定襄县应急管理局", as_of=date(2025, 3, 14), reply_by=date(2025, 3, 21), hazards=[HAZARD, HAZARD],
    )  # fmt: skip


def interview_notice() -> dict[str, Any]:
    """约谈通知."""
    return head(
        interviewee_unit="定襄县某法兰锻造有限公司",
        reason="你单位1条重大事故隐患超过整改期限，经督促仍未完成整改。",
        basis="《安全生产约谈实施办法（试行）》",
        held_at=date(2025, 3, 18), held_at_time="上午9时30分", place="定襄县应急管理局三楼会议室",
        interviewees="主要负责人赵某、安全总监钱某",
        topics=["重大事故隐患未按期整改的原因", "下一步整改措施、完成时间和责任人"],
    )  # fmt: skip


def listing_notice() -> dict[str, Any]:
    """挂牌督办通知书."""
    return head(
        plate_number="定安督挂〔2025〕3号", supervisor="定襄县应急管理局", supervising_officer="李岩",
        hazard=HAZARD, due_on=date(2025, 3, 20), report_weekday="五",
        demands=["主要负责人为整改责任人，制定整改方案；", "搬迁会议室，3月20日前完成；"],
    )  # fmt: skip


def delisting_notice() -> dict[str, Any]:
    """摘牌通知书."""
    return head(
        plate_number="定安督挂〔2025〕3号", listed_on=date(2025, 2, 20), applied_on=date(2025, 3, 12), hazard=HAZARD,
        checked_by="李岩、张敏", checked_on=date(2025, 3, 13), finding="会议室已搬离吊运影响范围，隐患已消除。",
    )  # fmt: skip
