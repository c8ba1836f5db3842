"""Nightly work: escalation proposals, long-standing hazards, invariants."""

from __future__ import annotations

from datetime import datetime

from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.jobs.running import Run
from bihuan.foundation.lib.times import local_date, utc_now
from bihuan.foundation.messages.services import notify
from bihuan.foundation.tenancy.models import Organisation
from bihuan.hazards import services


def nightly(run: Run) -> str:
    """Scheduled every night."""
    return nightly_at(utc_now())


def nightly_at(at: datetime) -> str:
    """Propose, investigate, check; one sentence about what came out."""
    proposed, opened = services.propose_all(at), services.investigate_long_standing(at)
    drafted = services.draft_due(at)
    found = list(services.breaches(at))
    if found:
        _tell(at, [f"{breach.number} {breach.text}" for breach in found])
    return f"新提出督办建议 {proposed} 条，新开溯源调查 {opened} 件，起草季度报告 {drafted} 份，核对发现不符 {len(found)} 条。"


def _tell(at: datetime, lines: list[str]) -> None:
    for root in Organisation.objects.filter(parent__isnull=True):
        notify(
            system_actor("夜间核对"), key=f"hazards.invariants:{root.pk}:{local_date(at)}", title=f"隐患台账核对发现 {len(lines)} 条不符", at=at,
            to_capability="audit.view", organisation_id=root.pk, body="\n".join(lines[:50]), urgent=True,
        )  # fmt: skip
