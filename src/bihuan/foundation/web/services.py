"""Writes of the interface itself: preferences, which are no business record and leave no audit entry."""

from __future__ import annotations

from collections.abc import Iterable

from .models import ColumnChoice


def save_columns(user_id: int, table: str, *, keys: Iterable[str]) -> None:
    """Remember a person's columns for a table; none chosen goes back to the table's own."""
    wanted = list(keys)
    if wanted:
        ColumnChoice.objects.update_or_create(user_id=user_id, table=table, defaults={"keys": wanted})
    else:
        ColumnChoice.objects.filter(user_id=user_id, table=table).delete()
