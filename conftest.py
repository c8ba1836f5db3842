"""What every test may use: the requirement record, the database choice, and a page in the system's Chromium."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest

from tests.support.chromium import ARGUMENTS, find_chromium

# A busy machine is no fault of the code: no test asserts a time.
hypothesis.settings.register_profile("bihuan", deadline=None)
hypothesis.settings.load_profile("bihuan")

pytest_plugins = ["tests.support.requirement_record", "tests.support.selection"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's Chromium instead of a downloaded one."""
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A person in Shanxi."""
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def context(context: Any) -> Iterator[Any]:
    """A browser context that fails the test when a page asks for anything outside this machine."""
    outside: list[str] = []

    def note(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in {"127.0.0.1", "localhost"}:
            outside.append(request.url)

    context.on("request", note)
    yield context
    assert not outside, f"pages must work offline, but asked for: {outside}"


@pytest.fixture(autouse=True, scope="session")
def _own_home_for_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the browser's files out of the tester's home."""
    before = os.environ.get("XDG_CONFIG_HOME")
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path_factory.mktemp("browser-home"))
    yield
    if before is None:
        del os.environ["XDG_CONFIG_HOME"]
    else:
        os.environ["XDG_CONFIG_HOME"] = before
