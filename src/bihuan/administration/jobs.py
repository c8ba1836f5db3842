"""Nightly anchoring of the history (存证锚点) and its verification."""

from __future__ import annotations

from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.audit.services import Verdict, anchor, verify
from bihuan.foundation.jobs.running import Run
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import local_date, utc_now
from bihuan.foundation.messages.services import notify
from bihuan.foundation.tenancy.models import Organisation


def anchor_history(run: Run) -> str:
    """Seal what was written since the last anchor."""
    made = anchor(at=utc_now())
    return "没有新的留痕" if made is None else f"已封存 {made.leaves} 件记录，锚点 {made.root[:16]}"


def verify_chain(run: Run) -> str:
    """Walk every chain and anchor; a fault ends the job with the place where it is."""
    verdict = verify()
    if verdict.fault is not None:
        tell(verdict)
        raise Problem("audit.broken", f"存证不符：{verdict.fault.where}，{verdict.fault.what}。", status=409)
    return f"存证完好：留痕 {verdict.entries} 条，记录 {verdict.records} 件，锚点 {verdict.anchors} 个"


def tell(verdict: Verdict) -> None:
    """Everybody who watches the history is told, once a day and place."""
    root = Organisation.objects.filter(parent=None).order_by("pk").first()
    if root is None or verdict.fault is None:
        return
    now = utc_now()
    notify(system_actor("存证校验"), key=f"audit.broken:{local_date(now)}:{verdict.fault.where}"[:160], title="存证校验不通过", at=now, urgent=True,
           body=f"{verdict.fault.where}：{verdict.fault.what}", to_capability="audit.trail", organisation_id=root.pk, link="/administration/trail/")  # fmt: skip
