"""Every write to visits and problem lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.db.models import F, Max

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.attachments.services import attach
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.audit.services import record
from bihuan.foundation.documents.models import IssuedCopy
from bihuan.foundation.documents.services import issue_copy
from bihuan.foundation.lib.canonical import canonical_json, plain_json
from bihuan.foundation.lib.problems import Conflict, Invalid, Problem
from bihuan.foundation.lib.sm3 import sm3_hex
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.engine import open_loop, perform
from bihuan.hazards.models import Hazard
from bihuan.hazards.services import report_hazard
from bihuan.inspections.choices import SignerRole, VisitKind, VisitLevel
from bihuan.inspections.models import ProblemList, ProblemListSignature, Visit
from bihuan.inspections.rules import LEVELS_OF_KIND, ORIGIN_OF_KIND, level_of_body
from bihuan.reference.models import CriterionVersion

# What was done without signal may be entered this much later (72 h, as long as an offline task pack lives).
LATE_ENTRY = timedelta(hours=72)
CLOCK_SLACK = timedelta(minutes=5)


def start_visit(
    actor: Actor, *, enterprise: Enterprise, kind: str, level: str, body: Organisation, started_at: datetime, at: datetime,
    inspectors: Sequence[str], host_body: Organisation | None = None, basis: str = "", campaign: str = "",
    captured_at: datetime | None = None,
) -> Visit:  # fmt: skip
    """Open a visit; at least two inspectors (安全生产法第六十七条), a cross visit names its host body."""
    names = list(dict.fromkeys(n.strip() for n in inspectors if n.strip()))
    errors = _faults_of_body(kind, level, body, host_body)
    if len(names) < 2:
        errors["inspectors"] = ["现场检查须由两名以上人员进行，请填写全部检查人员姓名"]
    if started_at > at + CLOCK_SLACK:
        errors["started_at"] = ["检查时间不能晚于现在"]
    if at - started_at > LATE_ENTRY:
        errors["started_at"] = [
            "检查开始已超过 72 小时，不能补录；请重新到现场核查后登记。已上报的周调度数如有遗漏，请在周报中登记“更正”并说明原因"
        ]
    if errors:
        raise Invalid(errors, code="inspections.start_invalid")
    visit = Visit(
        organisation=enterprise.organisation, enterprise=enterprise, unit=enterprise.reporting_unit, kind=kind, level=level,
        body=body, host_body=host_body, started_at=started_at, inspectors=names, basis=basis.strip(), campaign=campaign.strip(),
    )  # fmt: skip
    return open_loop(actor, visit, at=at, capability="inspections.visit", captured_at=captured_at)


def _faults_of_body(kind: str, level: str, body: Organisation, host_body: Organisation | None) -> dict[str, list[str]]:
    if kind not in VisitKind.values:
        return {"kind": [f"检查方式只能是：{'、'.join(VisitKind.labels)}"]}
    if level not in LEVELS_OF_KIND[kind]:
        allowed = "、".join(VisitLevel(each).label for each in LEVELS_OF_KIND[kind])
        return {"level": [f"“{VisitKind(kind).label}”的层级只能是：{allowed}"]}
    parent = body.parent.kind if body.kind == "department" and body.parent else ""
    if level_of_body(body.kind, parent) != level:
        return {"body": [f"“{body}”不是{VisitLevel(level).label}单位，请核对检查单位或层级"]}
    if kind == VisitKind.CROSS and host_body is None:
        return {"host_body": ["交叉检查须填写受检县单位，由其作出处理决定"]}
    if kind == VisitKind.CROSS and host_body == body:
        return {"body": ["交叉检查由外县检查组开展，检查单位不能是受检单位自己"]}
    return {}


def record_finding(
    actor: Actor, visit: Visit, *, level: str, title: str, description: str, at: datetime, basis: str = "", place: str = "",
    evidence: str = "", criterion: CriterionVersion | None = None, photos: Sequence[File[bytes]] = (),
    captured_at: datetime | None = None,
) -> Hazard:  # fmt: skip
    """Enter a finding of the visit as a hazard, found when the visit began; photos become its pictures of before."""
    require(actor, "inspections.visit", visit)
    with transaction.atomic():
        _hold(visit)
        hazard = report_hazard(
            actor, enterprise=visit.enterprise, origin=ORIGIN_OF_KIND[visit.kind], level=level, title=title, description=description,
            found_at=visit.started_at, at=at, checking_body=visit.body, criterion=criterion, basis=basis, place=place,
            evidence=evidence, source=visit, captured_at=captured_at,
        )  # fmt: skip
        for photo in photos:
            attach(actor, hazard, photo, purpose="before", at=at)
    return hazard


def _hold(visit: Visit) -> None:
    """Make sure that the visit is still under way, and that who concludes it meanwhile learns of the change."""
    if not Visit.objects.filter(pk=visit.pk, status="under_way").update(version=F("version") + 1):
        raise Problem("inspections.concluded", "检查已办结，清单不能再改；如有错漏请登记更正。", status=409)
    visit.refresh_from_db(fields=["version", "status"])


def rows_of_findings(visit: Visit, notes: Mapping[int, str] | None = None) -> list[dict[str, Any]]:
    """The rows of the problem list, from the visit's hazards; the photos are named by their SM3, so that the digest holds them."""
    hazards = list(visit.findings().select_related("criterion"))
    photos: dict[int, list[str]] = {}
    for picture in Attachment.objects.of_all(hazards).with_purpose("before"):
        photos.setdefault(picture.owner_id, []).append(picture.sm3)
    return [
        {
            "hazard": hazard.pk, "number": hazard.number, "description": hazard.description, "basis": hazard.basis_text,
            "evidence": hazard.evidence or (f"现场照片{len(photos[hazard.pk])}张" if hazard.pk in photos else "检查记录"),
            "type": "重大" if hazard.is_major else "一般", "note": (notes or {}).get(hazard.pk, "").strip(),
            "photos": photos.get(hazard.pk, []),
        }
        for hazard in hazards
    ]  # fmt: skip


