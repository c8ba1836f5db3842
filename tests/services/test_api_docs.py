"""The API's description can be read in a browser without a network and under our content security policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_description_is_shown_offline(page: Page, live_server: LiveServer) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{live_server.url}/api/docs")
    expect(page.get_by_role("heading", name="闭环")).to_be_visible()
    assert not faults
