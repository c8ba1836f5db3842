"""The escalation ladder: proposals for overdue hazards, decided by people (督办升级)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.lib.times import cn_date, local_date
from bihuan.foundation.messages.services import notify
from bihuan.foundation.workflow.engine import open_loop, perform
from bihuan.hazards.models import Hazard, Proposal
from bihuan.hazards.parameters import Rung, ladder
from bihuan.hazards.rules.supervision import days_overdue

SYSTEM = system_actor("督办升级")


def rung_for(hazard: Hazard, at: datetime) -> Rung | None:
    """The highest rung that the hazard's delay has reached."""
    if hazard.due_at is None or not hazard.is_overdue(at):
        return None
    late = days_overdue(hazard.due_at, at)
    reached = [rung for rung in ladder() if rung.after_days <= late and hazard.level in rung.levels]
    return reached[-1] if reached else None


def propose_for(hazard: Hazard, *, at: datetime) -> Proposal | None:
    """Propose the rung reached, once per time limit missed; lower ones that nobody decided lapse. None when nothing is new."""
    rung = rung_for(hazard, at)
    if rung is None or hazard.due_at is None or Proposal.objects.filter(hazard=hazard, rung=rung.key, due_at=hazard.due_at).exists():
        return None
    late = days_overdue(hazard.due_at, at)
    proposal = Proposal(
        organisation_id=hazard.organisation_id, hazard=hazard, rung=rung.key, due_at=hazard.due_at, days_overdue=late,
        grounds=(f"{hazard.enterprise.name}“{hazard.title}”（{hazard.number}）整改期限为{cn_date(local_date(hazard.due_at))}，"
                 f"截至{cn_date(local_date(at))}逾期{late}天，未完成整改。达到“{rung.title}”的提出条件（逾期满{rung.after_days}天）。"),
    )  # fmt: skip
    try:
        with transaction.atomic():
            open_loop(SYSTEM, proposal, at=at, capability="hazards.escalate")
            _lapse_others(proposal, at, f"已提出更高一级措施“{rung.title}”")
            notify(
                SYSTEM, key=f"hazards.overdue:{proposal.pk}", title=f"隐患逾期{late}天：{hazard.title}", at=at, to_capability="hazards.fix",
                organisation_id=hazard.organisation_id, link=hazard.get_absolute_url(), body=proposal.grounds, urgent=hazard.is_major,
            )  # fmt: skip
    except IntegrityError:
        return None  # another worker proposed it at the same moment
    return proposal


def _lapse_others(proposal: Proposal, at: datetime, reason: str) -> None:
    for other in Proposal.objects.undecided().filter(hazard_id=proposal.hazard_id).exclude(pk=proposal.pk):
        perform(SYSTEM, other, "lapse", at=at, note=reason)


def lapse_proposals(hazard: Hazard, *, at: datetime, reason: str) -> None:
    """End what nobody decided once the hazard is reported fixed or gone."""
    for proposal in Proposal.objects.undecided().filter(hazard=hazard):
        perform(SYSTEM, proposal, "lapse", at=at, note=reason)


def propose_all(at: datetime) -> int:
    """Go through every overdue hazard; safe to run twice. Returns how many proposals are new."""
    overdue = Hazard.objects.counted().overdue(at).select_related("enterprise").order_by("pk")
    return sum(propose_for(hazard, at=at) is not None for hazard in overdue.iterator(500))


def adopt_proposal(actor: Actor, proposal: Proposal, *, at: datetime, note: str = "", expect: int | None = None) -> Proposal:
    """Decide to take the measure; the drafted letter is then issued by a person. Nothing is punished by this."""
    return perform(actor, proposal, "adopt", at=at, note=note, expect=expect)


def decline_proposal(actor: Actor, proposal: Proposal, *, at: datetime, reason: str, expect: int | None = None) -> Proposal:
    """Decide not to, with the reason."""
    return perform(actor, proposal, "decline", at=at, note=reason, expect=expect)
