"""Many firms at once: the same rows, features and history as one by one, in a few queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from bihuan.enterprises.models import Enterprise, EnterpriseTag, SupervisionPeriod
from bihuan.enterprises.rules.profile import initials
from bihuan.enterprises.services.register import check_fields
from bihuan.enterprises.services.tags import Catalogues, apply_catalogues
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require_at
from bihuan.foundation.audit.services import BATCH, Note, record_many
from bihuan.foundation.lib.events import announce
from bihuan.foundation.lib.problems import Conflict
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.tenancy.services import NewNode, create_organisations


@dataclass(frozen=True)
class NewFirm:
    """A firm to register; credit code and names are checked by whoever builds it."""

    name: str
    code: str
    supervisor_id: int
    division_code: str
    sector: str
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FirmChange:
    """New values for some fields of a known firm, as it was at `version`."""

    enterprise_id: int
    version: int
    fields: dict[str, Any]


def known_codes(codes: Sequence[str]) -> set[str]:
    """Those of the codes that have a file already."""
    found: set[str] = set()
    for start in range(0, len(codes), BATCH):
        found.update(Enterprise.objects.filter(credit_code__in=codes[start : start + BATCH]).values_list("credit_code", flat=True))
    return found


def register_many(actor: Actor, firms: Sequence[NewFirm], *, at: datetime, note: str = "", capability: str = "enterprises.import") -> list[Enterprise]:
    """Open the files of many firms in one transaction; refused whole when one code is known already."""
    for supervisor in {firm.supervisor_id for firm in firms}:
        require_at(actor, capability, supervisor)
    taken = known_codes([firm.code for firm in firms])
    if taken:
        raise Conflict("enterprises.duplicate", f"{len(taken)} 家企业刚刚已由他人建档（如 {min(taken)}），请重新检查后再导入。")
    catalogues, cited = Catalogues.on(local_date(at)), {}
    with transaction.atomic():
        nodes = create_organisations(
            actor, [NewNode("enterprise", f.name, f.code, f.supervisor_id, str(f.fields.get("short_name", ""))) for f in firms], at=at
        )
        made: list[Enterprise] = Enterprise.objects.bulk_create(
            [_unsaved(firm, node, at) for firm, node in zip(firms, nodes, strict=True)], batch_size=BATCH
        )
        SupervisionPeriod.objects.bulk_create(
            [SupervisionPeriod(enterprise=e, supervisor_id=e.supervisor_id, since=at, reason=note or "建档") for e in made], batch_size=BATCH
        )
        tags = []
        for firm in made:
            key = (firm.industry_code, *firm.processes)
            if key not in cited:
                cited[key] = catalogues.automatic(firm.industry_code, firm.processes)
            tags += [EnterpriseTag(enterprise=firm, code=code, source=source, since=at) for code, source in cited[key].items()]
        EnterpriseTag.objects.bulk_create(tags, batch_size=BATCH)
        record_many(actor, "enterprises.import", [
            Note(e, after={"name": f.name, "credit_code": f.code, "supervisor": f.supervisor_id, "sector": f.sector, **f.fields,
                           "tags": sorted(cited[(e.industry_code, *e.processes)])}, note=note)
            for e, f in zip(made, firms, strict=True)
        ], at=at)  # fmt: skip
        announce("enterprises.registered_many", actor=actor, enterprises=made, at=at)
    return made


def _unsaved(firm: NewFirm, node: Organisation, at: datetime) -> Enterprise:
    check_fields({"sector": firm.sector, **firm.fields})
    return Enterprise(
        organisation=node, credit_code=firm.code, name=firm.name, initials=initials(firm.name), division_code=firm.division_code,
        supervisor_id=firm.supervisor_id, reporting_unit_id=firm.supervisor_id, sector=firm.sector, registered_at=at, updated_at=at,
        **firm.fields,
    )  # fmt: skip


def update_many(actor: Actor, changes: Sequence[FirmChange], *, at: datetime, note: str = "", capability: str = "enterprises.import") -> int:
    """Change many files in one transaction; refused whole when one was changed by somebody else since it was read."""
    catalogues = Catalogues.on(local_date(at))
    with transaction.atomic():
        for start in range(0, len(changes), BATCH):
            part = {change.enterprise_id: change for change in changes[start : start + BATCH]}
            rows = Enterprise.objects.visible_to(actor, capability).select_for_update().select_related("organisation").filter(pk__in=part)
            _update_part(actor, list(rows), part, catalogues, at, note)
    return len(changes)


def _update_part(
    actor: Actor, rows: list[Enterprise], part: dict[int, FirmChange], catalogues: Catalogues, at: datetime, note: str
) -> None:
    stale = [row for row in rows if row.version != part[row.pk].version]
    if stale or len(rows) != len(part):
        raise Conflict("enterprises.stale", "预览之后有企业档案被他人修改或移出管辖范围，请重新检查后再导入。")
    names, notes, nodes, retagged = {"updated_at", "version", "initials"}, [], [], []
    for row in rows:
        fields = part[row.pk].fields
        check_fields(fields)
        notes.append(Note(row, before={k: getattr(row, k) for k in fields}, after=fields, note=note))
        for key, value in fields.items():
            setattr(row, key, value)
        row.initials, row.updated_at, row.version = initials(row.name), at, row.version + 1
        names |= set(fields)
        if {"name", "short_name"} & set(fields):
            row.organisation.name, row.organisation.short_name = row.name, row.short_name
            nodes.append(row.organisation)
        if {"industry_code", "processes"} & set(fields):
            retagged.append(row)
    Enterprise.objects.bulk_update(rows, sorted(names), batch_size=100)
    Organisation.objects.bulk_update(nodes, ["name", "short_name"], batch_size=BATCH)
    record_many(actor, "enterprises.import_update", notes, at=at)
    for row in retagged:
        apply_catalogues(actor, row, at=at, catalogues=catalogues)
    announce("enterprises.updated_many", actor=actor, enterprises=rows, at=at)
