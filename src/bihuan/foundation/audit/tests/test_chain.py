"""The history is chained, anchored, and names the first altered row."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.audit.models import Entry, Ref
from bihuan.foundation.audit.services import anchor, record, verify

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def write(count: int = 6) -> None:
    for i in range(count):
        record(system_actor("test"), "demo.step", Ref("demo.thing", i % 2 + 1), at=T0 + timedelta(minutes=i), after={"n": i})


def test_chain_holds_and_counts() -> None:
    write()
    verdict = verify()
    assert (verdict.entries, verdict.records, verdict.fault) == (6, 2, None)


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("UPDATE audit_entry SET note='x' WHERE kind='demo.thing' AND subject_id=1 AND seq=2", "demo.thing:1#2"),
        ("UPDATE audit_entry SET after='{\"n\": 9}' WHERE subject_id=2 AND seq=1", "demo.thing:2#1"),
        ("DELETE FROM audit_entry WHERE subject_id=1 AND seq=2", "demo.thing:1#3"),
        ("DELETE FROM audit_entry WHERE subject_id=2 AND seq=3", "demo.thing:2#2"),
        ("UPDATE audit_entry SET at='2020-01-01 00:00:00+00' WHERE subject_id=2 AND seq=2", "demo.thing:2#2"),
    ],
)
def test_hand_edits_are_named(sql: str, place: str) -> None:
    write()
    with connection.cursor() as cursor:
        cursor.execute(sql)
    fault = verify().fault
    assert fault is not None
    assert fault.where == place


def test_a_rewritten_chain_is_caught_by_the_anchor() -> None:
    write()
    assert anchor(at=T0 + timedelta(days=1)) is not None
    assert verify().anchors == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_anchor SET root = %s", ["0" * 64])
    fault = verify().fault
    assert fault is not None
    assert "锚点" in fault.where


def test_anchors_seal_only_what_is_new() -> None:
    write()
    first = anchor(at=T0 + timedelta(days=1))
    assert anchor(at=T0 + timedelta(days=1)) is None
    record(system_actor("test"), "demo.step", Ref("demo.thing", 1), at=T0 + timedelta(days=1))
    second = anchor(at=T0 + timedelta(days=2))
    assert first is not None
    assert second is not None
    assert (second.leaves, second.previous_root) == (1, first.root)
    assert verify().fault is None


def test_history_is_append_only_through_the_orm() -> None:
    write(1)
    entry = Entry.objects.get()
    entry.note = "x"
    for deed in (entry.save, entry.delete, Entry.objects.all().delete, lambda: Entry.objects.update(note="x")):
        with pytest.raises(TypeError):
            deed()