def make_problem_list(actor: Actor, visit: Visit, *, rows: Sequence[Mapping[str, Any]], at: datetime) -> ProblemList:
    """Freeze the list that will be signed. Each row: description, evidence, basis, type, note; a row without basis is refused."""
    require(actor, "inspections.sign", visit)
    faults = [f"第 {i} 条没有填写判定依据" for i, row in enumerate(rows, 1) if not str(row.get("basis", "")).strip()]
    faults += [f"第 {i} 条没有隐患描述" for i, row in enumerate(rows, 1) if not str(row.get("description", "")).strip()]
    if faults:
        raise Invalid({"rows": faults}, code="inspections.rows_invalid")
    content = plain_json({
        "enterprise": visit.enterprise.name, "checked_at": visit.started_at, "inspectors": visit.inspectors,
        "campaign": visit.campaign, "rows": [dict(row) for row in rows],
    })  # fmt: skip
    with transaction.atomic():
        _hold(visit)
        last = ProblemList.objects.filter(visit=visit).aggregate(last=Max("revision"))["last"] or 0
        made = ProblemList.objects.create(
            visit=visit, revision=last + 1, content=content, digest=sm3_hex(canonical_json(content)), made_at=at
        )
        record(actor, "inspections.problem_list", visit, at=at, detail={"title": f"生成问题隐患清单第 {made.revision} 版"},
               after={"revision": made.revision, "digest": made.digest, "rows": len(rows)})  # fmt: skip
    return made


def sign_problem_list(
    actor: Actor, problem_list: ProblemList, *, role: str, name: str, at: datetime, refused: bool = False, reason: str = "",
    witness: str = "", picture: bytes = b"",
) -> ProblemListSignature:  # fmt: skip
    """Sign the latest revision, or note a refusal with reason and witness. `picture` is the handwriting as PNG."""
    visit = problem_list.visit
    require(actor, "inspections.sign", visit)
    name = name.strip()
    errors = _faults_of_signature(visit, role, name, refused, reason, witness)
    if errors:
        raise Invalid(errors, code="inspections.signature_invalid")
    if sm3_hex(canonical_json(problem_list.content)) != problem_list.digest:
        raise Problem("inspections.tampered", "清单内容与摘要不符，不能签字；请联系系统运维人员核查。", status=409)
    try:
        with transaction.atomic():
            _hold(visit)
            newest = visit.problem_lists.aggregate(last=Max("revision"))["last"]
            if newest != problem_list.revision:
                raise Problem("inspections.superseded", f"清单已有第 {newest} 版，请在最新一版上签字。", status=409)
            image = _keep_picture(actor, visit, role, name, picture, at) if picture else None
            signature: ProblemListSignature = ProblemListSignature.objects.create(
                problem_list=problem_list, role=role, name=name, refused=refused, reason=reason.strip(), witness=witness.strip(),
                digest=problem_list.digest, signed_at=at, picture_id=image.pk if image else None, picture_sm3=image.sm3 if image else "",
            )  # fmt: skip
            title = f"{name}（{SignerRole(role).label}）{'拒签' if refused else '签字'}"
            record(actor, "inspections.signed", visit, at=at, note=reason.strip(), detail={"title": title},
                   after={"role": role, "name": name, "refused": refused, "witness": witness.strip(), "digest": problem_list.digest,
                          "picture": signature.picture_sm3})  # fmt: skip
    except IntegrityError:
        raise Conflict("inspections.signed_twice", f"{name}已在这一版清单上签过字。", field="name") from None
    return signature


