"""A hazard through its loop by several people, and story 3: the principal's own report."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, TimeoutError, expect

pytestmark = pytest.mark.browser


def photo(colour: str) -> FilePayload:
    """A picture as a phone would give it."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def choose(page: Page, field: str, text: str) -> str:
    """Type into a combobox and take its first answer; returns what was chosen."""
    combo = page.locator(f"[data-combo]:has(input[type=hidden][name={field}])")
    combo.locator("[role=combobox]").press_sequentially(text, delay=20)
    option = combo.locator("[role=option]").first
    option.wait_for()
    chosen = option.get_attribute("data-text") or ""
    option.click()
    return chosen


def set_due(page: Page, days: int) -> None:
    """Type a day and put the calendar away."""
    field = page.locator("[name=due_on]")
    field.fill((date.today() + timedelta(days=days)).isoformat())
    field.press("Tab")


def agree(page: Page) -> None:
    """Agree to the stated consequence, where one is asked about."""
    yes = page.locator("dialog[open] #confirm-yes")
    if yes.count():
        yes.click()


def send(page: Page) -> None:
    """Press the form's button and go on to the hazard's page."""
    page.locator("main form[method=post] .form-acts button.pri").click()
    agree(page)
    try:
        page.wait_for_url(lambda url: url.rstrip("/").rsplit("/", 1)[-1].isdigit(), timeout=15_000)
    except TimeoutError as fault:
        raise AssertionError(page.locator("main").inner_text()) from fault


def report(page: Page, firm: str, *, level: str, title: str, basis: str = "") -> str:
    """Enter a finding with a photo; returns the address of the hazard."""
    page.goto("/hazards/report/")
    page.locator("input[type=file][name=photos]").set_input_files([photo("red")])
    # A person of one firm is not asked which.
    combo = page.locator("[data-combo]:has(input[name=enterprise]) [role=combobox]")
    if combo.count() and combo.input_value() == "":
        choose(page, "enterprise", firm)
    page.fill("[name=title]", title)
    page.fill("[name=description]", f"{title}，现场可见。")
    page.fill("[name=place]", "抛丸区")
    page.check(f"[name=level][value={level}]")
    if level == "major":
        choose(page, "criterion", "有限空间")
    if basis:
        page.fill("[name=basis]", basis)
    send(page)
    return page.url


@pytest.mark.requirement("X24-028")
def test_found_confirmed_planned_fixed_and_closed_by_another_person(sign_in: Callable[..., Page]) -> None:
    officer = sign_in("county140921")
    url = report(officer, "定襄县", level="general", title="除尘器泄爆片积尘", basis="GB 15577-2018 第8.1条")
    expect(officer.get_by_text("待判定").first).to_be_visible()

    officer.goto(url + "confirm/")
    set_due(officer, 10)
    officer.check("[name=needs_plan]")
    send(officer)
    file = officer.locator("main a[href^='/enterprises/']").first.get_attribute("href")
    key = str(file).strip("/").rsplit("/", 1)[-1]
    manager = sign_in(f"manager{key}", phone=True)
    manager.goto(url + "submit_plan/")
    for name, text in {"person": "安全部王安", "measures": "清理并加密清扫", "contingency": "停机断电挂牌", "amount_fen": "0.5"}.items():
        manager.fill(f"[name={name}]", text)
    set_due(manager, 5)
    send(manager)
    expect(manager.get_by_text("待核准方案").first).to_be_visible()
    officer.goto(url + "approve_plan/")
    send(officer)
    expect(officer.get_by_text("整改中").first).to_be_visible()

    manager.goto(url + "report_fix/")
    manager.locator("input[type=file][name=photos]").set_input_files([photo("green")])
    manager.fill("[name=summary]", "已清理泄爆片并验收")
    send(manager)
    expect(manager.get_by_text("待复查").first).to_be_visible()
    # Who fixed it cannot close it: the page says why and keeps what was typed.
    manager.goto(url + "accept/")
    manager.fill("[name=opinion]", "自己看过了")
    manager.locator("main form[method=post] .form-acts button.pri").click()
    agree(manager)
    expect(manager.get_by_text("权限").or_(manager.get_by_text("另一人")).first).to_be_visible()
    manager.goto(url)
    expect(manager.get_by_text("待复查").first).to_be_visible()

    checker = sign_in("law140921", phone=True)
    checker.goto(url + "accept/")
    checker.fill("[name=opinion]", "现场核实已清理")
    send(checker)
    expect(checker.get_by_text("已销号").first).to_be_visible()
    assert checker.locator("main img").count() >= 2
    officer.goto(url)
    expect(officer.get_by_text("现场核实已清理")).to_be_visible()


def test_a_principals_own_report_is_sealed_and_barred_from_penalty(sign_in: Callable[..., Page]) -> None:
    principal = sign_in("principal1")
    url = report(principal, "砺川", level="major", title="污水池未辨识为有限空间")
    expect(principal.get_by_text("自报封存时间").first).to_be_visible()
    expect(principal.get_by_text("不予处罚").first).to_be_visible()
    officer = sign_in("county140902")
    officer.goto(url)
    expect(officer.get_by_text("判定").first).to_be_visible()
    officer.goto("/messages/todos/")
    expect(officer.get_by_text("污水池未辨识为有限空间").first).to_be_visible()
    assert sign_in("county140921").goto(url).status == 404  # type: ignore[union-attr]
