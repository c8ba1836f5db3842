"""附件5 检查问题隐患清单 as docx and xlsx, from the frozen content of a revision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.attachments.services import stripped_bytes
from bihuan.foundation.documents.form_xlsx import form_workbook
from bihuan.foundation.documents.imprint import imprint
from bihuan.foundation.documents.redact import Photo
from bihuan.foundation.documents.render import render_docx
from bihuan.foundation.documents.xlsx import render_xlsx
from bihuan.inspections.choices import SignerRole
from bihuan.inspections.documents.build import ANNEX5
from bihuan.inspections.models import ProblemList, ProblemListSignature

PHOTO_WIDTH_MM = 32
MARK_WIDTH_MM = 24


def annex5_docx(problem_list: ProblemList, *, at: datetime) -> bytes:
    """The official form with photos and handwriting."""
    return render_docx("inspections.annex5", annex5_context(problem_list, at=at, pictures=True))


def annex5_xlsx(problem_list: ProblemList, *, at: datetime) -> bytes:
    """The same form as a workbook, without pictures."""
    out: bytes = render_xlsx(form_workbook(ANNEX5, annex5_context(problem_list, at=at, pictures=False)))
    return out


def annex5_context(problem_list: ProblemList, *, at: datetime, pictures: bool) -> dict[str, Any]:
    """What the form prints: the frozen rows, the signatures, the state and the check code over the content."""
    content, signed = problem_list.content, list(problem_list.signatures.all())
    photos = photos_of(problem_list) if pictures else {}
    rows = [
        {
            "description": row["description"], "evidence": row.get("evidence", ""), "basis": row["basis"], "kind": row.get("type", ""),
            "note": row.get("note", ""), "photos": [Photo(stripped_bytes(p), width_mm=PHOTO_WIDTH_MM) for p in photos.get(number, [])],
        }
        for number, row in enumerate(content["rows"])
    ]  # fmt: skip
    return {
        "campaign": heading_of(problem_list), "firm": content["enterprise"], "checked_on": problem_list.visit.started_at, "rows": rows,
        "inspectors": _line(signed, SignerRole.INSPECTOR), "firm_principal": _line(signed, SignerRole.FIRM),
        "inspector_marks": _marks(signed, SignerRole.INSPECTOR) if pictures else [],
        "firm_marks": _marks(signed, SignerRole.FIRM) if pictures else [],
        "imprint": imprint(content, at=at, edition=f"第{problem_list.revision}版", state=state_of(problem_list)),
    }  # fmt: skip


def heading_of(problem_list: ProblemList) -> str:
    """First line of the title: the campaign, else the kind of visit."""
    return str(problem_list.content.get("campaign") or problem_list.visit.get_kind_display())


def state_of(problem_list: ProblemList) -> str:
    """草稿 until the visit is concluded with this revision; 签字作废 for a former one."""
    newest = problem_list.visit.latest_list()
    if newest is not None and newest.pk != problem_list.pk:
        return "已被新版替代"
    return "已签字" if problem_list.visit.status == "concluded" else "草稿"


def photos_of(problem_list: ProblemList) -> dict[int, list[Attachment]]:
    """The pictures named in the frozen rows, by row index, in one query; those withdrawn since are still the evidence that was signed."""
    rows = problem_list.content["rows"]
    hazards = {row["hazard"]: number for number, row in enumerate(rows) if row.get("photos")}
    found: dict[int, list[Attachment]] = {}
    for picture in Attachment.objects.filter(owner_kind="hazards.hazard", owner_id__in=hazards, purpose="before").order_by("pk"):
        number = hazards[picture.owner_id]
        if picture.is_image and picture.sm3 in rows[number]["photos"]:
            found.setdefault(number, []).append(picture)
    return found


def _line(signed: list[ProblemListSignature], role: str) -> str:
    return "、".join(_words(row) for row in signed if row.role == role)


def _words(row: ProblemListSignature) -> str:
    return f"{row.name}（拒签：{row.reason}；见证人：{row.witness}）" if row.refused else row.name


def _marks(signed: list[ProblemListSignature], role: str) -> list[Photo]:
    wanted = [row.picture_id for row in signed if row.role == role and row.picture_id]
    return [Photo(stripped_bytes(p), width_mm=MARK_WIDTH_MM) for p in Attachment.objects.filter(pk__in=wanted).order_by("pk")]
