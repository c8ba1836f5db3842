"""The buffer: durable, ordered, never wiped, thinned only by the written rule."""

import contextlib
import os
import sqlite3
import subprocess
import sys

import pytest

from bihuan.gateway.buffer_file import StoreError
from bihuan.gateway.samples import Event, Grade
from bihuan.gateway.store import Store
from bihuan.gateway.tests.factories import T0, a_group, a_store
from bihuan.wire.batch import Lane

FOREVER = {"live_window_ms": 10**12}


def taken(store, *, at=T0, **more):
    """Message ids in the order in which they would be sent."""
    found = []
    while message := store.next(at=at, **({"live_window_ms": 60_000} | more)):
        found.append((message.upload.batch.lane, message.message_id))
        store.delivered(message.first_seq, at=at)
    return found


def test_every_sample_and_event_takes_one_number_without_gaps(tmp_path):
    store = a_store(tmp_path)
    first = T0 * 1000
    event = Event(T0, "bypass_on")
    assert store.append([a_group(1, 2, events=[event]), a_group(3)], at=T0) == [first, first + 3]
    assert store.append([a_group(), a_group(4)], at=T0) == [first + 4]
    message = store.next(at=T0, **FOREVER)
    assert message.message_id == f"S1:{first}"
    assert list(message.upload.batch.seqs) == [first, first + 1]
    assert message.upload.events == [Event(T0, "bypass_on", seq=first + 2)]


def test_numbers_go_on_after_a_restart_even_if_the_clock_went_back(tmp_path):
    store = a_store(tmp_path)
    store.append([a_group(1, 2)], at=T0)
    store.close()
    again = a_store(tmp_path, at=T0 - 86_400_000)
    assert again.append([a_group(3)], at=T0 - 86_400_000) == [T0 * 1000 + 2]
    assert again.figures().pending_samples == 3


def test_alarm_goes_before_live_before_backfill_each_in_order(tmp_path):
    store = a_store(tmp_path)
    old = store.append([a_group(1), a_group(2)], at=T0 - 61_000)
    live = store.append([a_group(3), a_group(4)], at=T0)
    alarm = store.append([a_group(5, lane=Lane.ALARM)], at=T0)
    assert taken(store) == [
        (Lane.ALARM, f"S1:{alarm[0]}"),
        (Lane.LIVE, f"S1:{live[0]}"),
        (Lane.LIVE, f"S1:{live[1]}"),
        (Lane.BACKFILL, f"S1:{old[0]}"),
        (Lane.BACKFILL, f"S1:{old[1]}"),
    ]


def test_backfill_can_be_held_back(tmp_path):
    store = a_store(tmp_path)
    store.append([a_group(1)], at=T0 - 61_000)
    assert store.next(at=T0, live_window_ms=60_000, backfill=False) is None
    assert store.next(at=T0, live_window_ms=60_000) is not None


def test_a_message_stays_until_delivered_and_keeps_its_id_and_samples(tmp_path):
    store = a_store(tmp_path)
    store.append([a_group(1)], at=T0)
    first = store.next(at=T0, **FOREVER)
    store.tried(first.first_seq, "no answer")
    store.close()
    again = a_store(tmp_path)
    second = again.next(at=T0, **FOREVER)
    assert second.attempts == 1
    assert (second.message_id, second.upload.batch) == (first.message_id, first.upload.batch)
    again.delivered(second.first_seq, at=T0)
    assert again.next(at=T0, **FOREVER) is None
    assert again.figures().delivered == 1


def test_a_damaged_record_is_set_aside_and_blocks_nothing(tmp_path):
    store = a_store(tmp_path)
    first, second = store.append([a_group(1), a_group(2)], at=T0)
    store._db.execute("UPDATE messages SET body = x'00' WHERE first_seq = ?", (first,))
    assert store.next(at=T0, **FOREVER).first_seq == second
    assert store.figures().refused == 1


def test_refused_messages_are_kept_and_can_be_sent_again(tmp_path):
    store = a_store(tmp_path)
    (first,) = store.append([a_group(1)], at=T0)
    store.refused(first, at=T0, note="400")
    assert store.next(at=T0, **FOREVER) is None
    assert store.figures().refused == 1
    assert store.requeue(at=T0) == 1
    assert store.next(at=T0, **FOREVER).first_seq == first


def test_samples_and_reading_position_are_one_transaction(tmp_path):
    store = a_store(tmp_path)
    store.append([a_group(1)], at=T0, cursors={"csv": "10"})
    with pytest.raises(sqlite3.Error):
        store.append([a_group(2)], at=T0, cursors={"csv": object()})
    assert store.cursor("csv") == "10"
    assert store.cursor("other") is None
    assert store.figures().pending_samples == 1
    assert store.append([a_group(2)], at=T0, cursors={"csv": "11"}) == [T0 * 1000 + 1]


