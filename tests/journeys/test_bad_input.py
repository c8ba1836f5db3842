"""What people really send: wrong codes, programs named as photos, the same deed twice, forms left open over lunch."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD
from tests.journeys.test_hazard import agree, choose, photo, report, set_due

pytestmark = pytest.mark.browser
SHANGHAI = ZoneInfo("Asia/Shanghai")


def press(page: Page) -> None:
    """Press the form's button, agree where asked, and wait for the answer."""
    button = page.locator("main form[method=post] .form-acts button.pri")
    with page.expect_navigation():
        button.click()
        agree(page)


def filled(page: Page) -> None:
    """A finding, all but sent."""
    page.goto("/hazards/report/")
    choose(page, "enterprise", "定襄县")
    page.fill("[name=title]", "打磨间积尘")
    page.fill("[name=description]", "打磨间横梁积尘超过一毫米。")
    page.fill("[name=basis]", "GB 15577-2018 第8.1条")


def test_a_wrong_check_digit_is_told_on_leaving_the_field_and_again_by_the_server(sign_in: Callable[..., Page]) -> None:
    page = sign_in("county140921")
    page.goto("/enterprises/new/")
    page.fill("[name=code]", "91140921ma0aaaaa18")
    page.fill("[name=name]", "定襄县新开锻造有限公司")
    expect(page.get_by_text("校验位不正确").first).to_be_visible()
    page.fill("[name=headcount]", "35")
    press(page)
    expect(page.locator("main").get_by_text("校验位不正确，可能有字符填错").first).to_be_visible()
    assert page.input_value("[name=name]") == "定襄县新开锻造有限公司"
    assert page.input_value("[name=code]").upper() == "91140921MA0AAAAA18"
    assert page.input_value("[name=headcount]") == "35"


def test_a_program_named_as_a_photo_is_refused_and_the_words_stay(sign_in: Callable[..., Page]) -> None:
    page = sign_in("county140921")
    filled(page)
    program = b"MZ\x90\x00" + os.urandom(10 * 1024 * 1024)
    page.locator("input[type=file][name=photos]").set_input_files([{"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": program}])
    expect(page.get_by_text("现场.jpg").first).to_be_visible()
    press(page)
    assert "/hazards/report/" in page.url
    expect(page.locator("main").get_by_text("现场.jpg").first).to_be_visible()
    assert page.input_value("[name=title]") == "打磨间积尘"
    assert page.input_value("[name=description]") == "打磨间横梁积尘超过一毫米。"
    # Put right, it goes through: nothing of the first try was kept.
    page.locator("input[type=file][name=photos]").set_input_files([photo("blue")])
    press(page)
    assert page.url.rstrip("/").rsplit("/", 1)[-1].isdigit()


def test_an_event_of_four_days_ago_is_refused_with_what_to_do(sign_in: Callable[..., Page]) -> None:
    page = sign_in("county140921")
    filled(page)
    page.fill("[name=found_at]", f"{datetime.now(SHANGHAI) - timedelta(hours=97):%Y-%m-%dT%H:%M}")
    press(page)
    expect(page.locator("main").get_by_text("72").first).to_be_visible()
    assert page.input_value("[name=title]") == "打磨间积尘"


def test_two_officers_judge_at_once_and_the_second_loses_nothing(sign_in: Callable[..., Page]) -> None:
    first, second = sign_in("county140921"), sign_in("deputy140921")
    url = report(first, "定襄县", level="general", title="配电箱门缺失", basis="GB 50054")
    for page, days in ((first, 10), (second, 20)):
        page.goto(url + "confirm/")
        set_due(page, days)
        page.fill("[name=assignee]", f"责任人{days}")
    press(first)
    expect(first.get_by_text("整改中").first).to_be_visible()
    press(second)
    expect(second.locator("main").get_by_text("已被他人办理").first).to_be_visible()
    assert second.input_value("[name=assignee]") == "责任人20"
    second.goto(url)
    expect(second.get_by_text("责任人10").first).to_be_visible()
    assert second.get_by_text("责任人20").count() == 0


def test_a_session_that_ends_while_writing_loses_no_word(sign_in: Callable[..., Page]) -> None:
    page = sign_in("county140921")
    filled(page)
    page.locator("[name=description]").press("Tab")
    page.context.clear_cookies(name=re.compile("session"))
    press(page)
    assert "/accounts/login/" in page.url
    page.fill("input[name=username]", "county140921")
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has(input[name=password]) button")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    assert "/hazards/report/" in page.url
    expect(page.locator("[name=title]")).to_have_value("打磨间积尘")
    expect(page.locator("[name=description]")).to_have_value("打磨间横梁积尘超过一毫米。")
    expect(page.locator("[name=basis]")).to_have_value("GB 15577-2018 第8.1条")
