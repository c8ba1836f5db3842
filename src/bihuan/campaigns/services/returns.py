"""Weekly returns: opening, writing, signing, sending back, accepting, correcting."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from bihuan.campaigns import rules
from bihuan.campaigns.choices import Narrative
from bihuan.campaigns.layout import annex1
from bihuan.campaigns.models import Campaign, CampaignUnit, Correction, Return, Snapshot
from bihuan.campaigns.services.compile import Compiled, check, compile_return, previous
from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.access.scoping import require, who_may
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.canonical import canonical_json, plain_json
from bihuan.foundation.lib.problems import Conflict, Invalid, Problem
from bihuan.foundation.lib.sm3 import sm3_hex
from bihuan.foundation.lib.times import shanghai, week_of
from bihuan.foundation.workflow.engine import open_loop, perform

MAX_NARRATIVE = 2000


def open_week(campaign: Campaign, *, friday: date, at: datetime) -> list[Return]:
    """Open the week's return for every unit; safe to repeat (the week of a unit exists once)."""
    actor = system_actor("周调度")
    opened = []
    known = set(Return.objects.filter(campaign=campaign, friday=friday).values_list("organisation_id", flat=True))
    for unit in CampaignUnit.objects.filter(campaign=campaign).exclude(unit_id__in=known).select_related("unit"):
        weekly = Return(
            organisation=unit.unit, campaign=campaign, kind=unit.kind, week=week_of(friday).label, friday=friday,
            cutoff=campaign.cutoff_of(friday), due_at=campaign.due_of(friday), narratives={},
        )  # fmt: skip
        opened.append(open_loop(actor, weekly, at=at, capability="campaigns.prepare_return"))
    return opened


def _need_open(weekly: Return) -> None:
    if weekly.status not in ("draft", "returned"):
        raise Conflict("returns.locked", f"本期已{weekly.state.title}，不能再改；如数字有误，请在下期登记更正。")


def save_narratives(actor: Actor, weekly: Return, *, texts: dict[str, str], at: datetime, expect: int | None = None) -> Return:
    """Keep the sentences of the week; `expect` is the version the person saw. Numbers are never typed."""
    require(actor, "campaigns.prepare_return", weekly)
    unknown = set(texts) - set(Narrative.values)
    if unknown:
        raise TypeError(f"no such narrative: {sorted(unknown)}")
    long = {k: [f"“{Narrative(k).label}”不超过 {MAX_NARRATIVE} 字"] for k, v in texts.items() if len(v) > MAX_NARRATIVE}
    if long:
        raise Invalid(long)
    with transaction.atomic():
        current = Return.objects.select_for_update().get(pk=weekly.pk)
        _need_open(current)
        if expect is not None and expect != current.version:
            raise Conflict("returns.stale", f"{shanghai(current.stepped_at):%H:%M} 已有人修改本期文字，请核对后再保存；您写的内容仍保留在页面上。")
        before = {k: current.narratives.get(k, "") for k in texts}
        changed = {k: v for k, v in texts.items() if before[k] != v}
        if changed:
            current.narratives = {**current.narratives, **changed}
            current.draft_saved_at = at
            current.version += 1
            current.save(update_fields=["narratives", "draft_saved_at", "version"])
            record(actor, "campaigns.return.narratives", current, at=at, before={k: before[k] for k in changed}, after=changed)
        weekly.refresh_from_db()
    return weekly


def audit_roots(weekly: Return) -> dict[str, str]:
    """The last chain heads of the other units' previous returns, printed in this one (mutual witness)."""
    others = Snapshot.objects.filter(
        weekly_return__campaign=weekly.campaign, weekly_return__friday__lt=weekly.friday
    ).exclude(weekly_return__organisation=weekly.organisation_id)  # fmt: skip
    latest = others.values("weekly_return__organisation__code").annotate(last=Max("id"))
    digests = dict(Snapshot.objects.filter(pk__in=[r["last"] for r in latest]).values_list("weekly_return__organisation__code", "digest"))
    return {str(k): v[:16] for k, v in sorted(digests.items())}


def snapshot_digest(content: dict[str, Any]) -> str:
    """SM3 over what is signed."""
    return sm3_hex(canonical_json(content))


def snapshot_content(snapshot: Snapshot) -> dict[str, Any]:
    """What the digest binds."""
    return {
        "return": snapshot.weekly_return_id, "revision": snapshot.revision, "cutoff": snapshot.cutoff, "figures": snapshot.figures,
        "by_unit": snapshot.by_unit, "narratives": snapshot.narratives, "ledger": snapshot.ledger, "signer": snapshot.signer,
        "roots": snapshot.audit_roots,
    }  # fmt: skip


