"""Enumerations of clocks, with their Chinese labels."""

from __future__ import annotations

from django.db.models import TextChoices


class ClockState(TextChoices):
    """What a clock is doing. Overdue is no state: it follows from the due moment."""

    RUNNING = "running", "计时中"
    PAUSED = "paused", "已中止"
    STOPPED = "stopped", "已办结"


class Basis(TextChoices):
    """How remaining time is counted when a clock is paused and resumed."""

    WORKING = "working", "工作日"
    DAYS = "days", "自然日"
    EXACT = "exact", "连续时间"


class EventKind(TextChoices):
    """What happened to a clock."""

    START = "start", "起算"
    PAUSE = "pause", "中止"
    RESUME = "resume", "恢复"
    EXTEND = "extend", "延期"
    STOP = "stop", "办结"
