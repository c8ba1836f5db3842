"""Returns for programs: what is on the page, computed and checked by the same services."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Schema

from bihuan.campaigns.exports import content_of
from bihuan.campaigns.layout import annex1
from bihuan.campaigns.models import Return
from bihuan.campaigns.services import returns as services
from bihuan.campaigns.services.compile import check, compile_return
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.api import ScopedRouter, actor_from
from bihuan.foundation.lib.problems import NotFound
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.workflow.engine import available

router = ScopedRouter(tags=["专项行动"])


class FigureOut(Schema):
    """One number of Annex 1; `value` is null before it is to be filled in, money is in fen."""

    slot: str
    key: str
    title: str
    unit: str
    value: int | None


class ReturnOut(Schema):
    """One return without its numbers."""

    id: int
    campaign: str
    unit_id: int
    unit: str
    kind: str
    week: str
    friday: date
    due_at: datetime
    status: str
    submitted_at: datetime | None
    return_reason: str
    version: int


class FindingOut(Schema):
    """A result of checking: block, warn or info."""

    code: str
    severity: str
    message: str
    figures: list[str]


class ReturnDetailOut(ReturnOut):
    """One return with numbers, sentences, checks and allowed actions."""

    cutoff: datetime
    digest: str
    figures: list[FigureOut]
    narratives: dict[str, str]
    findings: list[FindingOut]
    actions: list[str]


class NarrativesIn(Schema):
    """Sentences by key; `version` is the one that was read."""

    texts: dict[str, str]
    version: int | None = None


class SignatureIn(Schema):
    """Who signs; `version` is the one that was read."""

    signer: str
    version: int | None = None


class ReasonIn(Schema):
    """Why it goes back."""

    reason: str


def _find(actor: Actor, pk: int) -> Return:
    row: Return | None = Return.objects.all().visible_to(actor).select_related("campaign", "organisation", "snapshot").filter(pk=pk).first()
    if row is None:
        raise NotFound("access.not_found", "没有找到该报表，或它不在您的管辖范围内。")
    return row


def _short(row: Return) -> dict[str, Any]:
    return {
        "id": row.pk, "campaign": row.campaign.title, "unit_id": row.organisation_id, "unit": str(row.organisation), "kind": row.kind, "week": row.week,
        "friday": row.friday, "due_at": row.due_at, "status": row.status, "submitted_at": row.submitted_at, "return_reason": row.return_reason,
        "version": row.version,
    }  # fmt: skip


def _whole(actor: Actor, row: Return, at: datetime) -> dict[str, Any]:
    content = content_of(row, at=at)
    findings = row.snapshot.findings if row.handed_in and row.snapshot else [f.as_dict() for f in check(row, compile_return(row, at=at))]
    figures = [
        {"slot": s.name, "key": s.figure, "title": s.definition.title, "unit": s.definition.unit, "value": content.values.get(s.figure)}
        for s in annex1().slots
    ]  # fmt: skip
    actions = [o.transition.name for o in available(actor, row, at=at) if o.refusal is None]
    return _short(row) | {
        "cutoff": content.cutoff, "digest": content.digest, "figures": figures, "narratives": content.narratives, "findings": findings, "actions": actions,
    }  # fmt: skip


@router.get("/campaigns/returns", capability="campaigns.view", response=list[ReturnOut], summary="周调度统计表列表")
def list_returns(request: HttpRequest, week: str = "", status: str = "") -> list[dict[str, Any]]:
    """Returns in one's sight, newest first, at most 500."""
    rows: Any = Return.objects.all().visible_to(actor_from(request)).select_related("campaign", "organisation").order_by("-friday", "organisation__order")
    if week:
        rows = rows.of_week(week)
    if status:
        rows = rows.filter(status=status)
    return [_short(row) for row in rows[:500]]


@router.get("/campaigns/returns/{pk}", capability="campaigns.view", response=ReturnDetailOut, summary="一期周调度统计表")
def get_return(request: HttpRequest, pk: int) -> dict[str, Any]:
    """One return with every number of Annex 1."""
    actor = actor_from(request)
    return _whole(actor, _find(actor, pk), utc_now())


@router.get("/campaigns/returns/{pk}/ledger", capability="campaigns.view", response=list[dict[str, Any]], summary="重大事故隐患台账（附件2）")
def get_ledger(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
    """The rows of Annex 2."""
    return content_of(_find(actor_from(request), pk), at=utc_now()).ledger


@router.put("/campaigns/returns/{pk}/narratives", capability="campaigns.prepare_return", response=ReturnDetailOut, summary="保存文字")
def put_narratives(request: HttpRequest, pk: int, body: NarrativesIn) -> dict[str, Any]:
    """Keep the week's sentences; numbers cannot be sent."""
    actor, at = actor_from(request), utc_now()
    known = {key for row in annex1().rows for key in row.narratives}
    unknown = set(body.texts) - known
    if unknown:
        raise NotFound("returns.unknown_narrative", f"没有名为“{sorted(unknown)[0]}”的文字栏。")
    row = services.save_narratives(actor, _find(actor, pk), texts=body.texts, at=at, expect=body.version)
    return _whole(actor, row, at)


@router.post("/campaigns/returns/{pk}/submit", capability="campaigns.prepare_return", response=ReturnDetailOut, summary="签字提交或上报")
def submit(request: HttpRequest, pk: int, body: SignatureIn) -> dict[str, Any]:
    """Sign and hand in."""
    actor, at = actor_from(request), utc_now()
    return _whole(actor, services.submit_return(actor, _find(actor, pk), signer=body.signer, at=at, expect=body.version), at)


@router.post("/campaigns/returns/{pk}/send-back", capability="campaigns.review_return", response=ReturnDetailOut, summary="退回")
def send_back(request: HttpRequest, pk: int, body: ReasonIn) -> dict[str, Any]:
    """Return it with a reason."""
    actor, at = actor_from(request), utc_now()
    return _whole(actor, services.send_back(actor, _find(actor, pk), reason=body.reason, at=at), at)


@router.post("/campaigns/returns/{pk}/accept", capability="campaigns.review_return", response=ReturnDetailOut, summary="审核通过")
def accept(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Accept it."""
    actor, at = actor_from(request), utc_now()
    return _whole(actor, services.accept_return(actor, _find(actor, pk), at=at), at)
