"""Store and forward (断点续传缓存): a SQLite file that holds every message until the platform has acknowledged it.

A message is a frozen group of samples with the sequence numbers it will always have; its id is `site:first sequence`,
so a retry is recognised whatever happened to the first try. Writing is one transaction with a disk sync: when `append`
returns, the samples survive a power cut, together with the reading position of a driver that has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path

from bihuan.gateway.buffer_file import SCHEMA, SCHEMA_VERSION, StoreError, open_file
from bihuan.gateway.samples import Event, Grade
from bihuan.gateway.thinning import minute_means
from bihuan.wire import native_binary
from bihuan.wire.batch import Batch, Lane
from bihuan.wire.errors import WireError
from bihuan.wire.native import Upload

ROW_BYTES = 60  # of a message besides its body, roughly
_DAY_MS = 86_400_000


class State(IntEnum):
    """Of a message: waiting, acknowledged, or refused by the platform for good (kept and shown)."""

    PENDING = 0
    DELIVERED = 1
    REFUSED = 2


_LANES = (Lane.ALARM, Lane.LIVE, Lane.BACKFILL)
_LANE_NUMBER = {lane: number for number, lane in enumerate(_LANES)}


@dataclass(frozen=True, slots=True)
class Group:
    """Samples and events that belong into one message: same lane, same thinning rule."""

    lane: Lane
    grade: Grade
    points: Sequence[str]
    times: Sequence[int]
    values: Sequence[float]
    qualities: Sequence[int]
    events: Sequence[Event] = ()
    source_connected: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message as the sender takes it."""

    first_seq: int
    attempts: int
    upload: Upload

    @property
    def message_id(self) -> str:
        """Id the acknowledgement must name."""
        return self.upload.batch.message_id


@dataclass(frozen=True, slots=True)
class Figures:
    """State of the buffer for console, heartbeat and alarms."""

    pending: Mapping[str, int]
    pending_samples: int
    delivered: int
    refused: int
    oldest_pending_at: int | None
    next_seq: int
    used_bytes: int
    thinned_samples: int


