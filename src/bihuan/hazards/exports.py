"""Official forms: 附件2 rows, and the letters of supervision as drafts for a person to issue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from bihuan.foundation.documents.cells import SheetColumn
from bihuan.foundation.documents.imprint import imprint
from bihuan.foundation.documents.render import render_docx
from bihuan.foundation.documents.xlsx import Sheet, render_xlsx
from bihuan.foundation.lib.money import fen_to_wan
from bihuan.foundation.lib.times import cn_date, local_date
from bihuan.hazards.choices import Cause
from bihuan.hazards.models import Hazard, Proposal, SelfCheckSession
from bihuan.hazards.rules.supervision import days_overdue

# Headings of 附件2 重大事故隐患清单台账, 忻应急发〔2024〕216号, in its order.
ANNEX2 = (
    SheetColumn("no", "序号", "integer", width=6), SheetColumn("firm", "企业名称", width=26), SheetColumn("place", "所在市(县、区)", width=14),
    SheetColumn("sector", "行业类别", width=10), SheetColumn("stage", "检查环节", width=12), SheetColumn("checked_by", "检查单位", width=18),
    SheetColumn("checked_on", "检查时间", "date", width=12), SheetColumn("detail", "重大隐患明细", width=40), SheetColumn("measures", "整改措施", width=44),
    SheetColumn("supervisor", "挂牌督办单位", width=18), SheetColumn("penalty", "行政处罚情况", width=16), SheetColumn("completion", "整改完成情况", width=18),
    SheetColumn("note", "备注", width=16),
)  # fmt: skip


def annex2_row(hazard: Hazard, penalty: str = "") -> dict[str, Any]:
    """One ledger row; `penalty` comes from above (enforcement), which this app does not know."""
    supervision = getattr(hazard, "supervision", None)
    return {
        "firm": hazard.enterprise.name, "place": str(hazard.unit), "sector": hazard.enterprise.get_sector_display(), "stage": hazard.get_origin_display(),
        "checked_by": str(hazard.checking_body), "checked_on": local_date(hazard.found_at), "detail": f"{hazard.title}：{hazard.description}",
        "measures": measures_text(hazard), "supervisor": str(supervision.body) if supervision else str(hazard.enterprise.supervisor),
        "penalty": penalty, "completion": completion_text(hazard), "note": hazard.basis_text,
    }  # fmt: skip


def measures_text(hazard: Hazard) -> str:
    """The five parts in one cell, each named; empty until the plan is approved."""
    if hazard.plan_approved_at is None or hazard.plan_amount_fen is None or hazard.plan_due_on is None:
        return "方案报送中" if hazard.needs_plan else hazard.fix_summary
    return (
        f"责任：{hazard.plan_person}；措施：{hazard.plan_measures}；资金：{fen_to_wan(hazard.plan_amount_fen):f}万元；"
        f"时限：{cn_date(hazard.plan_due_on)}；预案：{hazard.plan_contingency}"
    )


def completion_text(hazard: Hazard) -> str:
    """Completed only by re-check, with its time; never from typing."""
    if hazard.status == "closed" and hazard.rechecked_at is not None:
        return f"已于{cn_date(local_date(hazard.rechecked_at))}完成整改"
    return f"{hazard.state.title}" + (f"，期限{cn_date(local_date(hazard.due_at))}" if hazard.due_at else "")


def annex2_rows(hazards: Iterable[Hazard], penalties: dict[int, str] | None = None) -> Iterator[dict[str, Any]]:
    """Numbered ledger rows."""
    for number, hazard in enumerate(hazards, start=1):
        yield {"no": number, **annex2_row(hazard, (penalties or {}).get(hazard.pk, ""))}


def annex2_xlsx(hazards: Iterable[Hazard], *, unit: str, at: datetime) -> bytes:
    """附件2 as a workbook."""
    sheet = Sheet(
        name="附件2", columns=ANNEX2, rows=list(annex2_rows(hazards)), title=("重大事故隐患清单台账",), annex="附件2",
        head_left=f"填报单位：{unit}", head_right=f"填报时间：{cn_date(local_date(at))}",
    )  # fmt: skip
    return render_xlsx(sheet)


def facts_of(hazard: Hazard, at: datetime) -> dict[str, Any]:
    """A hazard as letters quote it."""
    return {
        "firm": hazard.enterprise.name, "credit_code": hazard.enterprise.credit_code, "place": hazard.place or "企业厂区",
        "detail": _sentence(hazard.description), "criterion": hazard.basis_text or "有关安全生产规定", "number": hazard.number,
        "level": hazard.get_level_display(), "found_on": local_date(hazard.found_at),
        "due_on": local_date(hazard.due_at) if hazard.due_at else local_date(at),
        "days_overdue": max(0, days_overdue(hazard.due_at, at)) if hazard.due_at else 0,
    }  # fmt: skip


def _sentence(text: str) -> str:
    return text.strip().rstrip("。.；;") + "。"


def _head(hazard: Hazard, issuer: str, at: datetime, *, mark: str, facts: dict[str, Any]) -> dict[str, Any]:
    """What every letter carries; number and date stay open until a person issues it."""
    return {
        "mark": mark, "number": "", "addressee": hazard.enterprise.name, "issuer": issuer, "issued_on": None, "contact": None,
        "copies_to": "", "printed_by": "", "imprint": imprint(facts, at=at, state="草稿"), **facts,
    }  # fmt: skip


def listing_notice(hazard: Hazard, at: datetime) -> bytes:
    """挂牌督办通知书, a draft."""
    listed = hazard.supervision
    issuer = str(listed.body)
    facts = {
        "plate_number": listed.plate_number, "supervisor": issuer, "supervising_officer": "", "report_weekday": "五", "hazard": facts_of(hazard, at),
        "due_on": local_date(hazard.due_at) if hazard.due_at else local_date(at),
        "demands": ["主要负责人为整改第一责任人，落实责任、措施、资金、时限和预案；", "整改期间采取有效防范措施，每周五前填报进展；", "整改完成后申请复查，复查通过后摘牌。"],
    }  # fmt: skip
    return render_docx("hazards.listing_notice", _head(hazard, issuer, at, mark=f"{issuer}文件", facts=facts))


def delisting_notice(hazard: Hazard, at: datetime) -> bytes:
    """摘牌通知书, a draft."""
    listed = hazard.supervision
    issuer = str(listed.body)
    facts = {
        "plate_number": listed.plate_number, "listed_on": local_date(listed.opened_at), "applied_on": local_date(hazard.fixed_at or at),
        "checked_on": local_date(hazard.rechecked_at or at), "checked_by": hazard.rechecked_by.name if hazard.rechecked_by else "",
        "finding": _sentence(hazard.recheck_opinion or "隐患已消除"), "hazard": facts_of(hazard, at),
    }  # fmt: skip
    return render_docx("hazards.delisting_notice", _head(hazard, issuer, at, mark=f"{issuer}文件", facts=facts))


def proposal_letter(proposal: Proposal, at: datetime) -> bytes | None:
    """The drafted letter of a rung; None where the ladder names no template."""
    rung, hazard = proposal.definition, proposal.hazard
    issuer = str(hazard.enterprise.supervisor)
    if rung is None or not rung.template:
        return None
    if rung.template == "hazards.urging_letter":
        facts: dict[str, Any] = {"as_of": local_date(at), "reply_by": local_date(at) + timedelta(days=7), "hazards": [facts_of(hazard, at)]}
        return render_docx(rung.template, _head(hazard, issuer, at, mark=issuer, facts=facts))
    facts = {
        "interviewee_unit": hazard.enterprise.name, "reason": _sentence(proposal.grounds), "basis": "《安全生产约谈实施办法（试行）》",
        "held_at": local_date(at) + timedelta(days=3), "held_at_time": "上午9时", "place": issuer,
        "interviewees": f"主要负责人{hazard.enterprise.principal_name}", "topics": ["未按期整改的原因", "下一步整改措施、完成时间和责任人"],
    }  # fmt: skip
    return render_docx(rung.template, _head(hazard, issuer, at, mark=f"{issuer}文件", facts=facts))


SELF_CHECK = (
    SheetColumn("no", "序号", "integer", width=6), SheetColumn("number", "隐患编号", width=24), SheetColumn("title", "隐患", width=40), SheetColumn("level", "等级", width=12),
    SheetColumn("place", "部位", width=16), SheetColumn("cause", "原因类别", width=18), SheetColumn("analysis", "深层原因分析", width=40), SheetColumn("state", "整改情况", width=24),
)  # fmt: skip


def self_check_report(session: SelfCheckSession, *, at: datetime) -> bytes:
    """自查报告: every finding of the session with its cause code, who took part, and the deeper causes."""
    rows = []
    for number, hazard in enumerate(session.findings().select_related("cause").order_by("pk"), start=1):
        cause = getattr(hazard, "cause", None)
        rows.append({
            "no": number, "number": hazard.number, "title": f"{hazard.title}：{hazard.description}", "level": hazard.get_level_display(), "place": hazard.place,
            "cause": cause.get_code_display() if cause else "未分析", "analysis": cause.analysis if cause else "", "state": completion_text(hazard),
        })  # fmt: skip
    people = "、".join(row["name"] for row in session.attendance)
    words = dict(Cause.choices)
    causes = "、".join(str(words.get(code, code)) for code in session.causes)
    sheet = Sheet(
        name="自查报告", columns=SELF_CHECK, rows=rows, title=("安全生产自查报告",), head_left=f"企业名称：{session.enterprise.name}",
        head_right=f"检查时间：{cn_date(local_date(session.held_at))}",
        note=f"检查部位：{session.places}；参加人员：{people}；{session.compliance[0]}；深层次原因：{causes}；{session.analysis}",
    )  # fmt: skip
    return render_xlsx(sheet)
