"""Equipment and gas pipelines: registering them, matching the phase-out catalogue, noting leaks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from bihuan.enterprises.models import Enterprise, Equipment, GasPipeline, HazardCandidate, PipelineEvent
from bihuan.enterprises.phase_out import catalogue_on
from bihuan.enterprises.rules.assets import PhaseOut, flagged, match
from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import local_date

SYSTEM = system_actor("资产核对")
LEAK_BASIS = "晋市应急工贸发〔2025〕39号 三(十一)"


def add_equipment(
    actor: Actor, enterprise: Enterprise, *, name: str, at: datetime, model_name: str = "", quantity: int = 1, in_use_since: date | None = None
) -> Equipment:
    """Enter a process or piece of equipment; what the catalogue says of it is noted at once."""
    require(actor, "enterprises.edit", enterprise)
    with transaction.atomic():
        item = Equipment(enterprise=enterprise, name=name, model_name=model_name, quantity=quantity, in_use_since=in_use_since)
        _apply(item, catalogue_on(local_date(at)))
        item.save()
        record(actor, "enterprises.equipment", enterprise, at=at, after={"equipment": str(item), "phase_out": item.phase_out})
    return item


def _apply(item: Equipment, catalogue: Sequence[PhaseOut]) -> bool:
    found = match(f"{item.name}{item.model_name}", catalogue)
    wanted = (found.code, found.eliminate_by, found.source) if found else ("", None, "")
    if wanted == (item.phase_out, item.phase_out_by, item.phase_out_source):
        return False
    item.phase_out, item.phase_out_by, item.phase_out_source = wanted
    return True


def match_catalogue(*, at: datetime, catalogue: Sequence[PhaseOut] | None = None) -> int:
    """Match every firm's equipment anew, after a version of the catalogue was added; returns how many changed."""
    lines = catalogue_on(local_date(at)) if catalogue is None else catalogue
    changed = 0
    with transaction.atomic():
        for item in Equipment.objects.filter(removed_on__isnull=True).select_related("enterprise").iterator(chunk_size=500):
            if _apply(item, lines):
                item.save(update_fields=["phase_out", "phase_out_by", "phase_out_source"])
                record(SYSTEM, "enterprises.phase_out", item.enterprise, at=at, after={"equipment": str(item), "phase_out": item.phase_out})
                changed += 1
    return changed


def remove_equipment(actor: Actor, item: Equipment, *, on: date, at: datetime) -> None:
    """It was taken out of use."""
    require(actor, "enterprises.edit", item.enterprise)
    with transaction.atomic():
        item.removed_on = on
        item.save(update_fields=["removed_on"])
        record(actor, "enterprises.equipment_end", item.enterprise, at=at, after={"equipment": str(item), "removed_on": on})


def add_pipeline(
    actor: Actor, enterprise: Enterprise, *, number: str, installed_on: date, at: datetime, medium: str = "高炉煤气", diameter_mm: int | None = None
) -> GasPipeline:
    """Enter a gas pipeline."""
    require(actor, "enterprises.edit", enterprise)
    if enterprise.pipelines.filter(number=number).exists():
        raise Problem("enterprises.pipeline_known", f"管道编号 {number} 已登记。", field="number", status=409)
    with transaction.atomic():
        pipe: GasPipeline = GasPipeline.objects.create(
            enterprise=enterprise, number=number, installed_on=installed_on, medium=medium, diameter_mm=diameter_mm
        )
        record(actor, "enterprises.pipeline", enterprise, at=at, after={"pipeline": str(pipe)})
    return pipe


def note_pipeline(actor: Actor, pipe: GasPipeline, *, kind: str, on: date, at: datetime, note: str = "") -> PipelineEvent:
    """An inspection, leak or repair; a second leak within twelve months without a plan opens a candidate."""
    require(actor, "enterprises.edit", pipe.enterprise)
    if on < pipe.installed_on or on > local_date(at):
        raise Problem("enterprises.pipeline_day", f"日期须在投用日期 {pipe.installed_on} 与今天之间。", field="on")
    with transaction.atomic():
        event: PipelineEvent = PipelineEvent.objects.create(pipeline=pipe, kind=kind, on=on, note=note)
        record(actor, "enterprises.pipeline_event", pipe.enterprise, at=at, after={"pipeline": str(pipe), "kind": kind, "on": on}, note=note)
        check_pipeline(pipe, at=at)
    return event


def plan_replacement(actor: Actor, pipe: GasPipeline, *, on: date, at: datetime) -> None:
    """The pipeline will be replaced by a day; that lifts the flag."""
    require(actor, "enterprises.edit", pipe.enterprise)
    with transaction.atomic():
        pipe.replacement_planned_on = on
        pipe.save(update_fields=["replacement_planned_on"])
        record(actor, "enterprises.pipeline_plan", pipe.enterprise, at=at, after={"pipeline": str(pipe), "replacement_planned_on": on})
        check_pipeline(pipe, at=at)


def is_flagged(pipe: GasPipeline, *, on: date) -> bool:
    """Whether it leaked twice within twelve months and has no plan of replacement."""
    leaks = pipe.events.filter(kind="leak").values_list("on", flat=True)
    return pipe.retired_on is None and flagged(leaks, planned=pipe.replacement_planned_on is not None, on=on)


def check_pipeline(pipe: GasPipeline, *, at: datetime) -> None:
    """Open or settle the candidate of a pipeline."""
    source = {"kind": "pipeline_leaks", "source_kind": pipe._meta.label_lower, "source_id": pipe.pk}
    known = HazardCandidate.objects.filter(cleared_at__isnull=True, **source).first()
    now = is_flagged(pipe, on=local_date(at))
    if now and known is None:
        title = f"{pipe}12个月内泄漏2次及以上，未列更换计划"
        HazardCandidate.objects.create(enterprise=pipe.enterprise, title=title, basis=LEAK_BASIS, noticed_at=at, **source)
    elif known is not None and not now:
        known.cleared_at, known.cleared_reason = at, "已列更换计划或已停用" if pipe.replacement_planned_on or pipe.retired_on else "12个月内不足2次"
        known.save(update_fields=["cleared_at", "cleared_reason"])