class Store:
    """The buffer file. Not thread-safe: use it from one thread. A second process is refused."""

    def __init__(self, path: Path, *, site: str, gateway: str, at: int) -> None:
        self._site, self._gateway = site, gateway
        self._db = open_file(path)
        try:
            self._migrate(at)
            self._claim()
        except StoreError:
            self._db.close()
            raise
        self._next = int(self._meta("next_seq"))
        self._bytes = int(self._meta("bytes"))

    def close(self) -> None:
        """Close the file; everything appended is already on disk."""
        self._db.close()

    def append(
        self, groups: Sequence[Group], *, at: int, cursors: Mapping[str, str] | None = None
    ) -> list[int]:
        """Write groups as messages, durably and all or none, with the drivers' reading positions.

        Returns the first sequence number of each. Every sample and event takes one number, without gaps.
        """
        number, rows, firsts = self._next, [], []
        for group in groups:
            count = len(group.points) + len(group.events)
            if not count:
                continue
            body = native_binary.encode(self._freeze(group, number, at))
            rows.append((number, count, _LANE_NUMBER[group.lane], int(group.grade), at, body))
            firsts.append(number)
            number += count
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                "INSERT INTO messages (first_seq, count, lane, grade, queued_at, body) VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO cursors VALUES (?, ?)", list((cursors or {}).items())
            )
            self._set_meta("next_seq", str(number))
            self._grow(sum(len(row[-1]) + ROW_BYTES for row in rows))
        self._next = number
        return firsts

    def next(self, *, at: int, live_window_ms: int, backfill: bool = True) -> Message | None:
        """The message to send now: alarm before live before backfill, each in the order of its numbers.

        Live messages older than the window become backfill first, so fresh values never wait behind a backlog.
        """
        with self._db:
            self._db.execute(
                "UPDATE messages SET lane = 2 WHERE state = 0 AND lane = 1 AND queued_at < ?",
                (at - live_window_ms,),
            )
        while True:
            row = self._db.execute(
                "SELECT first_seq, lane, attempts, body FROM messages WHERE state = 0 AND lane <= ?"
                " ORDER BY lane, first_seq LIMIT 1",
                (2 if backfill else 1,),
            ).fetchone()
            if row is None:
                return None
            first, lane, attempts, body = row
            try:
                upload = native_binary.decode(body)
            except WireError as error:  # a damaged page: set it aside, do not block what is behind it
                self.refused(first, at=at, note=f"缓存记录损坏：{error.code}")
                continue
            batch = replace(upload.batch, lane=_LANES[lane])
            return Message(first, attempts, replace(upload, batch=batch, sent_at=at))

    def tried(self, first_seq: int, note: str) -> None:
        """Note a try that brought no acknowledgement; the message may or may not have arrived."""
        with self._db:
            self._db.execute(
                "UPDATE messages SET attempts = attempts + 1, note = ? WHERE first_seq = ?",
                (note[:200], first_seq),
            )

    def delivered(self, first_seq: int, *, at: int, note: str = "") -> None:
        """The platform's acknowledgement has named the message."""
        self._finish(first_seq, State.DELIVERED, at, note)

    def refused(self, first_seq: int, *, at: int, note: str) -> None:
        """The platform will never take this message. It is kept, shown, and can be sent again by `requeue`."""
        self._finish(first_seq, State.REFUSED, at, note)

    def requeue(self, *, at: int) -> int:
        """Send all refused messages again; returns how many."""
        with self._db:
            return self._db.execute(
                "UPDATE messages SET state = 0, queued_at = ?, done_at = NULL WHERE state = ?",
                (at, State.REFUSED),
            ).rowcount

    def cursor(self, driver: str) -> str | None:
        """Reading position a driver has committed together with its samples."""
        row = self._db.execute("SELECT position FROM cursors WHERE driver = ?", (driver,)).fetchone()
        return row[0] if row else None

    def figures(self) -> Figures:
        """Counts for people and alarms; cheap enough for every few seconds."""
        lanes = dict.fromkeys((lane.value for lane in _LANES), 0)
        samples = 0
        for lane, count, total in self._db.execute(
            "SELECT lane, COUNT(*), SUM(count) FROM messages WHERE state = 0 GROUP BY lane"
        ):
            lanes[_LANES[lane].value] = count
            samples += total
        oldest = self._db.execute("SELECT MIN(queued_at) FROM messages WHERE state = 0").fetchone()[0]
        states = dict(self._db.execute("SELECT state, COUNT(*) FROM messages WHERE state > 0 GROUP BY state"))
        return Figures(
            lanes,
            samples,
            states.get(State.DELIVERED, 0),
            states.get(State.REFUSED, 0),
            oldest,
            self._next,
            self.used_bytes(),
            int(self._meta("thinned_samples")),
        )

    def used_bytes(self) -> int:
        """Bytes of all messages, kept beside them; the file itself may be larger, its free pages are used again."""
        return self._bytes

    def forget_delivered(self, *, before: int, limit: int = 500) -> int:
        """Delete delivered messages acknowledged before an instant, oldest first; returns how many."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            gone = self._db.execute(
                "DELETE FROM messages WHERE first_seq IN (SELECT first_seq FROM messages"
                " WHERE state = 1 AND done_at < ? ORDER BY done_at LIMIT ?) RETURNING LENGTH(body)",
                (before, limit),
            ).fetchall()
            self._grow(-sum(size + ROW_BYTES for (size,) in gone))
        return len(gone)

    def keep_within(self, quota: int, *, at: int, keep_days: float) -> int:
        """Hold age and quota: old delivered history goes first, then S3 and S2 backlog is thinned to minute means.

        Alarms, events, S0 and S1 are never touched. Returns the samples that were thinned away.
        """
        while self.forget_delivered(before=at - int(keep_days * _DAY_MS)):
            pass
        thinned = 0
        while self.used_bytes() > quota:
            if self.forget_delivered(before=at + 1):
                continue
            lost = self._thin(Grade.S3) or self._thin(Grade.S2)
            if not lost:
                break
            thinned += lost
        return thinned

    def _thin(self, grade: Grade, most: int = 200) -> int:
        """Replace the oldest never-tried messages of a grade by one with minute means; returns the samples lost."""
        rows = self._db.execute(
            "SELECT first_seq, queued_at, body FROM messages WHERE state = 0 AND grade = ? AND thinned = 0"
            " AND attempts = 0 AND lane > 0 ORDER BY first_seq LIMIT ?",
            (int(grade), most),
        ).fetchall()
        if len(rows) < 2:
            return 0
        batches = [native_binary.decode(body).batch for _, _, body in rows]
        mean = minute_means(batches)
        lost = sum(map(len, batches)) - len(mean)
        body = native_binary.encode(Upload(mean, rows[0][1]))
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("DELETE FROM messages WHERE first_seq = ?", [(row[0],) for row in rows])
            self._db.execute(
                "INSERT INTO messages (first_seq, count, lane, grade, queued_at, thinned, body)"
                " VALUES (?, ?, 2, ?, ?, 1, ?)",
                (rows[0][0], len(mean), int(grade), rows[0][1], body),
            )
            self._set_meta("thinned_samples", str(int(self._meta("thinned_samples")) + lost))
            self._grow(len(body) - sum(len(row[2]) for row in rows) - ROW_BYTES * (len(rows) - 1))
        return max(lost, 1)

    def _freeze(self, group: Group, number: int, at: int) -> Upload:
        samples = len(group.points)
        batch = Batch.of(
            self._gateway,
            f"{self._site}:{number}",
            group.points,
            group.times,
            group.values,
            group.qualities,
            lane=group.lane,
            seqs=range(number, number + samples),
            source_connected=group.source_connected,
        )
        events = [
            Event(event.t, event.kind, event.point, number + samples + place, event.text, event.data)
            for place, event in enumerate(group.events)
        ]
        return Upload(batch, at, events=events)

    def _finish(self, first_seq: int, state: State, at: int, note: str) -> None:
        with self._unsynced():
            self._db.execute(
                "UPDATE messages SET state = ?, done_at = ?, note = ? WHERE first_seq = ?",
                (state, at, note[:200], first_seq),
            )

    def _migrate(self, at: int) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise StoreError("缓存文件由更新版本的网关写入，请升级网关后再启动（缓存未改动）")
        if version:
            return
        # A new file begins at microseconds since the epoch: even if an older file was lost, no number comes twice.
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for statement in filter(str.strip, SCHEMA.split(";")):
                self._db.execute(statement)
            for key, value in {
                "site": self._site,
                "gateway": self._gateway,
                "next_seq": str(at * 1000),
                "thinned_samples": "0",
                "bytes": "0",
            }.items():
                self._set_meta(key, value)
            self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _claim(self) -> None:
        owner = self._meta("site"), self._meta("gateway")
        if owner != (self._site, self._gateway):
            raise StoreError(
                f"缓存文件属于企业 {owner[0]} 的网关 {owner[1]}，请为新网关另设缓存路径（缓存未改动）"
            )

    def _meta(self, key: str) -> str:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0])

    @contextmanager
    def _unsynced(self) -> Iterator[None]:
        """For marks whose loss in a power cut costs one repeated message and no sample: no wait for the disk."""
        self._db.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            self._db.execute("PRAGMA synchronous = FULL")

    def _grow(self, size: int) -> None:
        self._bytes += size
        self._set_meta("bytes", str(self._bytes))

    def _set_meta(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
