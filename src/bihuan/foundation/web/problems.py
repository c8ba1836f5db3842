"""How a Problem is answered: a Chinese page, a note for htmx, or RFC 9457 problem+json for programs."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bihuan.foundation.lib.canonical import canonical_json
from bihuan.foundation.lib.problems import Problem

PROBLEM_JSON = "application/problem+json"
TRACE_MARK = b"@trace@"

HEADINGS = {
    400: "请求有误",
    403: "没有权限",
    404: "没有找到",
    409: "记录已有变化",
    422: "未能办理",
    429: "操作过于频繁",
}
STATUS_MESSAGES = {
    400: "请求的内容无法识别，请核对后重试。",
    401: "请先登录或提供有效的访问令牌。",
    403: "没有权限，或安全校验未通过。",
    404: "没有这个地址。",
    405: "该地址不支持这种请求方式。",
    413: "上传的内容过大。",
    429: "操作过于频繁，请稍后再试。",
    500: "系统出现异常，已记录，请稍后重试或把追踪编号告知运维人员。",
}


def problem_body(problem: Problem, *, trace: str = "") -> dict[str, Any]:
    """The members of problem+json; `errors` only when the problem is about fields."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HEADINGS.get(problem.status) or HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.message,
    }
    if problem.errors:
        body["errors"] = problem.errors
    if problem.detail:
        body["extra"] = json.loads(canonical_json(problem.detail))
    if trace:
        body["trace"] = trace
    return body


def api_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer for a program."""
    body = problem_body(problem, trace=getattr(request, "trace", ""))
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), content_type=f"{PROBLEM_JSON}; charset=utf-8", status=problem.status
    )


def status_problem(status: int) -> Problem:
    """A Problem for an error that has no words of its own."""
    message = STATUS_MESSAGES.get(status, STATUS_MESSAGES[500 if status >= 500 else 400])
    return Problem(f"http.{status}", message, status=status)


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer for a person: a page, or a note above the page they are on when htmx asked."""
    context = {
        "problem": problem,
        "heading": HEADINGS.get(problem.status, "未能办理"),
        "trace": getattr(request, "trace", ""),
        "back": request.headers.get("Referer", ""),
    }
    if getattr(request, "htmx", None):
        response = render(request, "errors/problem_note.html", context, status=problem.status)
        response.headers["HX-Retarget"] = "#problem"
        response.headers["HX-Reswap"] = "innerHTML show:window:top"
        return response
    return render(request, "errors/problem.html", context, status=problem.status)
