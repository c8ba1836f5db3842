"""The half-year attestation round (J25-072): open for every firm, confirm or correct, sign, close when all are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from bihuan.enterprises.models import Attestation, AttestationRound, Enterprise
from bihuan.enterprises.rules.attestation import ATTESTED, last_day_of
from bihuan.enterprises.services.register import EDITABLE, check_fields, update_enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.lib.canonical import plain_json
from bihuan.foundation.lib.problems import Conflict, Problem
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.engine import open_loop, perform
from bihuan.foundation.workflow.replay import Replay

BATCH = 500


def content_of(firm: Enterprise) -> dict[str, Any]:
    """What is attested, as it stands in the file."""
    values: dict[str, Any] = plain_json({key: getattr(firm, key) for key in ATTESTED})
    return values


def open_round(
    actor: Actor, *, organisation: Organisation, half_year: str, at: datetime, due_on: date | None = None,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> AttestationRound:  # fmt: skip
    """Open a bureau's round with one attestation for every firm beneath it that is not closed."""
    if AttestationRound.objects.filter(organisation=organisation, half_year=half_year).exists():
        raise Conflict("enterprises.round_exists", f"{organisation} {half_year} 的半年更新已经开始。", field="half_year")
    with transaction.atomic():
        opened = AttestationRound(organisation=organisation, half_year=half_year, due_on=due_on or last_day_of(half_year))
        open_loop(actor, opened, at=at, capability="enterprises.attest")
        firms = Enterprise.objects.supervised().supervised_beneath(organisation.pk).order_by("pk")
        total = firms.count()
        for start in range(0, total, BATCH):
            _open_part(actor, opened, list(firms[start : start + BATCH]), at)
            report(min(start + BATCH, total), total)
    return opened


def _open_part(actor: Actor, opened: AttestationRound, firms: list[Enterprise], at: datetime) -> None:
    before: dict[int, dict[str, Any]] = {}
    rows = Attestation.objects.filter(enterprise__in=firms, status="attested").order_by("enterprise", "-attested_at")
    for firm_id, content in rows.values_list("enterprise_id", "content"):
        before.setdefault(firm_id, content)
    replay = Replay(Attestation)
    for firm in firms:
        replay.open(actor, Attestation(organisation_id=firm.organisation_id, enterprise=firm, round=opened, previous=before.get(firm.pk, {})), at=at)
    replay.flush()


def attest(actor: Actor, record: Attestation, *, at: datetime, expect: int | None = None) -> Attestation:
    """Confirm the file as it stands: the firm itself, or the bureau for it."""
    own = actor.holds("enterprises.attest_own", record.organisation_id)
    content = content_of(Enterprise.objects.get(pk=record.enterprise_id))
    return perform(actor, record, "confirm_own" if own else "confirm", at=at, expect=expect, content=content)


def propose_correction(
    actor: Actor, record: Attestation, *, changes: dict[str, Any], reason: str, at: datetime, expect: int | None = None
) -> Attestation:
    """The firm says what is wrong in its file; the bureau decides."""
    require(actor, "enterprises.propose", record)
    unknown = set(changes) - (set(ATTESTED) & EDITABLE)
    if unknown:
        raise Problem("enterprises.not_correctable", "只能更正档案中的基本信息；信用代码有误请联系监管单位。")
    check_fields(changes)
    now = content_of(record.enterprise)
    differing = {key: value for key, value in plain_json(changes).items() if now[key] != value}
    if not differing:
        raise Problem("enterprises.no_change", "没有与现档案不同的内容；如无需更正，请直接确认。")
    return perform(actor, record, "propose", at=at, expect=expect, note=reason, changes=differing)


def accept_correction(actor: Actor, record: Attestation, *, at: datetime, expect: int | None = None) -> Attestation:
    """Write the correction into the file and attest the file as corrected, together or not at all."""
    require(actor, "enterprises.attest", record)
    with transaction.atomic():
        firm = update_enterprise(actor, record.enterprise, at=at, note=f"半年更新更正：{record.proposal_reason}", **record.proposal)
        return perform(actor, record, "accept", at=at, expect=expect, content=content_of(firm))


def reject_correction(actor: Actor, record: Attestation, *, reason: str, at: datetime, expect: int | None = None) -> Attestation:
    """Send the correction back."""
    return perform(actor, record, "reject", at=at, expect=expect, note=reason)


def attest_many(actor: Actor, records: Iterable[Attestation], *, at: datetime) -> int:
    """The bureau attests many open files, as after checking a list; each one signed by itself. Returns how many."""
    count = 0
    for record in records:
        if record.status == "open":
            perform(actor, record, "confirm", at=at, content=content_of(record.enterprise))
            count += 1
    return count


def close_round(actor: Actor, record: AttestationRound, *, at: datetime, expect: int | None = None) -> AttestationRound:
    """End the round; refused while one firm is missing."""
    return perform(actor, record, "close", at=at, expect=expect)
