"""Appointing people to safety posts and ending it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.services import grade_firms
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require, require_at
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.problems import Conflict, Problem
from bihuan.personnel.choices import Post
from bihuan.personnel.models import Appointment


def appoint_post(
    actor: Actor, enterprise: Enterprise, *, post: str, person: str, since: date, at: datetime, certificate_no: str = ""
) -> Appointment:
    """Put a person on a post; the firm is graded anew, since empty posts count."""
    require_at(actor, "personnel.edit", enterprise.organisation_id)
    if post not in Post.values:
        raise Problem("personnel.post", "请从列表中选择岗位。", field="post")
    if Appointment.objects.filter(enterprise=enterprise, post=post, person=person, until__isnull=True).exists():
        raise Conflict("personnel.present", f"{person}已在该岗位。", field="person")
    with transaction.atomic():
        row: Appointment = Appointment.objects.create(enterprise=enterprise, post=post, person=person, since=since, certificate_no=certificate_no)
        record(actor, "personnel.appoint", row, at=at, after={"post": post, "person": person, "since": since})
        grade_firms([enterprise], at=at, reason="安全岗位任职变化")
    return row


def end_post(actor: Actor, row: Appointment, *, until: date, at: datetime) -> None:
    """The person leaves the post."""
    require(actor, "personnel.edit", row)
    if until < row.since:
        raise Problem("personnel.until", f"离任日期不能早于任职日期 {row.since}。", field="until")
    with transaction.atomic():
        if not Appointment.objects.filter(pk=row.pk, until__isnull=True).update(until=until):
            raise Conflict("personnel.ended", "该任职已经结束，请刷新页面。")
        record(actor, "personnel.end", row, at=at, after={"until": until})
        grade_firms([row.enterprise], at=at, reason="安全岗位任职变化")
