"""Small pieces of HTML that tables and template tags share: status tag, status dot, deadline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .formats import TONES, Due, due_words, iso_date, iso_minute
from .icons import icon_svg

SHAPES = ("dot", "ring", "square")


def checked_tone(tone: str) -> str:
    """Refuse a tone the design does not know: a misspelt one would be drawn without colour."""
    if tone not in TONES:
        raise ValueError(f"{tone!r} is not a tone; use one of {', '.join(TONES)}")
    return tone


def status_parts(value: Any) -> tuple[str, str]:
    """Word and tone of a status: an object with `title` and `tone` (a flow's State), a pair, or a plain word."""
    if value is None or value == "":
        return "", "gray"
    if isinstance(value, tuple):
        return str(value[0]), checked_tone(str(value[1]))
    if hasattr(value, "title") and hasattr(value, "tone"):
        return str(value.title), checked_tone(str(value.tone))
    return str(value), "gray"


def status_tag(value: Any, icon: str = "") -> SafeString:
    """A status as a coloured tag that always carries its word."""
    word, tone = status_parts(value)
    if not word:
        return mark_safe('<span class="muted">—</span>')
    return format_html('<span class="tag {}">{}{}</span>', tone, icon_svg(icon) if icon else "", word)


def status_dot(word: str, tone: str = "gray", shape: str = "dot") -> SafeString:
    """A status as a small shape and its word: dot, ring or square, so that colour never stands alone."""
    if shape not in SHAPES:
        raise ValueError(f"{shape!r} is not a shape; use one of {', '.join(SHAPES)}")
    return format_html('<span class="st {} t-{}"><span>{}</span></span>', shape, checked_tone(tone), word)


def due_of(value: Any) -> Due:
    """Accept a date, a moment, a Due or nothing."""
    return value if isinstance(value, Due) else Due(value)


def is_late(value: Any, now: datetime) -> bool:
    """Whether a deadline has passed and still counts."""
    due = due_of(value)
    return bool(due.on and not due.done and due_words(due.on, now).late)


def due_html(value: Any, now: datetime) -> SafeString:
    """The deadline and, while it runs, the countdown beneath it."""
    due = due_of(value)
    if not due.on:
        return mark_safe('<span class="muted">—</span>')
    shown = due.words or (iso_minute(due.on) if isinstance(due.on, datetime) else iso_date(due.on))
    if due.done:
        return format_html('<span class="num">{}</span>', shown)
    words = due_words(due.on, now)
    css = {"red": "t-red b", "orange": "t-orange b"}.get(words.tone, "sub")
    return format_html('<span class="num">{}</span><br><span class="num {}">{}</span>', shown, css, words.text)
