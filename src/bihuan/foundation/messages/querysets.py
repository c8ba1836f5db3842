"""Queries on to-dos and notices."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.registry import capabilities
from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.foundation.tenancy.models import Ancestry


def addressed_to(actor: Actor) -> Q:
    """Rows addressed to (capability, organisation) that the actor answers for."""
    condition = Q(pk__in=[])
    for assignment in actor.assignments:
        held = [key for key in capabilities() if assignment.role.grants(key) and (actor.scopes is None or key in actor.scopes)]
        beneath = Ancestry.objects.filter(ancestor_id=assignment.organisation_id).values("descendant_id")
        condition |= Q(capability__in=held, organisation_id__in=beneath)
    return condition


class TodoQuerySet(models.QuerySet[Any]):
    """To-dos (待办): one row per record and capability; the people are computed when asked."""

    view_capability: ClassVar[str | None] = "messages.view"
    organisation_path: ClassVar[str] = "organisation"
    sector_path: ClassVar[str | None] = None

    def open(self) -> TodoQuerySet:
        """Not done yet."""
        return self.filter(done_at__isnull=True)

    def for_actor(self, actor: Actor) -> TodoQuerySet:
        """What this person has to do now, by deadline."""
        return self.open().filter(addressed_to(actor)).order_by(models.F("due_at").asc(nulls_last=True), "created_at")

    def visible_to(self, actor: Actor, capability: str | None = None) -> TodoQuerySet:
        """Only one's own."""
        return self.filter(addressed_to(actor))

    def of(self, kind: str, subject_id: int) -> TodoQuerySet:
        """Those of one record."""
        return self.filter(kind=kind, subject_id=subject_id)


class NoticeQuerySet(models.QuerySet[Any]):
    """Messages (消息)."""

    view_capability: ClassVar[str | None] = "messages.view"
    organisation_path: ClassVar[str] = "organisation"
    sector_path: ClassVar[str | None] = None

    def visible_to(self, actor: Actor, capability: str | None = None) -> NoticeQuerySet:
        """Those sent to the person, or to an office the person holds."""
        return self.filter(Q(to_user_id=actor.user_id) | (Q(to_user__isnull=True) & addressed_to(actor)))

    def with_read_state(self, actor: Actor) -> NoticeQuerySet:
        """Annotate `read`."""
        reads = self.model._meta.apps.get_model("notices", "NoticeRead").objects
        annotated: NoticeQuerySet = self.annotate(read=Exists(reads.filter(notice_id=OuterRef("pk"), user_id=actor.user_id)))
        return annotated


class DeliveryQuerySet(ScopedQuerySet[Any]):
    """What was sent out, for whoever looks after the channels."""

    view_capability = "messages.deliveries"
    organisation_path = "organisation"
