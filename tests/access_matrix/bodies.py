"""A body that an API operation accepts, made from its own description."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from ninja import NinjaAPI


class Multipart(dict[str, Any]):
    """A body that is sent as a form with files."""


@cache
def _schema(api: NinjaAPI) -> dict[str, Any]:
    return api.get_openapi_schema(path_prefix="/api/")


def body_of(api: NinjaAPI, method: str, path: str) -> Any:
    """The smallest body by the schema; None where the operation takes none."""
    schema = _schema(api)
    operation = schema["paths"]["/api/v1" + path.removeprefix("/api/v1")][method.lower()]
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        return Multipart(value_of(content["multipart/form-data"]["schema"], schema))
    wanted = content.get("application/json", {}).get("schema")
    return None if wanted is None else value_of(wanted, schema)


def value_of(wanted: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A value of that schema: examples and defaults first, then the plainest."""
    if "$ref" in wanted:
        return value_of(schema["components"]["schemas"][wanted["$ref"].rsplit("/", 1)[1]], schema)
    for key in ("example", "default", "const"):
        if key in wanted:
            return wanted[key]
    if wanted.get("examples"):
        return wanted["examples"][0]
    if "enum" in wanted:
        return wanted["enum"][0]
    if "anyOf" in wanted or "allOf" in wanted:
        return value_of((wanted.get("anyOf") or wanted["allOf"])[0], schema)
    kind = wanted.get("type")
    if kind == "object":
        return {name: value_of(part, schema) for name, part in wanted.get("properties", {}).items() if name in wanted.get("required", [])}
    if kind == "array":
        return []
    if kind in {"integer", "number"}:
        return wanted.get("minimum", 1)
    if kind == "boolean":
        return False
    if wanted.get("format") == "binary":
        return SimpleUploadedFile("a.txt", b"x")
    by_format = {"date": "2025-01-06", "date-time": "2025-01-06T01:00:00Z", "uuid": "00000000-0000-4000-8000-000000000000"}
    return by_format.get(wanted.get("format", ""), "测" * max(1, wanted.get("minLength", 1)))
