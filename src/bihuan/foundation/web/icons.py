"""Icons (图标): outline SVGs vendored by script/vendor, drawn inside the page so that they need no request."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent / "static" / "vendor" / "icons"
INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@lru_cache(maxsize=256)
def shape(name: str) -> str:
    """The inside of the SVG; empty while script/vendor has not run. A test checks every name used against icons.txt."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise ValueError(f"{name!r} is not the name of an icon")
    file = FOLDER / f"{name}.svg"
    if not file.exists():
        return ""
    found = INNER.search(file.read_text(encoding="utf-8"))
    return " ".join(found.group(1).split()) if found else ""


def icon_svg(name: str, css: str = "", label: str = "") -> SafeString:
    """An inline icon: decoration unless `label` gives it a name of its own."""
    return format_html(
        '<svg class="i{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round"'
        ' stroke-linejoin="round" {}>{}</svg>',
        f" {css}" if css else "",
        format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"'),
        mark_safe(shape(name)),
    )
