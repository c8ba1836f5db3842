"""The official forms of a return: contexts for the docx templates, sheets for xlsx. A handed-in return prints its snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bihuan.campaigns.choices import Narrative
from bihuan.campaigns.layout import annex1
from bihuan.campaigns.ledger import COLUMNS
from bihuan.campaigns.models import Return
from bihuan.campaigns.services.compile import compile_return
from bihuan.foundation.documents.cells import SheetColumn
from bihuan.foundation.documents.imprint import imprint
from bihuan.foundation.documents.render import render_docx
from bihuan.foundation.documents.xlsx import Sheet, render_xlsx
from bihuan.foundation.lib.money import fen_to_wan
from bihuan.foundation.lib.times import cn_date


@dataclass(frozen=True)
class Content:
    """What a return says: from its snapshot once handed in, else as compiled now."""

    values: dict[str, int | None]
    narratives: dict[str, str]
    ledger: list[dict[str, Any]]
    cutoff: datetime
    state: str
    signer: str
    digest: str


def content_of(weekly: Return, *, at: datetime) -> Content:
    """The signed content of a handed-in return, else the draft of this moment."""
    if weekly.handed_in and weekly.snapshot is not None:
        s = weekly.snapshot
        return Content(s.figures, s.narratives, s.ledger, s.cutoff, weekly.state.title, s.signer, s.digest)
    draft = compile_return(weekly, at=at)
    return Content(draft.values, dict(weekly.narratives), draft.ledger, draft.cutoff, "草稿", "", "")


def _head(weekly: Return, content: Content, *, at: datetime) -> dict[str, Any]:
    facts = {"campaign": weekly.campaign.form_title, "unit": weekly.organisation.name, "filled_on": weekly.friday}
    number = weekly.campaign.number_of(weekly.friday)
    return {
        **facts, "signers": {"filled_by": content.signer, "checked_by": "", "approved_by": ""},
        "imprint": imprint({**facts, "digest": content.digest}, at=at, edition=f"第{number}期", state=content.state),
    }  # fmt: skip


def annex1_context(weekly: Return, *, at: datetime) -> dict[str, Any]:
    """Context of documents/annex1.docx; every number is the value of its figure."""
    content = content_of(weekly, at=at)
    context: dict[str, Any] = _head(weekly, content, at=at)
    for slot in annex1().slots:
        group, name = slot.name.split(".")
        context.setdefault(group, {})[name] = content.values.get(slot.figure)
    context["deployment"] |= {key: content.narratives.get(key) or None for key in ("meetings", "measures", "dispatch")}
    return context | {key: content.narratives.get(key) or None for key in ("publicity", "problems", "suggestions")}


def annex2_context(weekly: Return, *, at: datetime) -> dict[str, Any]:
    """Context of documents/annex2.docx."""
    content = content_of(weekly, at=at)
    rows = [{key: row[key] for key, _ in COLUMNS} | {"checked_on": date.fromisoformat(row["checked_on"])} for row in content.ledger]
    return _head(weekly, content, at=at) | {"rows": rows}


def annex1_docx(weekly: Return, *, at: datetime) -> bytes:
    """附件1 周调度统计表 as an editable document."""
    return render_docx("campaigns.annex1", annex1_context(weekly, at=at))


def annex2_docx(weekly: Return, *, at: datetime) -> bytes:
    """附件2 重大事故隐患台账 as an editable document."""
    return render_docx("campaigns.annex2", annex2_context(weekly, at=at))


def annex1_xlsx(weekly: Return, *, at: datetime) -> bytes:
    """附件1 as a workbook: one row a number, with unit and definition, so that a reader can compute on."""
    content = content_of(weekly, at=at)
    layout = annex1()
    rows: list[dict[str, Any]] = []
    for row in layout.rows:
        base = {"seq": row.seq, "category": row.category}
        for slot in layout.slots_of(row.seq):
            item, value = slot.definition, content.values.get(slot.figure)
            number = None if value is None else (fen_to_wan(value) if item.money else value)
            rows.append(base | {"point": item.title, "value": number, "unit": item.unit, "text": item.definition})
        rows += [base | {"point": Narrative(key).label, "value": None, "unit": "", "text": content.narratives.get(key, "")} for key in row.narratives]
    columns = [
        SheetColumn("seq", "序号", "integer", 6), SheetColumn("category", "类别", width=14), SheetColumn("point", "要点", width=36),
        SheetColumn("value", "数值", "decimal", 12), SheetColumn("unit", "单位", width=8), SheetColumn("text", "口径与文字", width=70),
    ]  # fmt: skip
    return render_xlsx(_sheet(weekly, content, "附件1", "周调度统计表", columns, rows))


def annex2_xlsx(weekly: Return, *, at: datetime) -> bytes:
    """附件2 as a workbook with the official headings."""
    content = content_of(weekly, at=at)
    columns = [SheetColumn("seq", "序号", "integer", 6)]
    columns += [SheetColumn(key, title, "date" if key == "checked_on" else "text", 18) for key, title in COLUMNS]
    rows = [row | {"seq": number, "checked_on": date.fromisoformat(row["checked_on"])} for number, row in enumerate(content.ledger, 1)]
    return render_xlsx(_sheet(weekly, content, "附件2", "重大事故隐患台账", columns, rows))


def _sheet(weekly: Return, content: Content, annex: str, name: str, columns: list[SheetColumn], rows: list[dict[str, Any]]) -> Sheet:
    return Sheet(
        annex, columns, rows, title=(f"{weekly.campaign.form_title}{name}",), annex=annex.replace("附件", "附件 "),
        head_left=f"填报单位：{weekly.organisation.name}", head_right=f"填报时间：{cn_date(weekly.friday)}",
        footer=f"{content.state} {content.digest[:16]}",
    )  # fmt: skip
