"""Registering firms, changing their file, and moving them between supervising bodies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from bihuan.enterprises.choices import PairingRole
from bihuan.enterprises.models import Enterprise, SupervisionPeriod
from bihuan.enterprises.rules.profile import initials
from bihuan.enterprises.services.tags import apply_catalogues
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require, require_at
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib import credit_code
from bihuan.foundation.lib.canonical import plain_json
from bihuan.foundation.lib.events import announce
from bihuan.foundation.lib.problems import Conflict, Invalid, Problem
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.tenancy.services import create_organisation, move_organisation

EDITABLE = frozenset(
    {
        "name", "short_name", "division_code", "ownership", "scale", "above_scale", "industry_code", "sector", "headcount",
        "dust_workers", "address", "principal_name", "principal_phone", "safety_contact", "safety_phone", "status",
        "standardisation_level", "processes",
    }
)  # fmt: skip


CHOSEN = ("sector", "ownership", "scale", "status")
"""Fields that take one of their choices."""


def check_fields(fields: Mapping[str, Any]) -> None:
    """Refuse unknown fields (a fault of the program) and values outside their choices (what somebody sent)."""
    unknown = set(fields) - EDITABLE
    if unknown:
        raise TypeError(f"unknown fields {sorted(unknown)}")
    errors: dict[str, list[str]] = {}
    for name in CHOSEN:
        column: Any = Enterprise._meta.get_field(name)
        known = {str(value): str(label) for value, label in column.choices or ()}
        if name in fields and fields[name] not in known:
            errors[name] = [f"{column.verbose_name}没有“{fields[name]}”这个选项，可选：{'、'.join(f'{k}（{v}）' for k, v in known.items())}。"]
    if errors:
        raise Invalid(errors)


def register_enterprise(
    actor: Actor, *, name: str, code: str, supervisor: Organisation, division_code: str, sector: str, at: datetime,
    direct_reporting: bool = False, **fields: Any,
) -> Enterprise:  # fmt: skip
    """Open the file of a firm under its lead supervising body; refuses a faulty or known credit code (GB 32100-2015)."""
    require_at(actor, "enterprises.edit", supervisor.pk)
    code = credit_code.normalise(code)
    fault = credit_code.check(code)
    if fault:
        raise Problem("enterprises.credit_code", fault, field="credit_code")
    known = Enterprise.objects.filter(credit_code=code).first()
    if known is not None:
        raise Conflict("enterprises.duplicate", f"统一社会信用代码 {code} 已建档：{known.name}。请直接打开该企业档案。", field="credit_code")
    check_fields({"sector": sector, **fields})
    with transaction.atomic():
        node = create_organisation(
            actor, kind="enterprise", name=name, short_name=str(fields.get("short_name", "")), code=code, parent=supervisor, at=at
        )
        enterprise = Enterprise.objects.create(
            organisation=node, credit_code=code, name=name, initials=initials(name), division_code=division_code, supervisor=supervisor,
            reporting_unit=node if direct_reporting else supervisor, direct_reporting=direct_reporting, sector=sector,
            registered_at=at, updated_at=at, **fields,
        )  # fmt: skip
        SupervisionPeriod.objects.create(enterprise=enterprise, supervisor=supervisor, since=at, reason="建档")
        record(actor, "enterprises.register", enterprise, at=at,
               after={"name": name, "credit_code": code, "supervisor": supervisor.pk, "sector": sector, **fields})  # fmt: skip
        apply_catalogues(actor, enterprise, at=at)
        announce("enterprises.registered", actor=actor, enterprise=enterprise, at=at)
    return enterprise


def update_enterprise(actor: Actor, enterprise: Enterprise, *, at: datetime, expect: int | None = None, note: str = "", **fields: Any) -> Enterprise:
    """Change fields of the file; `expect` is the version the person saw."""
    require(actor, "enterprises.edit", enterprise)
    check_fields(fields)
    with transaction.atomic():
        current: Enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
        if expect is not None and expect != current.version:
            raise Conflict("enterprises.stale", "该企业档案刚刚已被他人修改，请核对后再保存。")
        before = {k: getattr(current, k) for k in fields}
        changed = {k: v for k, v in fields.items() if plain_json(before[k]) != plain_json(v)}
        if not changed:
            return current
        for key, value in changed.items():
            setattr(current, key, value)
        current.initials = initials(current.name)
        current.updated_at, current.version = at, current.version + 1
        current.save()
        if "name" in changed or "short_name" in changed:
            type(current.organisation).objects.filter(pk=current.organisation_id).update(name=current.name, short_name=current.short_name)
        record(actor, "enterprises.update", current, at=at, before={k: before[k] for k in changed}, after=changed, note=note)
        if {"industry_code", "processes"} & set(changed):
            apply_catalogues(actor, current, at=at)
        announce("enterprises.updated", actor=actor, enterprise=current, changed=sorted(changed), at=at)
    return current


def transfer_supervision(actor: Actor, enterprise: Enterprise, *, to: Organisation, at: datetime, reason: str) -> Enterprise:
    """Give the firm another lead supervising body; past records keep the unit they were made under."""
    require(actor, "enterprises.transfer", enterprise)
    require_at(actor, "enterprises.transfer", to.pk)
    if enterprise.supervisor_id == to.pk:
        raise Problem("enterprises.same_supervisor", f"{enterprise.name} 现在就由 {to} 牵头监管。", field="to")
    if to.kind == "enterprise":
        raise Problem("enterprises.not_a_bureau", "牵头监管单位须为应急管理部门或开发区。", field="to")
    with transaction.atomic():
        current: Enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
        SupervisionPeriod.objects.filter(enterprise=current, until__isnull=True).update(until=at)
        SupervisionPeriod.objects.create(enterprise=current, supervisor=to, since=at, reason=reason)
        before = current.supervisor_id
        move_organisation(actor, current.organisation, parent=to, at=at, note=reason)
        current.supervisor = to
        if not current.direct_reporting:
            current.reporting_unit = to
        current.updated_at, current.version = at, current.version + 1
        current.save()
        record(actor, "enterprises.transfer", current, at=at, before={"supervisor": before}, after={"supervisor": to.pk}, note=reason)
    return current


def set_pairing_role(actor: Actor, enterprise: Enterprise, *, role: str, at: datetime) -> None:
    """Note the firm's part in paired help; called by assistance, which keeps the pairings."""
    if role not in PairingRole.values:
        raise ValueError(role)
    before = enterprise.pairing_role
    if before == role:
        return
    with transaction.atomic():
        Enterprise.objects.filter(pk=enterprise.pk).update(pairing_role=role)
        enterprise.pairing_role = role
        record(actor, "enterprises.pairing", enterprise, at=at, before={"pairing_role": before}, after={"pairing_role": role})
