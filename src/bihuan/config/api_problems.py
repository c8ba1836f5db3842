"""Every fault of the API as application/problem+json (RFC 9457) with a stable code and a Chinese sentence."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from bihuan.foundation.lib.problems import Problem

logger = logging.getLogger("bihuan.api")

CODES = {
    400: ("bad_request", "请求内容无法识别，请核对格式（JSON、编码）。"),
    401: ("not_signed_in", "请先登录，或在请求头中提供有效的访问令牌。"),
    403: ("forbidden", "您没有办理此项的权限，请联系本单位管理员。"),
    404: ("not_found", "没有找到该记录，可能已被移走或不在您的管辖范围内。"),
    405: ("method_not_allowed", "该地址不支持这种操作。"),
    413: ("too_large", "提交的内容过大。"),
    429: ("too_many", "请求过于频繁，请稍后再试。"),
    500: ("internal", "系统出错，已记录，请稍后再试或联系运维人员。"),
}
MESSAGES = {
    "missing": "必填",
    "string_too_short": "不少于 {min_length} 个字",
    "string_too_long": "不超过 {max_length} 个字",
    "greater_than": "须大于 {gt}",
    "greater_than_equal": "不得小于 {ge}",
    "less_than": "须小于 {lt}",
    "less_than_equal": "不得大于 {le}",
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "extra_forbidden": "不认识的字段",
}
KINDS = {
    "int": "须为整数",
    "float": "须为数字",
    "decimal": "须为数字",
    "bool": "须为 true 或 false",
    "datetime": "须为时间，如 2025-03-07T15:00:00+08:00",
    "date": "须为日期，如 2025-03-07",
    "string": "须为文字",
    "list": "须为列表",
    "dict": "须为对象",
    "uuid": "须为 UUID",
    "json": "不是正确的 JSON",
}


def problem_response(
    status: int, code: str, message: str, errors: Mapping[str, Sequence[str]] | None = None, detail: Mapping[str, Any] | None = None
) -> HttpResponse:
    """One fault as its answer. `detail` holds further facts a program may use."""
    body: dict[str, Any] = {"type": f"urn:bihuan:problem:{code}", "title": message, "status": status, "code": code, "detail": message}
    if errors:
        body["errors"] = {name: list(lines) for name, lines in errors.items()}
    if detail:
        body["facts"] = dict(detail)
    text = json.dumps(body, ensure_ascii=False, default=str)
    return HttpResponse(text, status=status, content_type="application/problem+json; charset=utf-8")


def by_status(status: int, message: str = "") -> HttpResponse:
    """A fault that only has an HTTP status."""
    code, usual = CODES.get(status, (f"http_{status}", "请求未能完成，请核对后重试。"))
    return problem_response(status, code, message or usual)


def sentence(error: Mapping[str, Any]) -> str:
    """One validation error of pydantic in Chinese; the original sentence where no translation is known."""
    kind = str(error.get("type", ""))
    if kind in MESSAGES:
        return MESSAGES[kind].format_map({"expected": "", **error.get("ctx", {})}).strip()
    for start, message in KINDS.items():
        if kind.startswith(f"{start}_"):
            return message
    return str(error.get("msg", "填写有误")).removeprefix("Value error, ")


def field_of(error: Mapping[str, Any]) -> str:
    """The field a validation error is about: `loc` without the part of the request and the parameter's name."""
    place = [str(part) for part in error.get("loc", ())]
    if place[:1] in (["body"], ["form"], ["file"]) and len(place) > 2:
        place = place[2:]
    elif place[:1] in (["query"], ["path"], ["body"], ["header"], ["form"], ["file"], ["cookie"]):
        place = place[1:]
    return ".".join(place)


def by_field(exc: ValidationError) -> HttpResponse:
    """All faults of the input at once, by field and as one sentence."""
    errors: dict[str, list[str]] = {}
    for error in exc.errors:
        errors.setdefault(field_of(error), []).append(sentence(error))
    lines = "；".join(f"{name}：{'、'.join(found)}" if name else "、".join(found) for name, found in errors.items())
    return problem_response(422, "invalid", f"提交的内容有误：{lines}", errors)


def answer(request: HttpRequest, exc: Exception | type[Exception]) -> HttpResponse:
    """The answer to any fault; one that is nobody's input is logged with its trace."""
    match exc:
        case Problem():
            return problem_response(exc.status, exc.code, exc.message, exc.errors, exc.detail)
        case ValidationError():
            return by_field(exc)
        case Throttled():
            response = by_status(429)
            response["Retry-After"] = str(exc.wait or 60)
            return response
        case HttpError():
            return by_status(exc.status_code)
        case Http404():
            return by_status(404)
        case PermissionDenied():
            return by_status(403)
        case _:
            logger.exception("unhandled fault at %s %s", request.method, request.path)
            return by_status(500)


def handle_problems(api: NinjaAPI) -> None:
    """Answer every fault of `api` so; the framework's own handlers are replaced."""
    for kind in (Problem, ValidationError, HttpError, Http404, PermissionDenied, Exception):
        api.add_exception_handler(kind, answer)
