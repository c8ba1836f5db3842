"""The pages in Chromium: what the scripts add, and that nothing is lost without them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.access.tests.test_pages import EDITOR
from bihuan.foundation.accounts.models import User
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.tenancy.models import Membership, Organisation
from bihuan.foundation.tenancy.services import create_organisation
from bihuan.foundation.web import nav
from bihuan.foundation.web.icons import FOLDER

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("bihuan.foundation.access.tests.sample_pages"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not FOLDER.exists(), reason="script/vendor has not run in this checkout"),
]


@pytest.fixture
def cookie(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("bihuan.foundation.access.actor.role", lambda key: EDITOR)
    monkeypatch.setattr(nav, "_items", {})
    monkeypatch.setattr(nav, "_slots", {})
    system, at = system_actor("test"), utc_now()
    county = create_organisation(system, kind="county", name="定襄县", code="140921", parent=None, at=at)
    for number in range(3):
        create_organisation(system, kind="enterprise", name=f"第{number}厂", code=f"E{number}", parent=county, at=at)
    user = User.objects.create_user("li", name="李岩")
    Membership.objects.create(user=user, organisation=county, role="editor", valid_from=at)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def tab(browser: Browser, live_server: Any, cookie: str) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, base_url=live_server.url)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert faults == []


def test_a_filter_swaps_the_table_keeps_the_address_and_announces_the_count(tab: Page) -> None:
    tab.goto("/units/")
    tab.evaluate("window.same = true")
    tab.fill("[data-focus-filter]", "第1")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/units/?q=*")
    expect(tab.locator("tbody tr")).to_have_count(1)
    assert tab.evaluate("window.same")
    expect(tab.locator("#announcer")).to_have_text("共 1 条")
    tab.go_back()
    expect(tab.locator("tbody tr")).to_have_count(4)


def test_keys_move_through_the_rows_and_open_one(tab: Page) -> None:
    tab.goto("/units/")
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.name") == "q"
    tab.keyboard.type("jk")
    assert tab.input_value("[name=q]") == "jk"
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    assert tab.evaluate("document.activeElement.textContent") == "第0厂"
    tab.keyboard.press("Enter")
    tab.wait_for_selector("h1:has-text('第0厂')")


def test_what_was_typed_survives_an_expired_session(tab: Page) -> None:
    tab.goto("/units/new/")
    tab.fill("[name=name]", "写了很久的内容")
    cookies = tab.context.cookies()
    tab.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    tab.click("button.pri")
    tab.wait_for_url("**/accounts/login/**")
    tab.context.add_cookies(cookies)
    tab.goto("/units/new/")
    assert tab.input_value("[name=name]") == "写了很久的内容"
    assert "已恢复" in (tab.text_content("form .note") or "")
    tab.click("text=丢弃")
    assert tab.input_value("[name=name]") == ""


def test_a_draft_is_dropped_once_it_was_accepted(tab: Page) -> None:
    tab.goto("/units/new/")
    tab.fill("[name=name]", "新厂")
    tab.click("button.pri")
    tab.wait_for_url("**/units/")
    expect(tab.locator(".toast-b")).to_have_text("已保存")
    assert [name for name in tab.evaluate("Object.keys(sessionStorage)") if "draft" in name] == []
    tab.goto("/units/new/")
    assert tab.input_value("[name=name]") == ""


def test_faults_take_the_focus(tab: Page) -> None:
    tab.goto("/units/new/")
    tab.click("button.pri")
    tab.wait_for_selector("#form-errors")
    assert tab.evaluate("document.activeElement.id") == "form-errors"


def test_a_consequence_is_asked_about_first(tab: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    firm = Organisation.objects.get(code="E1")
    monkeypatch.setattr("bihuan.foundation.access.tests.sample_pages.UnitRename.confirm", "更名后原名称只在历史中可查")
    tab.goto(f"/units/{firm.pk}/rename/")
    tab.fill("[name=name]", "新名")
    tab.click("form.card-b button.pri")
    assert tab.text_content("#confirm-text") == "更名后原名称只在历史中可查"
    tab.click("#confirm >> text=取消")
    firm.refresh_from_db()
    assert firm.name == "第1厂"
    tab.click("form.card-b button.pri")
    tab.click("#confirm-yes")
    tab.wait_for_url(f"**/units/{firm.pk}/")
    firm.refresh_from_db()
    assert firm.name == "新名"


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_pages_fit_and_pass_the_accessibility_rules(tab: Page, size: dict[str, int]) -> None:
    tab.set_viewport_size({"width": size["width"], "height": size["height"]})
    firm = Organisation.objects.get(code="E1")
    for address in ("/units/", "/units/?q=none", "/units/new/", f"/units/{firm.pk}/", "/boom/", "/units/notice/"):
        tab.goto(address)
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
        found = Axe().run(tab, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert [fault["id"] for fault in found.response["violations"]] == [], (address, found.generate_report())


def test_everything_can_be_done_without_scripts(browser: Browser, live_server: Any, cookie: str) -> None:
    context = browser.new_context(viewport=PHONE, base_url=live_server.url, java_script_enabled=False)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto("/units/")
    page.fill("[name=q]", "第2")
    page.click("text=筛选")
    assert page.locator("tbody tr").count() == 1
    page.click("tbody a.row-link")
    assert page.text_content("h1") == "第2厂"
    page.goto("/units/new/")
    page.click("button.pri")
    assert page.locator("#form-errors").count() == 1
    page.fill("[name=name]", "新厂")
    page.click("button.pri")
    assert page.url.endswith("/units/")
    context.close()
