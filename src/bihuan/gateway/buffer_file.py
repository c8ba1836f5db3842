"""The buffer's SQLite file: its schema, and opening it without ever harming what is in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE cursors (driver TEXT PRIMARY KEY, position TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE messages (
    first_seq INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    lane INTEGER NOT NULL,
    grade INTEGER NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    queued_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    thinned INTEGER NOT NULL DEFAULT 0,
    done_at INTEGER,
    note TEXT NOT NULL DEFAULT '',
    body BLOB NOT NULL
);
CREATE INDEX messages_pending ON messages (lane, first_seq) WHERE state = 0;
CREATE INDEX messages_done ON messages (done_at) WHERE state = 1;
"""


class StoreError(RuntimeError):
    """The buffer cannot be used; the message is for the person on site."""


def open_file(path: Path) -> sqlite3.Connection:
    """Open for this process alone, with a disk sync on every commit; StoreError where that cannot be."""
    damaged = f"缓存文件 {path} 已损坏：请停机备份该文件，再换新路径启动"
    try:
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=2)
    except sqlite3.OperationalError as error:
        raise StoreError(f"无法打开缓存文件 {path}：{error}，请检查目录是否存在、可写") from None
    try:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")  # a second gateway on the same buffer would send twice
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("BEGIN IMMEDIATE")
        db.execute("COMMIT")
        healthy = db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except sqlite3.OperationalError as error:
        db.close()
        raise StoreError(f"无法打开缓存文件 {path}：{error}（是否已有一个网关在运行？）") from None
    except sqlite3.DatabaseError:
        db.close()
        raise StoreError(damaged) from None
    if not healthy:
        db.close()
        raise StoreError(damaged)
    return db
