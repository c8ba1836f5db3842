"""Sending notices out: urgent ones at once, the rest in the daily digest; every one once, retried with back-off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F

from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.access.scoping import who_may
from bihuan.foundation.accounts.models import User
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.messages import channels, todos
from bihuan.foundation.messages.models import Delivery, Notice, Todo
from bihuan.foundation.messages.services import notify
from bihuan.foundation.tenancy.models import Membership

Send = Callable[[str, str, str], bool]
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
# A worker that died while sending leaves a row of which nobody knows whether it went out: it is not sent again.
UNKNOWN_AFTER = timedelta(minutes=15)
DIGEST = "digest:"


def recipients(notice: Notice, at: datetime) -> list[User]:
    """The people a notice is addressed to."""
    if notice.to_user_id is not None:
        return list(User.objects.filter(pk=notice.to_user_id, is_active=True))
    return list(who_may(notice.capability, notice.organisation_id, at=at)) if notice.organisation_id else []


def plan(notice: Notice, *, at: datetime) -> int:
    """Put a notice on its way to everybody it is addressed to, by every channel that reaches them; repeating adds nothing."""
    rows = []
    for channel in channels.channels():
        for user in recipients(notice, at):
            if channel.address_for(user) is None:
                continue
            place = notice.organisation_id or Membership.objects.valid(at).filter(user=user).values_list("organisation_id", flat=True).first()
            if place is not None:
                rows.append(Delivery(notice=notice, user=user, organisation_id=place, channel=channel.name, next_at=at))
    return len(Delivery.objects.bulk_create(rows, ignore_conflicts=True))


def deliver_due(*, at: datetime, limit: int = 200, send: Send = channels.send) -> int:
    """Send what is due; each row is claimed first, so that several workers send it once. Returns how many went out."""
    by_name = {channel.name: channel for channel in channels.channels()}
    give_up_unknown(at=at)
    sent = 0
    for row in Delivery.objects.filter(state=Delivery.WAITING, next_at__lte=at).select_related("notice", "user").order_by("next_at", "pk")[:limit]:
        claim = Delivery.objects.filter(pk=row.pk, state=Delivery.WAITING, attempts=row.attempts)
        if not claim.update(state=Delivery.SENDING, attempts=F("attempts") + 1, next_at=at + UNKNOWN_AFTER):
            continue
        channel = by_name.get(row.channel)
        address = channel.address_for(row.user) if channel else None
        if address is None:
            _fail(row, "渠道已停用，或收件人没有登记邮箱、手机", at)
        elif send(address, row.notice.title, row.notice.body):
            sent += Delivery.objects.filter(pk=row.pk).update(state=Delivery.SENT, sent_at=at, error="")
        elif row.attempts >= len(BACK_OFF):
            _fail(row, "渠道多次未接收", at)
        else:
            Delivery.objects.filter(pk=row.pk).update(state=Delivery.WAITING, next_at=at + BACK_OFF[row.attempts], error="渠道未接收，稍后重试")
    return sent


def give_up_unknown(*, at: datetime) -> None:
    """Rows left by a worker that died while sending."""
    for row in Delivery.objects.filter(state=Delivery.SENDING, next_at__lte=at).select_related("notice"):
        _fail(row, "发送中断，不能确定是否送达；为免重复不再发送", at)


def _fail(row: Delivery, why: str, at: datetime) -> None:
    Delivery.objects.filter(pk=row.pk).update(state=Delivery.FAILED, error=why)
    todos.hand_over(row, capability="messages.deliveries", title="处理未送达的消息", organisation_id=row.organisation_id, at=at)


def daily_digest(*, at: datetime) -> int:
    """One message a person and day: how much is to be done and unread. Running again sends nothing more."""
    if not channels.channels():
        return 0
    made = 0
    for user in User.objects.filter(is_active=True).exclude(email="", phone="").order_by("pk"):
        actor = Actor.of(user, at=at)
        open_todos = Todo.objects.for_actor(actor)
        count, late = open_todos.count(), open_todos.filter(due_at__lt=at).count()
        unread = Notice.objects.visible_to(actor).exclude(key__startswith=DIGEST).filter(created_at__gt=at - timedelta(days=7)).with_read_state(actor).filter(read=False).count()
        key = f"{DIGEST}{user.pk}:{local_date(at)}"
        if not (count or unread) or Notice.objects.filter(key=key).exists():
            continue
        title = f"今日待办 {count} 件（逾期 {late} 件），未读消息 {unread} 条"
        first = "\n".join(todo.title + "：" + todo.subject_title for todo in open_todos[:5])
        plan(notify(system_actor("每日摘要"), key=key, title=title, body=first, at=at, to_user_id=user.pk, link="/messages/todos/"), at=at)
        made += 1
    return made


def remind_overdue(kind: str, subject_id: int, *, clock_id: int, title: str, at: datetime) -> int:
    """Tell whoever has an open to-do on a record that its time is over; once a clock and to-do."""
    rows = Todo.objects.of(kind, subject_id).open()
    for todo in rows:
        notify(system_actor("时限提醒"), key=f"overdue:{clock_id}:{todo.pk}", title=f"已逾期：{todo.title}", body=f"{todo.subject_title}（{title}）",
               at=at, to_capability=todo.capability, organisation_id=todo.organisation_id, link=todo.link, urgent=True)  # fmt: skip
    return len(rows)