def _take_snapshot(weekly: Return, compiled: Compiled, findings: list[rules.Finding], *, signer: str, at: datetime) -> Snapshot:
    last = Snapshot.objects.filter(weekly_return=weekly).aggregate(last=Max("revision"))["last"] or 0
    snapshot = Snapshot(
        weekly_return=weekly, revision=last + 1, cutoff=compiled.cutoff, figures=plain_json(compiled.values),
        by_unit=plain_json(compiled.by_unit), narratives=dict(weekly.narratives), ledger=plain_json(compiled.ledger),
        findings=[f.as_dict() for f in findings], signer=signer, signed_at=at, audit_roots=audit_roots(weekly),
    )  # fmt: skip
    snapshot.digest = snapshot_digest(snapshot_content(snapshot))
    snapshot.save(force_insert=True)
    return snapshot


def submit_return(actor: Actor, weekly: Return, *, signer: str, at: datetime, expect: int | None = None) -> Return:
    """Sign and hand in: everything is checked, an immutable snapshot is taken, and the state moves, in one transaction."""
    transition = "report" if weekly.kind == "city" else "submit"
    require(actor, "campaigns.report_up" if weekly.kind == "city" else "campaigns.submit_return", weekly)
    if not signer.strip():
        raise Invalid({"signer": ["请签字（填写姓名）"]})
    with transaction.atomic():
        current = Return.objects.select_for_update().select_related("campaign").get(pk=weekly.pk)
        _need_open(current)
        if expect is not None and expect != current.version:
            raise Conflict("returns.stale", "本期内容刚刚被他人修改，请核对后再签字。")
        _need_organised(current)
        _need_reporter(current, at)
        compiled = compile_return(current, at=at)
        findings = check(current, compiled)
        blocks = rules.blocking(findings)
        if blocks:
            raise Problem("returns.inconsistent", "校核未通过，不能提交：" + "；".join(f.message for f in blocks[:5]), status=409)
        snapshot = _take_snapshot(current, compiled, findings, signer=signer.strip(), at=at)
        perform(actor, current, transition, at=at, note=f"签字：{signer.strip()}；校验码 {snapshot.digest[:16]}", snapshot_id=snapshot.pk)
        weekly.refresh_from_db()
    return weekly


def _need_organised(weekly: Return) -> None:
    """X24-001: leader and office contact are named before a unit's tasks begin."""
    unit = CampaignUnit.objects.filter(campaign=weekly.campaign_id, unit=weekly.organisation_id).first()
    if unit is not None and not unit.organised:
        raise Problem("returns.not_organised", f"{weekly.organisation} 还没有明确领导组组长和办公室联系人，请先在专项行动页面填写。", status=409)


def _need_reporter(weekly: Return, at: datetime) -> None:
    """X24-052: a return belongs to a named reporter; a vacant role cannot hand it in."""
    if weekly.kind != "city" and not who_may("campaigns.submit_return", weekly.organisation_id, at=at).exists():
        raise Problem("returns.no_reporter", f"{weekly.organisation} 尚未指定信息报送员，请先在系统管理中任命。", status=409)


def send_back(actor: Actor, weekly: Return, *, reason: str, at: datetime) -> Return:
    """Return it to the unit with a reason; the snapshot stays."""
    return perform(actor, weekly, "send_back", at=at, note=reason)


def accept_return(actor: Actor, weekly: Return, *, at: datetime) -> Return:
    """Accept it."""
    return perform(actor, weekly, "accept", at=at)


def correct(actor: Actor, weekly: Return, *, figure: str, reason: str, signer: str, at: datetime) -> Correction:
    """Sign why this week's figure is lower than what was submitted last week; values come from the records, not from typing."""
    require(actor, "campaigns.submit_return" if weekly.kind != "city" else "campaigns.report_up", weekly)
    _need_open(weekly)
    last = previous(weekly)
    known = {f.key for f in annex1().figures()}
    faults: dict[str, list[str]] = {}
    if figure not in known:
        faults["figure"] = ["请选择要更正的数字"]
    if not reason.strip():
        faults["reason"] = ["请写明更正原因"]
    if not signer.strip():
        faults["signer"] = ["请签字（填写姓名）"]
    if faults:
        raise Invalid(faults)
    if last is None or last.figures.get(figure) is None:
        raise Problem("returns.nothing_to_correct", "上期没有报过这个数字，不需要更正。", status=409)
    now = compile_return(weekly, at=at).values.get(figure) or 0
    with transaction.atomic():
        content = {"return": weekly.pk, "figure": figure, "before": last.figures[figure], "after": now, "reason": reason.strip(), "signer": signer.strip()}
        row: Correction = Correction.objects.create(
            weekly_return=weekly, figure=figure, value_before=last.figures[figure], value_after=now, reason=reason.strip(),
            signer=signer.strip(), signed_at=at, digest=sm3_hex(canonical_json(content)),
        )  # fmt: skip
        record(actor, "campaigns.return.corrected", weekly, at=at, before={figure: row.value_before}, after={figure: now}, note=reason.strip())
    return row


