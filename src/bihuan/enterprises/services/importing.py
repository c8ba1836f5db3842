"""The steps of an import: receive, name the columns, check into staged rows, load in one transaction or give up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from bihuan.enterprises.models import ColumnMemory, EnterpriseImport, ImportRow, ImportState, RowKind
from bihuan.enterprises.rules.columns import BY_KEY, guess_all, mapping_faults, plain
from bihuan.enterprises.services.bulk import FirmChange, NewFirm, register_many, update_many
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require, require_at
from bihuan.foundation.audit.services import record
from bihuan.foundation.jobs.models import JobRun
from bihuan.foundation.lib.problems import Conflict, Problem
from bihuan.foundation.tenancy.models import Organisation

BATCH = 500


def remembered_columns(organisation_id: int) -> dict[str, str]:
    """Header (plain) to field, as this organisation confirmed it before."""
    row = ColumnMemory.objects.filter(organisation_id=organisation_id).first()
    return dict(row.fields) if row else {}


def receive_import(
    actor: Actor, *, file_name: str, stored: str, digest: str, sheet: str, header_row: int, headers: Sequence[str],
    samples: Sequence[Sequence[str]], default_supervisor: Organisation | None, at: datetime,
) -> EnterpriseImport:  # fmt: skip
    """Note an uploaded sheet with a first guess at its columns."""
    home = actor.home or (default_supervisor.pk if default_supervisor else None)
    if home is None:
        raise Problem("enterprises.import_home", "您没有所属单位，不能导入企业；请联系系统运维人员。")
    require_at(actor, "enterprises.import", home)
    if default_supervisor is not None:
        require_at(actor, "enterprises.import", default_supervisor.pk)
    with transaction.atomic():
        source: EnterpriseImport = EnterpriseImport.objects.create(
            organisation_id=home, uploaded_by_id=actor.user_id, uploaded_at=at, file_name=file_name[:160], stored=stored, digest=digest,
            sheet=sheet[:80], header_row=header_row, headers=list(headers), samples=[list(row) for row in samples],
            mapping=guess_all(headers, remembered_columns(home)), default_supervisor=default_supervisor,
        )  # fmt: skip
        record(actor, "enterprises.import_receive", source, at=at, after={"file": file_name, "digest": digest})
    return source


def map_columns(actor: Actor, source: EnterpriseImport, *, mapping: Sequence[str], at: datetime, start: Callable[[], JobRun | None]) -> None:
    """Confirm which column is which field, remember it for the organisation, and start the check."""
    require(actor, "enterprises.import", source)
    faults = mapping_faults(mapping) + [f"没有“{key}”这个字段。" for key in mapping if key and key not in BY_KEY]
    if faults:
        raise Problem("enterprises.import_mapping", "".join(faults))
    with transaction.atomic():
        current = EnterpriseImport.objects.select_for_update().get(pk=source.pk)
        busy = current.job is not None and current.job.is_open
        if current.state in (ImportState.DONE, ImportState.DROPPED, ImportState.LOADING) or busy:
            raise Conflict("enterprises.import_state", f"该文件{current.get_state_display()}，不能再改列对应。")
        memory, _ = ColumnMemory.objects.get_or_create(organisation_id=current.organisation_id)
        memory.fields = memory.fields | {plain(h): key for h, key in zip(current.headers, mapping, strict=True) if h}
        memory.save()
        current.mapping, current.state, current.counts, current.warnings = list(mapping), ImportState.CHECKING, {}, []
        current.job = start()
        current.save()
    source.refresh_from_db()


def begin_check(source: EnterpriseImport) -> None:
    """Clear what an earlier check staged."""
    source.rows.all().delete()


def stage_rows(rows: Sequence[ImportRow]) -> None:
    """Keep a batch of checked rows; the enterprise file is not touched."""
    ImportRow.objects.bulk_create(rows, batch_size=BATCH)


def end_check(source: EnterpriseImport, *, counts: dict[str, int], warnings: Sequence[str], error_file: str) -> None:
    """The check is complete: the import can be confirmed, or its errors mended."""
    EnterpriseImport.objects.filter(pk=source.pk, state=ImportState.CHECKING).update(
        state=ImportState.CHECKED, counts=counts, warnings=list(warnings), error_file=error_file
    )


def confirm_import(actor: Actor, source: EnterpriseImport, *, at: datetime, start: Callable[[], JobRun | None]) -> None:
    """Let the checked rows in: refused while a row is faulty, so that nothing is loaded by halves."""
    require(actor, "enterprises.import", source)
    with transaction.atomic():
        current = EnterpriseImport.objects.select_for_update().get(pk=source.pk)
        if current.counts.get("faulty"):
            raise Problem("enterprises.import_faulty", f"还有 {current.counts['faulty']} 行有错误，请下载错误表改好后重新上传。", status=409)
        if not current.ready:
            raise Conflict("enterprises.import_state", f"该文件{current.get_state_display()}，没有可导入的内容。")
        current.state = ImportState.LOADING
        current.job = start()
        current.save()
    source.refresh_from_db()


def load_import(actor: Actor, source: EnterpriseImport, *, at: datetime) -> tuple[int, int]:
    """Write all rows in ONE transaction and mark the import done in the same one: whole or not at all, and once."""
    note = f"批量导入：{source.file_name}"
    with transaction.atomic():
        if not EnterpriseImport.objects.filter(pk=source.pk, state=ImportState.LOADING).update(state=ImportState.DONE, done_at=at):
            raise Conflict("enterprises.import_state", "该文件已经导入或已放弃。")
        rows = list(source.rows.filter(kind__in=[RowKind.NEW, RowKind.CHANGED]).order_by("number"))
        new = [_firm(row) for row in rows if row.kind == RowKind.NEW]
        changed = [_change(row) for row in rows if row.kind == RowKind.CHANGED]
        register_many(actor, new, at=at, note=note)
        update_many(actor, changed, at=at, note=note)
        record(actor, "enterprises.import_load", source, at=at, after={"new": len(new), "changed": len(changed)})
    return len(new), len(changed)


def _change(row: ImportRow) -> FirmChange:
    assert row.enterprise_id is not None
    assert row.version is not None
    return FirmChange(row.enterprise_id, row.version, dict(row.values))


def _firm(row: ImportRow) -> NewFirm:
    values = dict(row.values)
    return NewFirm(
        name=values.pop("name"), code=row.code, supervisor_id=values.pop("supervisor"), division_code=values.pop("division_code"),
        sector=values.pop("sector"), fields=values,
    )  # fmt: skip


def reopen_import(source: EnterpriseImport) -> None:
    """After a refused load: back to before the check."""
    EnterpriseImport.objects.filter(pk=source.pk, state=ImportState.LOADING).update(state=ImportState.UPLOADED)


def drop_import(actor: Actor, source: EnterpriseImport, *, at: datetime) -> None:
    """Give the import up; its staged rows go."""
    require(actor, "enterprises.import", source)
    with transaction.atomic():
        open_states = [ImportState.UPLOADED, ImportState.CHECKING, ImportState.CHECKED]
        if not EnterpriseImport.objects.filter(pk=source.pk, state__in=open_states).update(state=ImportState.DROPPED):
            raise Conflict("enterprises.import_state", "该文件已经导入或已放弃。")
        source.rows.all().delete()
        record(actor, "enterprises.import_drop", source, at=at)
    source.refresh_from_db()
