"""The double report (双报告): the regulator's receipt and the employees' notice."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.problems import Conflict, Invalid
from bihuan.foundation.messages import todos
from bihuan.foundation.messages.services import mark_read, notify
from bihuan.hazards.models import DoubleReport, Hazard


def open_double_report(actor: Actor, hazard: Hazard, *, at: datetime) -> DoubleReport:
    """Start it as soon as a hazard is (proposed as) major: the bureau is told at once; a second call changes nothing."""
    report, created = DoubleReport.objects.get_or_create(hazard=hazard, defaults={"reported_at": at})
    if created:
        notify(
            actor, key=f"hazards.major:{hazard.pk}", title=f"重大事故隐患报告：{hazard.enterprise.name}", at=at, urgent=True,
            to_capability="hazards.receive", organisation_id=hazard.organisation_id, link=hazard.get_absolute_url(), body=hazard.title,
        )  # fmt: skip
        todos.hand_over(report, capability="hazards.receive", title="回执重大隐患报告", organisation_id=hazard.organisation_id, at=at)
        todos.hand_over(report, capability="hazards.self_notify", title="向职工通报重大隐患", organisation_id=hazard.organisation_id, at=at)
    return report


def drop_double_report(hazard: Hazard, *, at: datetime) -> None:
    """Its to-dos end when the hazard turns out not to be a major one, or not to be one at all; the record stays."""
    report = DoubleReport.objects.filter(hazard=hazard).first()
    if report is not None:
        todos.finish(report, at=at)


def give_receipt(actor: Actor, hazard: Hazard, *, at: datetime) -> DoubleReport:
    """The regulator's receipt, with its time."""
    require(actor, "hazards.receive", hazard)
    report = _report_of(hazard)
    with transaction.atomic():
        if not DoubleReport.objects.filter(pk=report.pk, received_at__isnull=True).update(received_at=at, received_by_id=actor.user_id):
            raise Conflict("hazards.already_received", "该报告已有回执。")
        _note(actor, hazard, "receipt", "监管部门回执", {"received_at": at}, at)
        todos.finish(report, at=at, keep="hazards.self_notify" if report.noticed_at is None else None)
    report.refresh_from_db()
    return report


def notify_employees(actor: Actor, hazard: Hazard, *, text: str, at: datetime) -> DoubleReport:
    """The firm tells its employees; readings are counted from then on."""
    require(actor, "hazards.self_notify", hazard)
    if not text.strip():
        raise Invalid({"text": ["请填写通报内容：隐患位置、危害和现场防范要求"]})
    report = _report_of(hazard)
    with transaction.atomic():
        notice = notify(
            actor, key=f"hazards.employees:{hazard.pk}", title=f"重大事故隐患通报：{hazard.title}", body=text.strip(), at=at,
            to_capability="hazards.read_notice", organisation_id=hazard.organisation_id, link=f"/hazards/{hazard.pk}/notice/",
        )  # fmt: skip
        if not DoubleReport.objects.filter(pk=report.pk, noticed_at__isnull=True).update(
            noticed_at=at, noticed_by_id=actor.user_id, notice=notice, notice_text=text.strip()
        ):
            raise Conflict("hazards.already_noticed", "已向职工通报，无需重复办理。")
        _note(actor, hazard, "notice", "向职工通报", {"noticed_at": at, "text": text.strip()}, at)
        todos.finish(report, at=at, keep="hazards.receive" if report.received_at is None else None)
    report.refresh_from_db()
    return report


def read_notice(actor: Actor, hazard: Hazard, *, at: datetime) -> DoubleReport:
    """An employee has read the notice; the first time counts."""
    require(actor, "hazards.read_notice", hazard)
    report = _report_of(hazard)
    if report.notice is None:
        raise Conflict("hazards.no_notice", "企业尚未发布该隐患的职工通报。")
    mark_read(actor, report.notice, at=at)
    return report


def _report_of(hazard: Hazard) -> DoubleReport:
    report: DoubleReport | None = DoubleReport.objects.select_related("notice").filter(hazard=hazard).first()
    if report is None:
        raise Conflict("hazards.not_major", "只有重大事故隐患需要双报告。")
    return report


def _note(actor: Actor, hazard: Hazard, what: str, title: str, after: dict[str, object], at: datetime) -> None:
    record(actor, f"hazards.double_report.{what}", hazard, at=at, after=after, detail={"title": title})