def _faults_of_signature(visit: Visit, role: str, name: str, refused: bool, reason: str, witness: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if role not in SignerRole.values or not name:
        errors["name"] = ["请填写签字人姓名和身份"]
    elif role == SignerRole.INSPECTOR and name not in visit.inspectors:
        errors["name"] = [f"{name}不是本次检查人员（{'、'.join(visit.inspectors)}），请核对"]
    elif role != SignerRole.INSPECTOR and name in visit.inspectors:
        errors["name"] = ["检查人员不能代企业负责人或见证人签字"]
    if refused and role != SignerRole.FIRM:
        errors["refused"] = ["拒签只适用于企业负责人"]
    if refused and not (reason.strip() and witness.strip()):
        errors["reason"] = ["拒签须写明原因并有见证人"]
    if refused and witness.strip() == name:
        errors["witness"] = ["见证人须是另外一人"]
    return errors


def _keep_picture(actor: Actor, visit: Visit, role: str, name: str, picture: bytes, at: datetime) -> Attachment:
    upload = ContentFile(picture, name=f"{name}_{SignerRole(role).label}签名.png")
    return attach(actor, visit, upload, purpose="signature", at=at, captured_at=at)


@dataclass(frozen=True)
class Verdict:
    """Whether a list and its signatures are still what was put before the signers."""

    sound: bool
    message: str


def verify_problem_list(problem_list: ProblemList) -> Verdict:
    """Compare content, digest, history and signatures of one revision."""
    if sm3_hex(canonical_json(problem_list.content)) != problem_list.digest:
        return Verdict(False, "清单内容与摘要不符，内容已被改动")
    entries = [e.after or {} for e in Entry.objects.of(problem_list.visit) if e.action == "inspections.problem_list"]
    sealed = next((e.get("digest") for e in entries if e.get("revision") == problem_list.revision), None)
    if sealed != problem_list.digest:
        return Verdict(False, "清单摘要与审计日志不一致，登记信息被改动")
    signed = list(problem_list.signatures.all())
    if any(row.digest != problem_list.digest for row in signed):
        return Verdict(False, "有签字不是签在这份内容上")
    pictures = dict(Attachment.objects.filter(pk__in=[row.picture_id for row in signed if row.picture_id]).values_list("pk", "sm3"))
    if any(row.picture_id and pictures.get(row.picture_id) != row.picture_sm3 for row in signed):
        return Verdict(False, "签名图片与签字记录不一致")
    return Verdict(True, "内容与签字时一致")


def conclude_visit(actor: Actor, visit: Visit, *, ended_at: datetime, at: datetime, expect: int | None = None) -> Visit:
    """Close the visit once the latest list carries the signatures."""
    return perform(actor, visit, "conclude", at=at, expect=expect, ended_at=ended_at)


def void_visit(actor: Actor, visit: Visit, *, reason: str, at: datetime, expect: int | None = None) -> Visit:
    """Take a visit that was entered by mistake out of every figure; refused while hazards hang on it."""
    if visit.findings().exists():
        raise Problem("inspections.has_findings", "该次检查已登记隐患，不能作废；请先在隐患页面撤销误登的隐患。", status=409)
    return perform(actor, visit, "void", at=at, expect=expect, note=reason)


def issue_problem_list(actor: Actor, problem_list: ProblemList, *, content: bytes, at: datetime) -> IssuedCopy:
    """Keep the printed 附件5 as issued; only the revision in force, and only once the visit is concluded."""
    visit = problem_list.visit
    require(actor, "inspections.sign", visit)
    newest = visit.latest_list()
    if visit.status != "concluded" or newest is None or newest.pk != problem_list.pk:
        raise Problem("inspections.not_concluded", "检查签字办结后才能制发清单；请先完成签字和办结。", status=409)
    verdict = verify_problem_list(problem_list)
    if not verdict.sound:
        raise Problem("inspections.tampered", f"{verdict.message}，不能制发；请联系系统运维人员核查。", status=409)
    return issue_copy(
        actor, kind="inspections.annex5", subject=visit, organisation_id=visit.organisation_id, title="检查问题隐患清单",
        filename=f"检查问题隐患清单_{visit.enterprise.name}_第{problem_list.revision}版.docx", content=content, at=at,
    )  # fmt: skip
