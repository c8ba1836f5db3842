"""A small demonstration region, built and served as a newcomer would, once for all journeys."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PASSWORD = "Bihuan-demo-2026"
PATIENCE = 240.0


def _bihuan(data: Path, *words: str, **options: Any) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BIHUAN_")} | {
        "BIHUAN_DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "bihuan.config.settings", "PYTHONPATH": "src", "BIHUAN_LOG_LEVEL": "WARNING",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-m", "bihuan", *words], env=environment, text=True, start_new_session=True, **options)


def _run(data: Path, *words: str) -> str:
    process = _bihuan(data, *words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return said


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served region of about 60 firms and 300 hazards."""
    data = tmp_path_factory.mktemp("region")
    for words in (("migrate",), ("load-packs",), ("demo", "--size", "0.05")):
        _run(data, *words)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (data / "serve.log").open("w")
    server = _bihuan(data, "serve", "--port", str(port), stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _until_served(address, server, data / "serve.log")
        yield address
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def _until_served(address: str, server: subprocess.Popen[str], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(f"{address}/accounts/login/", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"nobody answers: {log.read_text(encoding='utf-8')}")


@pytest.fixture
def sign_in(browser: Browser, region: str) -> Iterator[Callable[..., Page]]:
    """`sign_in("city")` gives that person's page; `phone=True` a phone's."""
    contexts = []

    def open_for(user: str, *, phone: bool = False) -> Page:
        context = browser.new_context(viewport=PHONE if phone else WIDE, base_url=region, has_touch=phone, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.fill("input[name=username]", user)
        page.fill("input[name=password]", PASSWORD)
        page.click("form:has(input[name=password]) button")
        page.wait_for_url(lambda url: "/accounts/login" not in url)
        return page

    yield open_for
    for context in contexts:
        context.close()
