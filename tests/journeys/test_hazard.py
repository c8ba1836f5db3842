"""A hazard through its loop by several people, and story 3: the principal's own report."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

pytestmark = pytest.mark.browser


def photo(colour: str) -> FilePayload:
    """A picture as a phone would give it."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def choose_firm(page: Page, text: str) -> None:
    """Pick the first firm that the combobox offers."""
    page.locator("[name=enterprise_text], [data-combo] input[type=text], input[role=combobox]").first.press_sequentially(text, delay=30)
    page.locator("[role=option]").first.click()


def step(page: Page, name: str) -> None:
    """Open a step from the hazard's page."""
    page.get_by_role("link", name=name, exact=True).or_(page.get_by_role("button", name=name, exact=True)).first.click()


def confirm_dialog(page: Page) -> None:
    """Agree to the consequence where one is stated."""
    dialog = page.locator("dialog[open]")
    if dialog.count():
        dialog.get_by_role("button").last.click()