def test_another_site_a_second_process_and_a_damaged_file_are_refused_untouched(tmp_path):
    store = a_store(tmp_path)
    store.append([a_group(1)], at=T0)
    with pytest.raises(StoreError, match="网关在运行"):
        a_store(tmp_path)
    code = (
        "from pathlib import Path; from bihuan.gateway.tests.factories import a_store; import sys\n"
        f"try: a_store(Path({str(tmp_path)!r}))\nexcept Exception as e: sys.exit(type(e).__name__)"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert "StoreError" in other.stderr
    store.close()
    path = tmp_path / "buffer.db"
    with pytest.raises(StoreError, match="属于企业 S1"):
        Store(path, site="S2", gateway="G1", at=T0)
    assert a_store(tmp_path).figures().pending_samples == 1
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "buffer.db").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match="损坏"):
        a_store(tmp_path / "x")
    assert (tmp_path / "x" / "buffer.db").read_bytes().startswith(b"no database")


def test_a_buffer_of_a_newer_version_is_refused(tmp_path):
    a_store(tmp_path).close()
    with contextlib.closing(sqlite3.connect(tmp_path / "buffer.db")) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="升级网关"):
        a_store(tmp_path)


def fill(store, groups, at=T0):
    for number, group in enumerate(groups):
        store.append([group], at=at + number)


def test_old_delivered_messages_are_forgotten_and_pending_ones_never(tmp_path):
    store = a_store(tmp_path)
    first, second = store.append([a_group(1), a_group(2)], at=T0)
    store.delivered(first, at=T0)
    assert store.keep_within(10**12, at=T0 + 86_400_000, keep_days=2) == 0
    assert store.figures().delivered == 1
    store.keep_within(10**12, at=T0 + 3 * 86_400_000, keep_days=2)
    assert store.figures().delivered == 0
    assert store.next(at=T0, **FOREVER).first_seq == second


def test_over_quota_house_keeping_is_thinned_before_process_and_vital_samples_stay(tmp_path):
    store = a_store(tmp_path)
    grades = [Grade.S0, Grade.S2, Grade.S3]
    for n in range(60):
        at = T0 + n * 10_000
        store.append([a_group(float(n), grade=grade, at=at, point=grade.name) for grade in grades], at=at)
    store.append([a_group(9, lane=Lane.ALARM, grade=Grade.S0)], at=T0)
    vital = {"S0"}
    lost = store.keep_within(0, at=T0 + 600_000, keep_days=1)
    rows = {}
    while message := store.next(at=T0 + 600_000, **FOREVER):
        for point, time, value in zip(
            message.upload.batch.points, message.upload.batch.times, message.upload.batch.values, strict=True
        ):
            rows.setdefault(point, []).append((time, value))
        store.delivered(message.first_seq, at=T0)
    assert len(rows["S0"]) == 60
    assert len(rows["CO-01"]) == 1
    assert lost == 2 * (60 - len(rows["S2"]))
    assert len(rows["S2"]) == len(rows["S3"]) == 11  # ten minutes, begun within one
    assert rows["S3"][0] == (T0, 1.5)  # the first four samples are in the first, cut minute
    assert store.figures().thinned_samples == lost
    assert vital <= rows.keys()


def test_house_keeping_alone_is_thinned_where_that_is_enough(tmp_path):
    store = a_store(tmp_path)
    for n in range(300):
        store.append(
            [
                a_group(float(n), grade=grade, at=T0 + n, point=grade.name * 40)
                for grade in (Grade.S2, Grade.S3)
            ],
            at=T0 + n,
        )
    store.keep_within(int(store.used_bytes() * 0.7), at=T0 + 300, keep_days=1)
    left = {"S2": 0, "S3": 0}
    while message := store.next(at=T0, **FOREVER):
        left[message.upload.batch.points[0][:2]] += len(message.upload.batch)
        store.delivered(message.first_seq, at=T0)
    assert left["S2"] == 300
    assert left["S3"] < 300


def test_a_message_that_was_tried_is_never_merged_into_another(tmp_path):
    store = a_store(tmp_path)
    firsts = [store.append([a_group(1, grade=Grade.S3)], at=T0)[0] for _ in range(4)]
    store.tried(firsts[0], "no answer")
    store.keep_within(0, at=T0, keep_days=1)
    assert [name for _, name in taken(store)] == [f"S1:{firsts[0]}", f"S1:{firsts[1]}"]
    assert store.figures().thinned_samples == 2
