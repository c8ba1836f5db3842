"""Who appoints whom: nobody can grant what they lack; an office that reports is handed over, never left vacant (X24-052)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.registry import capabilities
from bihuan.foundation.access.scoping import require_at
from bihuan.foundation.accounts.models import User
from bihuan.foundation.lib.problems import Conflict, Forbidden, Invalid, Problem
from bihuan.foundation.messages.services import notify
from bihuan.foundation.tenancy import services as tenancy
from bihuan.foundation.tenancy.models import Ancestry, Membership, Organisation
from bihuan.foundation.tenancy.roles import role as role_of

RIGHT = "administration.appoint"
# Offices that a campaign counts on: a unit that has one keeps one.
NEVER_VACANT = frozenset({"reporter"})
# The one delegation: the head of a firm staffs the firm (安全生产法第二十一条), also with duties that are not the head's own.
STAFFED_BY = {"principal": frozenset({"safety_director", "safety_manager", "workshop_head", "worker"})}
LONGEST_DEPUTY = timedelta(days=366)


def lacking(actor: Actor, role: str, organisation: Organisation, sectors: Sequence[str] = ()) -> list[str]:
    """Titles of what the role carries and the actor does not hold at that organisation."""
    if actor.kind == "system":
        return []
    above = set(Ancestry.objects.filter(descendant=organisation).values_list("ancestor_id", flat=True))
    wanted = role_of(role)
    own = {a.role.key for a in actor.assignments if a.organisation_id == organisation.pk}
    if actor.scopes is None and any(role in STAFFED_BY.get(key, ()) for key in own):
        return []
    held = [
        a.role for a in actor.assignments
        if a.organisation_id in above and (not a.sectors or (sectors and set(sectors) <= a.sectors))
    ]  # fmt: skip
    missing = [c.title for key, c in capabilities().items() if wanted.grants(key) and not any(r.grants(key) for r in held)]
    return missing if actor.scopes is None else [c.title for key, c in capabilities().items() if wanted.grants(key)]


def appoint(
    actor: Actor, *, user: User, organisation: Organisation, role: str, at: datetime, sectors: Sequence[str] = (), until: datetime | None = None
) -> Membership:
    """Give a person a role. Refused to oneself, and for roles that carry more than one holds."""
    require_at(actor, RIGHT, organisation.pk)
    if actor.user_id == user.pk:
        raise Forbidden("administration.own_appointment", "不能任命自己，请由上级或另一名负责人办理。")
    if missing := lacking(actor, role, organisation, sectors):
        names = "、".join(missing[:3])
        raise Forbidden("administration.beyond_own", f"该角色含有您自己没有的权限（{names}{'等' if len(missing) > 3 else ''}），请由上级或系统运维人员任命。")
    if not user.is_active:
        raise Invalid({"user": ["该账号已停用"]})
    if not organisation.is_active:
        raise Invalid({"organisation": ["该单位已停用"]})
    if until is not None and until <= at:
        raise Invalid({"until": ["期满日期须晚于今天"]})
    if Membership.objects.valid(at).filter(user=user, organisation=organisation, role=role).exists():
        raise Conflict("administration.already_appointed", f"{user.name}已在该单位任此职务。")
    return tenancy.appoint(actor, user=user, organisation=organisation, role=role, at=at, sectors=sectors, until=until)


def dismiss(actor: Actor, appointment: Membership, *, at: datetime, reason: str) -> None:
    """End an appointment, and with it its deputies; the last reporter of a unit is only handed over."""
    require_at(actor, RIGHT, appointment.organisation_id)
    if not reason.strip():
        raise Invalid({"reason": ["请写明免职原因"]})
    if appointment.role in NEVER_VACANT and not _others(appointment, at):
        title = role_of(appointment.role).title
        raise Problem("administration.vacant", f"{appointment.organisation}只有这一名{title}，免职会使岗位空缺、报表无人报送。请改用“交接”。", status=409)
    with transaction.atomic():
        _end(actor, appointment, at=at, note=reason.strip())


def _others(appointment: Membership, at: datetime) -> bool:
    rows = Membership.objects.valid(at).filter(organisation_id=appointment.organisation_id, role=appointment.role, deputy_for=None)
    return bool(rows.filter(user__is_active=True).exclude(pk=appointment.pk).exists())


def _end(actor: Actor, appointment: Membership, *, at: datetime, note: str) -> None:
    row = Membership.objects.get(pk=appointment.pk)
    tenancy.dismiss(actor, row, at=at, note=note)
    for deputy in Membership.objects.valid(at).filter(deputy_for=row):
        tenancy.dismiss(actor, deputy, at=at, note=f"随{note}")


def _in_charge(actor: Actor, appointment: Membership) -> None:
    """Of one's own office, or with the right to appoint there."""
    if appointment.user_id != actor.user_id or actor.kind == "token":
        require_at(actor, RIGHT, appointment.organisation_id)


