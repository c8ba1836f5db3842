"""Writes to the organisation tree and to appointments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from bihuan.foundation.accounts.models import User
from bihuan.foundation.audit.services import BATCH, Acting, Note, record, record_many
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.tenancy.models import Ancestry, Membership, Organisation
from bihuan.foundation.tenancy.roles import role as role_of


def create_organisation(
    actor: Acting, *, kind: str, name: str, code: str, parent: Organisation | None, at: datetime,
    short_name: str = "", order: int = 0,
) -> Organisation:  # fmt: skip
    """Hang a new node under `parent` and write its ancestor pairs."""
    with transaction.atomic():
        node = Organisation.objects.create(
            kind=kind, name=name, code=code, parent=parent, short_name=short_name, order=order
        )
        _write_ancestry(node)
        record(actor, "tenancy.create", node, at=at, after={"kind": kind, "name": name, "code": code,
                                                            "parent": parent.pk if parent else None})  # fmt: skip
    return node


@dataclass(frozen=True)
class NewNode:
    """One node of `create_organisations`."""

    kind: str
    name: str
    code: str
    parent_id: int
    short_name: str = ""


def create_organisations(actor: Acting, nodes: Sequence[NewNode], *, at: datetime) -> list[Organisation]:
    """As `create_organisation` for many nodes under parents that exist; in the order given, in a few queries."""
    with transaction.atomic():
        made: list[Organisation] = Organisation.objects.bulk_create(
            [Organisation(kind=n.kind, name=n.name, code=n.code, parent_id=n.parent_id, short_name=n.short_name) for n in nodes],
            batch_size=BATCH,
        )
        above: dict[int, list[tuple[int, int]]] = {}
        parents = {n.parent_id for n in nodes}
        for ancestor, descendant, depth in Ancestry.objects.filter(descendant_id__in=parents).values_list("ancestor_id", "descendant_id", "depth"):
            above.setdefault(descendant, []).append((ancestor, depth + 1))
        Ancestry.objects.bulk_create(
            (
                Ancestry(ancestor_id=ancestor, descendant=node, depth=depth)
                for node in made for ancestor, depth in [(node.pk, 0), *above[node.parent_id or 0]]
            ), batch_size=BATCH,
        )  # fmt: skip
        record_many(actor, "tenancy.create", [
            Note(node, after={"kind": node.kind, "name": node.name, "code": node.code, "parent": node.parent_id}) for node in made
        ], at=at)  # fmt: skip
    return made


def _write_ancestry(node: Organisation) -> None:
    pairs = [Ancestry(ancestor=node, descendant=node, depth=0)]
    if node.parent_id is not None:
        above = Ancestry.objects.filter(descendant_id=node.parent_id)
        pairs += [Ancestry(ancestor_id=a.ancestor_id, descendant=node, depth=a.depth + 1) for a in above]
    Ancestry.objects.bulk_create(pairs)


def move_organisation(actor: Acting, node: Organisation, *, parent: Organisation, at: datetime, note: str = "") -> None:
    """Hang a node and everything beneath it under another parent; a cycle is refused."""
    if Ancestry.objects.filter(ancestor=node, descendant=parent).exists():
        raise Problem("tenancy.cycle", "不能把单位移到它自己的下级之下。")
    with transaction.atomic():
        before = node.parent_id
        below = list(Ancestry.objects.filter(ancestor=node).values_list("descendant_id", "depth"))
        Ancestry.objects.filter(descendant_id__in=[d for d, _ in below]).exclude(
            ancestor_id__in=[d for d, _ in below]
        ).delete()
        above = Ancestry.objects.filter(descendant=parent)
        Ancestry.objects.bulk_create(
            Ancestry(ancestor_id=a.ancestor_id, descendant_id=d, depth=a.depth + depth + 1)
            for a in above for d, depth in below
        )  # fmt: skip
        node.parent = parent
        node.save(update_fields=["parent"])
        record(actor, "tenancy.move", node, at=at, before={"parent": before}, after={"parent": parent.pk}, note=note)


def appoint(
    actor: Acting, *, user: User, organisation: Organisation, role: str, at: datetime,
    sectors: Sequence[str] = (), deputy_for: Membership | None = None, since: datetime | None = None, until: datetime | None = None,
) -> Membership:  # fmt: skip
    """Give a person a role, from `since` (now) until `until` (without end); the role must fit the kind of organisation.

    Who may appoint is decided above, in administration.
    """
    definition = role_of(role)
    if organisation.kind not in definition.level:
        raise Problem("tenancy.wrong_level", f"“{definition.title}”不能设在“{organisation.get_kind_display()}”一级。", field="role")
    with transaction.atomic():
        membership = Membership.objects.create(
            user=user, organisation=organisation, role=role, sectors=list(sectors), valid_from=since or at, valid_to=until,
            deputy_for=deputy_for,
        )  # fmt: skip
        record(actor, "tenancy.appoint", membership, at=at,
               after={"user": user.pk, "organisation": organisation.pk, "role": role, "sectors": list(sectors),
                      "since": since or at, "until": until, "deputy_for": deputy_for.pk if deputy_for else None})  # fmt: skip
    return membership


def dismiss(actor: Acting, membership: Membership, *, at: datetime, note: str = "") -> None:
    """End an appointment; it stays in the history."""
    with transaction.atomic():
        ended = Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), pk=membership.pk).update(valid_to=at)
        if not ended:
            raise Problem("tenancy.already_ended", "该任职已经结束。", status=409)
        record(actor, "tenancy.dismiss", membership, at=at, after={"valid_to": at}, note=note)


def close_organisation(actor: Acting, node: Organisation, *, at: datetime, note: str) -> None:
    """Take a node out of use (撤销); its records and its past stay."""
    if Organisation.objects.filter(parent=node, is_active=True).exists():
        raise Problem("tenancy.has_children", "该单位还有在用的下级单位，请先移交或停用下级。", status=409)
    if Membership.objects.valid(at).filter(organisation=node).exists():
        raise Problem("tenancy.has_people", "该单位还有人任职，请先免职或交接。", status=409)
    if not note.strip():
        raise Problem("tenancy.reason", "请写明停用原因。", field="reason")
    with transaction.atomic():
        if not Organisation.objects.filter(pk=node.pk, is_active=True).update(is_active=False):
            raise Problem("tenancy.already_closed", "该单位已经停用。", status=409)
        record(actor, "tenancy.close", node, at=at, after={"is_active": False}, note=note.strip())
