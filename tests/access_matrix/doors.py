"""Walks the code: which doors are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from bihuan.cli.main import build_parser, commands
from bihuan.config.api import api
from bihuan.foundation.access.api import OPERATIONS
from bihuan.foundation.access.pages import Door, ListPage, Page, pages

PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|{(?P<bare>\w+)}")
CONVERTER = re.compile(r"{\w+:(\w+)}")
# Records behind `/resource/{pk}` of the API, as a first proposal for the matrix.
RESOURCES = {
    "benchmarks": "assistance.benchmark", "enterprises": "enterprises.enterprise", "hazards": "hazards.hazard", "orders": "enforcement.order",
    "pairings": "assistance.pairing", "penalties": "enforcement.penaltydecision", "service-visits": "assistance.servicevisit",
    "visits": "inspections.visit",
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """One door as the code has it; `capability` None where the code names none, "?" where the kind of view cannot."""

    name: str
    address: str
    capability: str | None
    view: Any = None
    record: str = ""

    @property
    def parameters(self) -> list[str]:
        """Names of the parts of the address that vary."""
        return [m["name"] or m["bare"] for m in PARAMETER.finditer(self.address)]

    @property
    def is_list(self) -> bool:
        """Whether it has an export."""
        return isinstance(self.view, type) and issubclass(self.view, ListPage) and self.view.exportable


def _patterns(resolver: URLResolver, names: str = "", before: str = "") -> Iterator[tuple[str, str, Any]]:
    for part in resolver.url_patterns:
        address = before + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from _patterns(part, f"{names}{part.namespace}:" if part.namespace else names, address)
        elif isinstance(part, URLPattern):
            yield f"{names}{part.name or address}", address, getattr(part.callback, "view_class", part.callback)


def capability_of(view: Any) -> str | None:
    """What the view asks for, as the matrix writes it."""
    if not (isinstance(view, type) and issubclass(view, Page)):
        return "?"
    asked = getattr(view, "capability", None)
    return asked.name.lower() if isinstance(asked, Door) else asked


def _record_of(view: Any, address: str) -> str:
    if "pk>" not in address:
        return ""
    model = getattr(view, "model", None)
    return model._meta.label_lower if model else "?"


def found_pages() -> list[Found]:
    """Every address, the API's operations left out."""
    return [
        Found(name, address, capability_of(view), view, _record_of(view, address))
        for name, address, view in _patterns(get_resolver()) if not address.startswith("api/v1/")
    ]  # fmt: skip


def pages_without_address() -> list[str]:
    """Page classes that no address leads to, those of tests left out."""
    led_to = {door.view for door in found_pages()}
    return [
        f"{page.__module__}.{page.__qualname__}" for page in pages()
        if page not in led_to and ".tests." not in page.__module__ and not any(issubclass(v, page) for v in led_to if isinstance(v, type))
    ]  # fmt: skip


def found_operations() -> list[Found]:
    """Every operation declared by a ScopedRouter."""
    found = []
    for method, declared, capability, function in OPERATIONS:
        if ".tests." in function:
            continue
        path = CONVERTER.sub(r"{\1}", declared)
        record = RESOURCES.get(path.split("/")[1], "?") if "{pk}" in path else ""
        found.append(Found(f"{method} {path}", path, capability or "signed_in", function, record))
    return found


def described_operations() -> set[str]:
    """Every operation that the API really answers, by its description."""
    schema = api.get_openapi_schema(path_prefix="/api/")
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}" for path, methods in schema["paths"].items() for method in methods
    }  # fmt: skip


def found_commands() -> list[Found]:
    """Every command of `bihuan`."""
    return [Found(" ".join(words), "", parser.get_default("capability")) for words, parser in commands(build_parser()).items()]
