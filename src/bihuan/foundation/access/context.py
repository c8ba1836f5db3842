"""What every page needs to draw its shell."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates the actor."""
    return {"actor": getattr(request, "actor", None)}
