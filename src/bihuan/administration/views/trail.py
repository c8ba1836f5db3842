"""角色权限, 审计日志, 搜索."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from bihuan.administration.jobs import verify_chain
from bihuan.administration.models import TrailEntry
from bihuan.foundation.access.pages import SIGNED_IN, BlankPage, Button, DetailPage, FormPage, ListPage
from bihuan.foundation.access.registry import capabilities
from bihuan.foundation.access.search import find
from bihuan.foundation.audit.models import Anchor, Entry
from bihuan.foundation.audit.services import entry_hash
from bihuan.foundation.jobs.services import enqueue
from bihuan.foundation.lib.canonical import canonical_json
from bihuan.foundation.tenancy.roles import all_roles
from bihuan.foundation.web.tables import Column, Filter

TRAIL = "audit.trail"
TRAIL_LIST = ("审计日志", "/administration/trail/")


class RoleCatalogue(BlankPage):
    """角色权限: which role holds what."""

    capability = SIGNED_IN
    heading = "角色权限"
    intro = "角色由角色包定义；本单位可在数据目录的 packs/roles.yaml 中调整，重启后生效。"
    template_name = "administration/roles.html"

    def get_context(self) -> dict[str, Any]:
        """Every role with the titles of what it carries."""
        known = capabilities().values()
        roles = [(role.title, role.key, [c.title for c in known if role.grants(c.key)]) for role in all_roles().values()]
        return super().get_context() | {"roles": roles, "mine": {a.role.key for a in self.actor.assignments}}


class TrailList(ListPage):
    """审计日志."""

    capability = TRAIL
    heading = "审计日志"
    model = TrailEntry
    columns = (
        Column("at", "时间", kind="datetime", sort="at", phone="text"),
        Column("actor_name", "人员", sort="actor_name", phone="title"),
        Column("action", "操作", sort="action", phone="state"),
        Column("record", "记录", value=lambda e: f"{e.kind} {e.subject_id}", url="administration:trail-entry"),
        Column("note", "说明", clamp=True),
        Column("hash", "存证（SM3）", value=lambda e: e.hash[:16]),
        Column("full_hash", "完整存证", value="hash", hidden=True),
    )
    filters = (
        Filter("q", "人员、操作、说明", kind="search", fields=("actor_name", "action", "note")),
        Filter("kind", "记录类别", kind="search", fields=("kind",)),
        Filter("record", "记录编号", kind="search", apply=lambda rows, text: rows.filter(subject_id=int(text)) if text.isdecimal() else rows.none()),
        Filter("at", "时间", kind="dates", field="at"),
    )
    default_order = ("-id",)
    buttons = (Button("校验存证", "/administration/trail/verify/", icon="shield-check", capability=TRAIL),)


class TrailEntryPage(DetailPage):
    """One entry, with the check of its own hash and of its place in the chain."""

    capability = TRAIL
    model = TrailEntry
    template_name = "administration/entry.html"

    def get_queryset(self) -> QuerySet[Any]:
        """The scope alone decides; entries of the system belong to no organisation."""
        return super().get_queryset()

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Show it; sight is all that is asked."""
        return self.render()

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the list."""
        return [TRAIL_LIST, (str(self.object), "")]

    def get_context(self) -> dict[str, Any]:
        """Content as it was hashed."""
        entry = self.object
        before = Entry.objects.filter(kind=entry.kind, subject_id=entry.subject_id, seq=entry.seq - 1).first()
        linked = entry.previous_hash == (before.hash if before else "")
        sealed = Anchor.objects.filter(first_entry_id__lte=entry.pk, last_entry_id__gte=entry.pk).first()
        parts = [(title, canonical_json(value).decode()) for title, value in (("之前", entry.before), ("之后", entry.after), ("其他", entry.detail)) if value is not None]
        return super().get_context() | {"sound": entry_hash(entry) == entry.hash, "linked": linked, "sealed": sealed, "parts": parts}


class VerifyChain(FormPage):
    """校验存证: walks the whole history in the background; the result names the first altered row."""

    capability = TRAIL
    heading = "校验存证"
    intro = "逐条重算全部留痕的 SM3 值和每日锚点，指出第一处被改动的记录。数据多时需要几分钟，可离开本页。"
    form_class = forms.Form
    submit_title = "开始校验"
    success_message = "已开始校验"

    def act(self, form: Any) -> str:
        """In the background."""
        job = enqueue(self.actor, verify_chain, title="校验存证", at=self.at)
        return reverse("jobs:detail", args=[job.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the list."""
        return [TRAIL_LIST, (self.heading, "")]


class Search(BlankPage):
    """搜索: what the person may see, by kind."""

    capability = SIGNED_IN
    heading = "搜索"
    template_name = "administration/search.html"

    def get_context(self) -> dict[str, Any]:
        """The groups that found something."""
        text = " ".join(self.request.GET.get("q", "").split())[:60]
        return super().get_context() | {"text": text, "groups": find(self.actor, text) if len(text) >= 2 else [], "short": 0 < len(text) < 2}