def _in_force(appointment: Membership, at: datetime) -> Membership:
    row: Membership | None = Membership.objects.valid(at).select_related("organisation", "user").filter(pk=appointment.pk).first()
    if row is None:
        raise Conflict("administration.over", "该任职已经结束。")
    return row


def name_deputy(actor: Actor, appointment: Membership, *, user: User, since: datetime, until: datetime, at: datetime) -> Membership:
    """Let somebody else act in this office for a time (代理); the holder keeps it. Named by the holder, or by who may appoint."""
    _in_charge(actor, appointment)
    row = _in_force(appointment, at)
    faults = {}
    if row.deputy_for_id is not None:
        raise Problem("administration.deputy_of_deputy", "代理人不能再指定代理人。", status=409)
    if user.pk == row.user_id:
        faults["user"] = ["代理人不能是本人"]
    if not user.is_active:
        faults["user"] = ["该账号已停用"]
    if not at - timedelta(days=1) <= since < until <= since + LONGEST_DEPUTY:
        faults["until"] = ["代理期限须从今天起、一年以内"]
    if Membership.objects.valid(until).filter(user=user, organisation=row.organisation, role=row.role).exists():
        faults["user"] = [f"{user.name}已在该单位任此职务"]
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        deputy = tenancy.appoint(
            actor, user=user, organisation=row.organisation, role=row.role, at=at, sectors=row.sectors, deputy_for=row, since=since, until=until
        )
        _tell(actor, deputy, "代理", row.user.name, at)
    return deputy


def hand_over(actor: Actor, appointment: Membership, *, to: User, at: datetime, note: str) -> Membership:
    """交接: the successor takes the office in the same moment in which it ends for the holder; to-dos follow the office."""
    _in_charge(actor, appointment)
    row = _in_force(appointment, at)
    if to.pk == row.user_id or not to.is_active:
        raise Invalid({"user": ["接任人须是另一名启用的人员"]})
    if not note.strip():
        raise Invalid({"note": ["请写明交接事项"]})
    with transaction.atomic():
        _end(actor, row, at=at, note=f"交接给{to.name}：{note.strip()}")
        for deputy in Membership.objects.valid(at).filter(user=to, organisation=row.organisation, role=row.role):
            tenancy.dismiss(actor, deputy, at=at, note="接任")
        successor = tenancy.appoint(actor, user=to, organisation=row.organisation, role=row.role, at=at, sectors=row.sectors)
        _tell(actor, successor, "接任", row.user.name, at)
    return successor


def _tell(actor: Actor, membership: Membership, verb: str, whose: str, at: datetime) -> None:
    title = f"您{verb}{whose}的“{role_of(membership.role).title}”（{membership.organisation}）"
    notify(actor, key=f"administration.{verb}:{membership.pk}", title=title, at=at, to_user_id=membership.user_id, link="/messages/todos/")
