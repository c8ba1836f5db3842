"""Every write to visits and problem lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.canonical import canonical_json, plain_json
from bihuan.foundation.lib.problems import Invalid, Problem
from bihuan.foundation.lib.sm3 import sm3_hex
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.engine import open_loop, perform
from bihuan.inspections.choices import SignerRole
from bihuan.inspections.models import ProblemList, ProblemListSignature, Visit

# What was done without signal may be entered this much later (72 h, as long as an offline task pack lives).
LATE_ENTRY = timedelta(hours=72)


def start_visit(
    actor: Actor, *, enterprise: Enterprise, kind: str, level: str, body: Organisation, started_at: datetime, at: datetime,
    inspectors: Sequence[str], host_body: Organisation | None = None, basis: str = "", captured_at: datetime | None = None,
) -> Visit:  # fmt: skip
    """Open a visit; at least two inspectors (安全生产法第六十七条), a cross visit names its host body."""
    names = [n.strip() for n in inspectors if n.strip()]
    if len(set(names)) < 2:
        raise Invalid({"inspectors": ["现场检查须由两名以上人员进行，请填写全部检查人员姓名"]})
    if started_at > at + timedelta(minutes=5):
        raise Invalid({"started_at": ["检查时间不能晚于现在"]})
    if at - started_at > LATE_ENTRY:
        raise Invalid({"started_at": ["检查超过 72 小时才补录，请由本单位负责人在“更正”中说明情况后登记"]})
    if kind == "cross" and host_body is None:
        raise Invalid({"host_body": ["交叉检查须填写受检县单位，由其作出处理决定"]})
    visit = Visit(
        organisation=enterprise.organisation, enterprise=enterprise, unit=enterprise.reporting_unit, kind=kind, level=level,
        body=body, host_body=host_body, started_at=started_at, inspectors=names, basis=basis,
    )  # fmt: skip
    return open_loop(actor, visit, at=at, capability="inspections.visit", captured_at=captured_at)


def make_problem_list(actor: Actor, visit: Visit, *, rows: Sequence[dict[str, Any]], at: datetime) -> ProblemList:
    """Freeze the list that will be signed. Each row: description, evidence, basis, type, note; a row without basis is refused."""
    require(actor, "inspections.sign", visit)
    if visit.status != "under_way":
        raise Problem("inspections.concluded", "检查已办结，清单不能再改；如有错漏请登记更正。", status=409)
    faults = [f"第 {i} 条没有填写判定依据" for i, row in enumerate(rows, 1) if not str(row.get("basis", "")).strip()]
    faults += [f"第 {i} 条没有隐患描述" for i, row in enumerate(rows, 1) if not str(row.get("description", "")).strip()]
    if faults:
        raise Invalid({"rows": faults})
    content = plain_json(
        {"enterprise": visit.enterprise.name, "checked_at": visit.started_at, "inspectors": visit.inspectors, "rows": list(rows)}
    )
    with transaction.atomic():
        last = ProblemList.objects.filter(visit=visit).aggregate(last=Max("revision"))["last"] or 0
        made = ProblemList.objects.create(
            visit=visit, revision=last + 1, content=content, digest=sm3_hex(canonical_json(content)), made_at=at
        )
        record(actor, "inspections.problem_list", visit, at=at, after={"revision": made.revision, "digest": made.digest, "rows": len(rows)})
    return made


def sign_problem_list(
    actor: Actor, problem_list: ProblemList, *, role: str, name: str, at: datetime, refused: bool = False, reason: str = "", witness: str = ""
) -> ProblemListSignature:
    """Sign the latest revision, or note a refusal with reason and witness."""
    visit = problem_list.visit
    require(actor, "inspections.sign", visit)
    newest = visit.problem_lists.aggregate(last=Max("revision"))["last"]
    if newest != problem_list.revision:
        raise Problem("inspections.superseded", f"清单已有第 {newest} 版，请在最新一版上签字。", status=409)
    if sm3_hex(canonical_json(problem_list.content)) != problem_list.digest:
        raise Problem("inspections.tampered", "清单内容与摘要不符，不能签字；请联系系统运维人员核查。", status=409)
    if refused and not (reason.strip() and witness.strip()):
        raise Invalid({"reason": ["拒签须写明原因并有见证人"]})
    if role not in SignerRole.values or not name.strip():
        raise Invalid({"name": ["请填写签字人姓名和身份"]})
    with transaction.atomic():
        signature: ProblemListSignature = ProblemListSignature.objects.create(
            problem_list=problem_list, role=role, name=name.strip(), refused=refused, reason=reason, witness=witness,
            digest=problem_list.digest, signed_at=at,
        )  # fmt: skip
        record(actor, "inspections.signed", visit, at=at,
               after={"role": role, "name": name, "refused": refused, "digest": problem_list.digest}, note=reason)  # fmt: skip
    return signature


def conclude_visit(actor: Actor, visit: Visit, *, ended_at: datetime, at: datetime) -> Visit:
    """Close the visit once the latest list carries the signatures."""
    return perform(actor, visit, "conclude", at=at, ended_at=ended_at)
