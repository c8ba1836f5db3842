"""The tree of bureaus; firms come and go by the enterprise file (企业底数), never here."""

from __future__ import annotations

from datetime import datetime

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require_at
from bihuan.foundation.lib.problems import Invalid, Problem
from bihuan.foundation.tenancy import services as tenancy
from bihuan.foundation.tenancy.choices import OrganisationKind
from bihuan.foundation.tenancy.models import Organisation

RIGHT = "administration.organisations"


def _not_a_firm(kind: str) -> None:
    if kind == OrganisationKind.ENTERPRISE:
        raise Problem("administration.firms_elsewhere", "企业请在“企业底数”中登记和移交。", field="kind")


def create_node(actor: Actor, *, parent: Organisation, kind: str, name: str, code: str, at: datetime, short_name: str = "") -> Organisation:
    """Hang a bureau or department under another."""
    require_at(actor, RIGHT, parent.pk)
    _not_a_firm(kind)
    faults = {}
    if kind not in OrganisationKind.values:
        faults["kind"] = ["请选择类别"]
    if not name.strip():
        faults["name"] = ["请填写名称"]
    if not code.strip():
        faults["code"] = ["请填写代码"]
    elif Organisation.objects.filter(code=code.strip()).exists():
        faults["code"] = [f"代码 {code.strip()} 已被使用"]
    if not parent.is_active:
        faults["parent"] = ["上级单位已停用"]
    if faults:
        raise Invalid(faults)
    node = tenancy.create_organisation(actor, kind=kind, name=name.strip(), code=code.strip(), parent=Organisation.objects.get(pk=parent.pk),
                                       short_name=short_name.strip(), at=at)  # fmt: skip
    return node


def move_node(actor: Actor, node: Organisation, *, parent: Organisation, at: datetime, reason: str) -> None:
    """Hang a node under another: the right is needed on both sides; the root stays."""
    require_at(actor, RIGHT, node.pk)
    require_at(actor, RIGHT, parent.pk)
    _not_a_firm(node.kind)
    if node.parent_id is None:
        raise Problem("administration.root", "最上级单位不能移动。", status=409)
    if parent.kind == OrganisationKind.ENTERPRISE or not parent.is_active:
        raise Invalid({"parent": ["上级须是在用的监管单位"]})
    if not reason.strip():
        raise Invalid({"reason": ["请写明调整原因"]})
    tenancy.move_organisation(actor, Organisation.objects.get(pk=node.pk), parent=Organisation.objects.get(pk=parent.pk), at=at, note=reason.strip())


def close_node(actor: Actor, node: Organisation, *, at: datetime, reason: str) -> None:
    """Take a node out of use."""
    require_at(actor, RIGHT, node.pk)
    _not_a_firm(node.kind)
    tenancy.close_organisation(actor, Organisation.objects.get(pk=node.pk), at=at, note=reason)
