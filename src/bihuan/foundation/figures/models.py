"""Stored points in time (统计截点) of figures, and which of them changes have overtaken."""

from __future__ import annotations

from django.db import models


class Checkpoint(models.Model):
    """All figures of a base for every unit, as of `moment`, for one window. A copy that may be thrown away at any time.

    `figures` holds {"keys": [...], "units": {unit: [values]}}; `shared` the units that know the same firm, by figure, so
    that it counts once in any total. `signature` is that of the definitions it was computed by.
    """

    base = models.CharField(max_length=60)
    signature = models.CharField(max_length=64)
    window = models.CharField(max_length=80)
    moment = models.DateTimeField()
    figures = models.JSONField()
    shared = models.JSONField()

    objects = models.Manager()

    class Meta:
        verbose_name = "统计截点"
        constraints = [models.UniqueConstraint(fields=["base", "window", "signature", "moment"], name="figures_checkpoint_once")]

    def __str__(self) -> str:
        return f"{self.base} {self.moment:%Y-%m-%d %H:%M}"


class Change(models.Model):
    """A record of the base was written so that numbers from `since` on differ; points from there on are stale."""

    base = models.CharField(max_length=60, db_index=True)
    since = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        verbose_name = "统计变动"

    def __str__(self) -> str:
        return f"{self.base} {self.since:%Y-%m-%d %H:%M}"


class Turn(models.Model):
    """The row on which refreshing processes queue, one a base."""

    base = models.CharField(max_length=60, unique=True)

    objects = models.Manager()

    def __str__(self) -> str:
        return self.base
