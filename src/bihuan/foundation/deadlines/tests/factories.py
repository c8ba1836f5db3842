"""What deadline tests need: an actor, an organisation, fixed moments."""

from __future__ import annotations

from datetime import datetime

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.audit.models import Ref
from bihuan.foundation.lib.times import SHANGHAI
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.tenancy.services import create_organisation

OFFICER = Actor(kind="user", user_id=7, name="张三")
RECORD = Ref("test.record", 1)


def moment(text: str) -> datetime:
    """A moment on the Shanghai clock: 2025-03-07 10:00."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def organisation(code: str = "140000") -> Organisation:
    """A node to own clocks."""
    found = Organisation.objects.filter(code=code).first()
    return found or create_organisation(
        OFFICER, kind="province", name="山西省", code=code, parent=None, at=moment("2024-01-01 00:00")
    )
