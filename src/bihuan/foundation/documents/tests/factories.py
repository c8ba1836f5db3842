"""What document tests need: organisations, people, small templates."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

from docx import Document

from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.tenancy.services import appoint, create_organisation

AT = datetime(2025, 3, 7, 7, 0, tzinfo=UTC)
SYSTEM = system_actor("test")


def docx(*paragraphs: str) -> bytes:
    """A docx of plain paragraphs."""
    document, out = Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def province() -> Organisation:
    """The root of the tree."""
    found = Organisation.objects.filter(code="140000").first()
    return found or create_organisation(
        SYSTEM, kind="province", name="山西省应急管理厅", code="140000", parent=None, at=AT
    )


def county(code: str, name: str) -> Organisation:
    """A county beneath a city beneath the root."""
    city = Organisation.objects.filter(code="140900").first() or create_organisation(
        SYSTEM, kind="city", name="忻州市应急管理局", code="140900", parent=province(), at=AT
    )
    return create_organisation(SYSTEM, kind="county", name=name, code=code, parent=city, at=AT)


def person(role: str, organisation: Organisation, username: str = "") -> Actor:
    """A signed-in person with one role."""
    return Actor.of(user(role, organisation, username), at=AT)


def user(role: str, organisation: Organisation, username: str = "") -> User:
    """A user with one role."""
    made = User.objects.create_user(
        username or f"{role}-{organisation.code}", name="李岩", password="correct-horse-9"
    )
    appoint(SYSTEM, user=made, organisation=organisation, role=role, at=AT)
    return made


Sample = Callable[[], dict[str, object]]
