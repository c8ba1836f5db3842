"""What the interface remembers of a person: which columns they chose."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ColumnChoiceQuerySet(models.QuerySet["ColumnChoice"]):
    """Column choices of people."""

    def keys_for(self, user_id: int | None, table: str) -> list[str] | None:
        """The column keys this person saved for the table, or None."""
        if user_id is None:
            return None
        return self.filter(user_id=user_id, table=table).values_list("keys", flat=True).first()


class ColumnChoice(models.Model):
    """The columns (显示列) a person chose for one table. The person is an id: this app lies below accounts."""

    user_id = models.BigIntegerField("用户")
    table = models.CharField("表格", max_length=100)
    keys = models.JSONField("列")

    objects: ClassVar[ColumnChoiceQuerySet] = ColumnChoiceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "显示列"
        constraints = (models.UniqueConstraint(fields=("user_id", "table"), name="one_column_choice_per_table"),)

    def __str__(self) -> str:
        return f"{self.table}: {', '.join(self.keys)}"
