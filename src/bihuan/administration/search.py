"""What administration offers to the search box: pages, firms, hazards, people, organisations."""

from __future__ import annotations

from django.db.models import Q

from bihuan.administration.models import Node, Person
from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.search import MOST, Provider, Row, register
from bihuan.foundation.documents.models import IssuedCopy
from bihuan.foundation.web import nav
from bihuan.hazards.models import Hazard


def pages(actor: Actor, text: str) -> list[Row]:
    """Entries of the navigation."""
    return [Row(item.title, item.url, item.group) for item in nav.items() if text in item.title and (item.capability is None or actor.can(item.capability))]


def firms(actor: Actor, text: str) -> list[Row]:
    """By name or credit code."""
    rows = Enterprise.objects.visible_to(actor).filter(Q(name__contains=text) | Q(short_name__contains=text) | Q(credit_code__startswith=text.upper()))
    return [Row(firm.name, f"/enterprises/{firm.pk}/", firm.credit_code) for firm in rows[:MOST]]


def hazards(actor: Actor, text: str) -> list[Row]:
    """By number or title."""
    rows = Hazard.objects.visible_to(actor).filter(Q(number__contains=text) | Q(title__contains=text)).select_related("enterprise").order_by("-pk")
    return [Row(f"{row.number} {row.title}", f"/hazards/{row.pk}/", row.enterprise.name) for row in rows[:MOST]]


def documents(actor: Actor, text: str) -> list[Row]:
    """By document number or title."""
    rows = IssuedCopy.objects.visible_to(actor).filter(Q(number__contains=text) | Q(title__contains=text)).order_by("-pk")
    return [Row(row.title, f"/documents/{row.pk}/", row.number) for row in rows[:MOST]]


def people(actor: Actor, text: str) -> list[Row]:
    """By name or login name."""
    rows = Person.objects.visible_to(actor).filter(Q(name__contains=text) | Q(username__contains=text.lower()))
    return [Row(row.name, f"/administration/users/{row.pk}/", row.username) for row in rows[:MOST]]


def organisations(actor: Actor, text: str) -> list[Row]:
    """By name or code."""
    rows = Node.objects.visible_to(actor).exclude(kind="enterprise").filter(Q(name__contains=text) | Q(code__startswith=text))
    return [Row(row.name, f"/administration/organisations/{row.pk}/", row.code) for row in rows[:MOST]]


def register_all() -> None:
    """In the order in which groups are shown."""
    register(Provider("enterprises", "企业", firms, "enterprises.view", 10))
    register(Provider("hazards", "隐患", hazards, "hazards.view", 20))
    register(Provider("documents", "文书", documents, "documents.view", 30))
    register(Provider("organisations", "组织机构", organisations, "administration.organisations", 40))
    register(Provider("people", "人员", people, "administration.users", 50))
    register(Provider("pages", "功能", pages, None, 60))
