"""Which models own files. Whoever sees the record sees its files; there is no other way to them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from bihuan.foundation.access.actor import Actor


@dataclass(frozen=True)
class Owner:
    """A model whose records own files; `also` names further capabilities by which a record may be seen."""

    model: type[models.Model]
    also: tuple[str, ...] = ()

    def visible_to(self, actor: Actor) -> models.QuerySet[models.Model]:
        """The records in the actor's sight."""
        records = self.model._default_manager.all()
        seen = records.visible_to(actor)  # type: ignore[attr-defined]
        for capability in self.also:
            seen |= records.visible_to(actor, capability)  # type: ignore[attr-defined]
        return seen  # type: ignore[no-any-return]


_owners: dict[str, Owner] = {}


def owner(kind: str, model: type[models.Model], *, also: tuple[str, ...] = ()) -> None:
    """Make a model an owner of files; call it in `apps.py: ready()`. `kind` is the model's label in lower case."""
    if kind != model._meta.label_lower:
        raise ValueError(f"{kind}: the kind of {model.__name__} is {model._meta.label_lower}")
    if not hasattr(model._default_manager.all(), "visible_to"):
        raise TypeError(f"{kind}: its queryset must be a ScopedQuerySet")
    _owners[kind] = Owner(model, also)


def owner_of_kind(kind: str) -> Owner:
    """The owner; LookupError for a kind that no app registered, a fault of the program."""
    if kind not in _owners:
        raise LookupError(f"{kind} owns no files: call attachments.registry.owner in its app's ready()")
    return _owners[kind]


def sees(actor: Actor, kind: str, record_id: int) -> bool:
    """Whether the record lies in the actor's sight."""
    return kind in _owners and _owners[kind].visible_to(actor).filter(pk=record_id).exists()


def condition(actor: Actor) -> Q:
    """The condition on attachments that lie in the actor's sight, over all kinds of owners."""
    seen = Q(pk__in=[])
    for kind, item in _owners.items():
        seen |= Q(owner_kind=kind, owner_id__in=item.visible_to(actor).values("pk"))
    return seen
