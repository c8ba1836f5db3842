"""A county with an officer, its sibling, and a record that owns files (a clock stands in for a hazard)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.attachments import registry
from bihuan.foundation.audit.models import Ref
from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.deadlines.services import start_clock
from bihuan.foundation.lib.times import SHANGHAI
from bihuan.foundation.tenancy.services import appoint, create_organisation

AT = datetime(2025, 3, 7, 10, 0, tzinfo=SHANGHAI)


@dataclass
class Cast:
    """Who plays."""

    record: Clock
    sibling_record: Clock
    users: dict[str, User]

    def actor(self, name: str) -> Actor:
        return Actor.of(self.users[name], at=AT)


@pytest.fixture
def media(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def cast(db, media, monkeypatch) -> Cast:
    monkeypatch.setattr(registry, "_owners", {})
    registry.owner("deadlines.clock", Clock)
    loader = system_actor("测试")
    city = create_organisation(loader, kind="city", name="忻州市", code="140900", parent=None, at=AT)
    units, users = [], {}
    for code, name in (("140902", "忻府区"), ("140921", "定襄县")):
        units.append(create_organisation(loader, kind="county", name=name, code=code, parent=city, at=AT))
    for login, unit, role in (
        ("officer", units[0], "county_officer"), ("sibling", units[1], "county_officer"),
        ("reader", units[0], "legal_reviewer"), ("city", city, "city_officer"),
    ):  # fmt: skip
        users[login] = User.objects.create_user(login, name=login)
        appoint(loader, user=users[login], organisation=unit, role=role, at=AT)
    records = [
        start_clock(loader, Ref("test.record", n), "rectify", at=AT, days=9, title="整改", organisation_id=unit.pk)
        for n, unit in enumerate(units, 1)
    ]
    return Cast(records[0], records[1], users)
