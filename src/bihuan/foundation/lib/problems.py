"""The exceptions that services raise for a person to read.

A `Problem` carries a stable `code` for programs (`hazards.own_fix`) and a Chinese `message` for people that says what
to do. `foundation.web.middleware.ProblemPages` turns it into a page, the API into RFC 9457 problem+json.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Problem(Exception):
    """Something a person must be told. `field` names the input it is about; `status` is the HTTP status."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        status: int = 422,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.status = status
        self.detail: dict[str, Any] = dict(detail or {})

    @property
    def errors(self) -> dict[str, list[str]]:
        """The messages by field; empty when the problem is not about a field."""
        return {self.field: [self.message]} if self.field else {}

    def __str__(self) -> str:
        return self.message


class NotFound(Problem):
    """The record does not exist, or lies outside what the actor may see: the answer is the same."""

    def __init__(
        self,
        code: str = "not_found",
        message: str = "没有找到该记录，可能已被移走或不在您的管辖范围内。",
        *,
        field: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code, message, field=field, status=404, detail=detail)


class Forbidden(Problem):
    """The actor sees the record but may not do this with it."""

    def __init__(
        self,
        code: str = "forbidden",
        message: str = "您没有办理此项的权限，请联系本单位管理员。",
        *,
        field: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code, message, field=field, status=403, detail=detail)


class Conflict(Problem):
    """Someone else was first: the record changed since it was read."""

    def __init__(
        self,
        code: str = "conflict",
        message: str = "该记录刚刚被他人修改，请刷新后核对再办理。",
        *,
        field: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code, message, field=field, status=409, detail=detail)


class Invalid(Problem):
    """Several inputs are wrong. The key "" holds messages that belong to no single field."""

    def __init__(
        self,
        errors: Mapping[str, Sequence[str]],
        *,
        code: str = "invalid",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        self._errors = {name: list(messages) for name, messages in errors.items()}
        lines = [line for messages in self._errors.values() for line in messages]
        super().__init__(code, "；".join(lines) or "填写的内容有误，请核对。", status=422, detail=detail)

    @property
    def errors(self) -> dict[str, list[str]]:
        """The messages by field, "" for those about the whole input."""
        return self._errors
