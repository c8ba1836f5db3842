"""Many organisations at once end up as one by one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.audit.services import Note, record_many, verify
from bihuan.foundation.tenancy.models import Ancestry, Organisation
from bihuan.foundation.tenancy.services import NewNode, create_organisation, create_organisations

pytestmark = pytest.mark.django_db
AT = datetime(2025, 1, 6, tzinfo=UTC)
ACTOR = system_actor("test")


def test_ancestry_and_history_are_those_of_single_creation() -> None:
    city = create_organisation(ACTOR, kind="city", name="市", code="140900", parent=None, at=AT)
    county = create_organisation(ACTOR, kind="county", name="县", code="140921", parent=city, at=AT)
    single = create_organisation(ACTOR, kind="enterprise", name="甲", code="A", parent=county, at=AT)
    many = create_organisations(ACTOR, [NewNode("enterprise", name, name, county.pk) for name in ("乙", "丙")], at=AT)

    def above(node: Organisation) -> set[tuple[int, int]]:
        rows = Ancestry.objects.filter(descendant=node).values_list("ancestor_id", "depth")
        return {(ancestor if depth else 0, depth) for ancestor, depth in rows}

    assert [above(node) for node in many] == [above(single)] * 2
    verdict = verify()
    assert (verdict.fault, verdict.records) == (None, 5)


def test_many_notes_continue_existing_chains() -> None:
    city = create_organisation(ACTOR, kind="city", name="市", code="140900", parent=None, at=AT)
    record_many(ACTOR, "tenancy.note", [Note(city, before={"a": 1}, after={"a": 2})], at=AT)
    verdict = verify()
    assert (verdict.fault, verdict.entries) == (None, 2)
    with pytest.raises(ValueError, match="once"):
        record_many(ACTOR, "tenancy.note", [Note(city), Note(city)], at=AT)
