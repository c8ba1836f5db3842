"""Rows into tables as fast as each database takes them: COPY on PostgreSQL, executemany on SQLite; indexes afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.utils import DatabaseError

FULL = 20_000


class Sink:
    """Collects rows of one table and writes them in large parts. Values are as the database takes them: text, numbers, None."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        self.table, self.columns, self.rows, self.written = model._meta.db_table, list(columns), [], 0  # type: ignore[var-annotated]

    def add(self, row: Sequence[Any]) -> None:
        """One more row."""
        self.rows.append(row)
        if len(self.rows) >= FULL:
            self.flush()

    def extend(self, rows: Sequence[Sequence[Any]]) -> None:
        """Several more rows."""
        self.rows.extend(rows)
        if len(self.rows) >= FULL:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting."""
        if not self.rows:
            return
        names = ", ".join(f'"{name}"' for name in self.columns)
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.cursor.copy(f'COPY "{self.table}" ({names}) FROM STDIN') as copy:
                    for row in self.rows:
                        copy.write_row(row)
            else:
                places = ", ".join("?" * len(self.columns))
                # The driver's own call: Django would translate the statement and time every part.
                connection.connection.executemany(f'INSERT INTO "{self.table}" ({names}) VALUES ({places})', self.rows)
        self.written += len(self.rows)
        self.rows = []


def next_id(model: type[models.Model]) -> int:
    """The first key that is free."""
    last = model._base_manager.aggregate(last=models.Max("pk"))["last"]
    return int(last or 0) + 1


@contextmanager
def loading(*tables: type[models.Model]) -> Iterator[None]:
    """While rows stream in: plain indexes of the tables are away, references are trusted, the disk is not waited for."""
    relaxed = _relax()
    kept = [sql for model in tables for sql in _drop_indexes(model._meta.db_table)]
    yield
    with connection.cursor() as cursor:
        for sql in kept:
            cursor.execute(sql)
        for sql in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(sql)
    _stiffen(relaxed)


def _relax() -> bool:
    """Suspend reference checks row by row (PostgreSQL superuser) and syncing (SQLite); False where that cannot be had."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                return True
        if not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous = OFF")
                cursor.execute("PRAGMA foreign_keys = OFF")
            return True
    except DatabaseError:
        return False
    return False


def _stiffen(relaxed: bool) -> None:
    if not relaxed:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
        else:
            cursor.execute("PRAGMA foreign_keys = ON")
            cursor.execute("PRAGMA synchronous = NORMAL")


def _drop_indexes(table: str) -> list[str]:
    """Drop the table's plain indexes; returns the statements that make them again. Unique ones stay."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
                " WHERE i.indrelid = %s::regclass AND NOT i.indisunique AND NOT i.indisprimary", [table],
            )  # fmt: skip
        else:
            cursor.execute(
                "SELECT '\"' || name || '\"', sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql LIKE 'CREATE INDEX%%'", [table]
            )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
    return [sql for _, sql in found]


def settle() -> None:
    """Let the planner know what is there; on PostgreSQL also mark pages as seen by all, for index-only reading."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            cursor.execute("VACUUM (ANALYZE)")
        else:
            cursor.execute("ANALYZE")
