"""My to-dos and messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from bihuan.foundation.access.pages import BlankPage, Button, ListPage, Page
from bihuan.foundation.lib.problems import NotFound
from bihuan.foundation.lib.times import end_of_day, local_date
from bihuan.foundation.messages.models import Delivery, Notice, Todo
from bihuan.foundation.messages.services import mark_all_read, mark_read
from bihuan.foundation.web.formats import Due
from bihuan.foundation.web.tables import Column, Filter, Tab


class TodoList(ListPage):
    """我的待办: what I have to do, by deadline; done ones for looking back."""

    capability = "messages.view"
    heading = "我的待办"
    model = Todo
    columns = (
        Column("title", "待办事项", url=lambda t: t.link or None, phone="title"),
        Column("subject_title", "对象", clamp=True, phone="text"),
        Column("organisation", "单位", value="organisation"),
        Column("created_at", "产生时间", kind="datetime", sort="created_at"),
        Column("due_at", "期限", value=lambda t: Due(t.due_at, done=t.done_at is not None), kind="due", sort="due_at", phone="due"),
    )
    filters = (Filter("q", "事项、对象", kind="search", fields=("title", "subject_title")),)
    default_order = ("due_at", "created_at")
    empty_text = "没有待办"
    empty_good = True

    def get_tabs(self) -> Sequence[Tab]:
        """Overdue and due-today depend on the time of asking."""
        today = end_of_day(local_date(self.at))
        return (
            Tab("open", "待办", when=Q(done_at=None)),
            Tab("today", "今日到期", when=Q(done_at=None, due_at__gte=self.at, due_at__lte=today)),
            Tab("late", "逾期", when=Q(done_at=None, due_at__lt=self.at), hot=True),
            Tab("done", "已办", when=Q(done_at__isnull=False)),
        )

    def get_queryset(self) -> QuerySet[Any]:
        """With the organisation's name."""
        return super().get_queryset().select_related("organisation")


class NoticeList(ListPage):
    """消息."""

    capability = "messages.view"
    heading = "消息"
    model = Notice
    columns = (
        Column("title", "标题", url=lambda n: f"/messages/{n.pk}/", phone="title"),
        Column("body", "内容", clamp=True, phone="text"),
        Column("read", "状态", value=lambda n: ("已读", "gray") if n.read else ("未读", "blue"), kind="status", phone="state"),
        Column("created_at", "时间", kind="datetime", sort="created_at"),
    )
    filters = (Filter("q", "标题、内容", kind="search", fields=("title", "body")),)
    default_order = ("-created_at",)
    empty_text = "没有消息"
    buttons = (Button("全部标为已读", "/messages/read/", icon="check", post=True),)

    def get_queryset(self) -> QuerySet[Any]:
        """With whether I have read it."""
        rows: Any = super().get_queryset()
        marked: QuerySet[Any] = rows.with_read_state(self.actor)
        return marked


class NoticeOpen(BlankPage):
    """Open a message: it counts as read, and leads to its record."""

    capability = "messages.view"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Mark as read and go on."""
        rows: Any = Notice.objects.visible_to(self.actor)
        notice = rows.filter(pk=self.kwargs["pk"]).first()
        if notice is None:
            raise NotFound("messages.not_found", "没有找到这条消息。")
        mark_read(self.actor, notice, at=self.at)
        return self.go_to(notice.link or "/messages/")


class ReadAll(Page):
    """全部标为已读."""

    capability = "messages.view"

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Mark and go back."""
        count = mark_all_read(self.actor, at=self.at)
        return self.go_to("/messages/", f"已将 {count} 条消息标为已读")


class DeliveryList(ListPage):
    """外发记录: what went out, and what did not arrive."""

    capability = "messages.deliveries"
    heading = "外发记录"
    model = Delivery
    columns = (
        Column("notice", "消息", value="notice.title", phone="title", clamp=True),
        Column("user", "收件人", value="user.name", phone="text"),
        Column("channel", "渠道", sort="channel"),
        Column("state", "状态", value=lambda d: (d.get_state_display(), {"sent": "green", "failed": "red"}.get(d.state, "gray")), kind="status", phone="state"),
        Column("attempts", "次数", kind="number"),
        Column("error", "原因", clamp=True),
        Column("sent_at", "送达时间", kind="datetime", sort="sent_at"),
    )
    filters = (Filter("q", "消息、收件人", kind="search", fields=("notice__title", "user__name")), Filter("state", "状态", choices=Delivery.STATES))
    default_order = ("-id",)
    empty_text = "没有外发记录"

    def get_queryset(self) -> QuerySet[Any]:
        """With titles and names."""
        return super().get_queryset().select_related("notice", "user")
