"""Answers for every request: content security policy, and problems as pages or problem+json."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from bihuan.foundation.lib.problems import Problem

from .problems import TRACE_MARK, api_problem, problem_page, status_problem

Handler = Callable[[HttpRequest], HttpResponseBase]
log = logging.getLogger("bihuan.web")


class ContentSecurityPolicy:
    """Add the policy of the design guide: nothing from outside, no inline script."""

    policy = (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
    )

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


class ProblemPages:
    """Turn a Problem raised by a view into a page, or problem+json for the API.

    Every request gets a trace number (追踪编号): it is in the log line of an unexpected error, on the page that
    reports it, and in the X-Trace header, so that a caller and an operator speak of the same event.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.trace = secrets.token_hex(4)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.status_code >= 400:
            response = self.finished(request, response)
            response.headers["X-Trace"] = request.trace  # type: ignore[attr-defined]
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer a Problem; note anything else with its trace number and leave it to Django."""
        if isinstance(exception, Problem):
            return api_problem(request, exception) if for_api(request) else problem_page(request, exception)
        log.error("trace=%s path=%s %s", trace_of(request), request.path, type(exception).__name__)
        return None

    def finished(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Under /api/ no answer is HTML; elsewhere the trace number is put into the error page."""
        if not isinstance(response, HttpResponse) or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        if for_api(request):
            return api_problem(request, status_problem(response.status_code))
        if TRACE_MARK in response.content:
            response.content = response.content.replace(TRACE_MARK, trace_of(request).encode())
        return response


def for_api(request: HttpRequest) -> bool:
    """Whether a program asks."""
    return request.path.startswith("/api/")


def trace_of(request: Any) -> str:
    """The request's trace number."""
    return str(getattr(request, "trace", ""))
