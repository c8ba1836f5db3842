"""Story 1: Friday 15:00. Two of the units are silent; figures reconcile; narrative; signature; export."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
NUMBER = re.compile(r"\d+(?:\.\d+)?")
SENTENCES = (2, 3, 5)


def numbers(text: str) -> list[float]:
    """The numbers of a sentence, in order."""
    return [float(n) for n in NUMBER.findall(text.replace(",", ""))]


def sentence(page: Page, row: int) -> list[float]:
    """The figures of one row of the form on screen."""
    cells = page.locator("table.wk tbody tr").nth(row - 1).locator(".sentence .fig b")
    return [float(text.replace(",", "")) for text in cells.all_inner_texts()]


def test_the_city_officer_closes_the_week(sign_in: Callable[..., Page], tmp_path: Path) -> None:
    page = sign_in("city")
    expect(page).to_have_url(re.compile("/cockpit/"))
    page.get_by_role("link", name="周调度统计表").first.click()
    expect(page.get_by_role("heading", name="周调度统计表")).to_be_visible()
    expect(page.locator("#missing")).to_contain_text("岢岚县")
    expect(page.locator("#missing")).to_contain_text("保德县")
    expect(page.get_by_text("各单位报送 14/16")).to_be_visible()
    expect(page.locator(".checks li.block")).to_have_count(0)
    expect(page.locator(".checks")).to_contain_text("附件2 台账")

    # A number opens its passport, and the passport its records.
    page.locator('[data-figure="hazards.self.general.found"]').click()
    value = int(page.locator("#fig .big b").inner_text().replace(",", ""))
    page.locator("#fig").get_by_role("link", name=re.compile("打开 .* 条记录")).click()
    expect(page.get_by_text(re.compile(rf"\b{value}\b")).first).to_be_visible()
    page.go_back()

    page.get_by_role("link", name="编辑文字").first.click()
    for name, text in {"meetings": "本周召开调度会2次", "problems": "专业力量不足", "suggestions": "统筹专家帮扶"}.items():
        page.fill(f"textarea[name={name}]", text)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("专业力量不足")).to_be_visible()
    shown = {row: sentence(page, row) for row in SENTENCES}

    page.get_by_role("link", name="签字上报").click()
    page.get_by_role("button", name="签字并提交").click()
    confirm = page.get_by_role("dialog").get_by_role("button", name="签字并提交")
    if confirm.count():
        confirm.click()
    expect(page.get_by_text("已上报并锁定").first).to_be_visible()
    assert {row: sentence(page, row) for row in SENTENCES} == shown
    expect(page.get_by_role("link", name="编辑文字")).to_have_count(0)

    with page.expect_download() as caught:
        page.get_by_role("link", name="附件1 docx").click()
    file = tmp_path / "annex1.docx"
    caught.value.save_as(file)
    cells = [[c.text for c in row.cells] for table in Document(str(file)).tables for row in table.rows]
    for row, values in shown.items():
        printed = next(c for c in cells if c[0].strip() == str(row))
        assert numbers(printed[2]) == values, (row, printed[2])
    assert any("专业力量不足" in cell for row in cells for cell in row)
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice:
        subprocess.run(
            [soffice, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        assert (tmp_path / "annex1.pdf").read_bytes()[:5] == b"%PDF-"

    # What was signed is what is known: the week re-run gives the same numbers.
    page.get_by_role("link", name="报送时与现在").click()
    expect(page.get_by_text(re.compile("个数字全部与报送时一致"))).to_be_visible()


def test_a_county_sees_its_own_and_a_sibling_nothing(sign_in: Callable[..., Page]) -> None:
    page = sign_in("county140921")
    page.goto("/campaigns/returns/")
    expect(page.get_by_text("定襄县").first).to_be_visible()
    assert page.get_by_text("五台县").count() == 0
    own = page.locator("table tbody a[href^='/campaigns/returns/']").first.get_attribute("href")
    other = sign_in("county140922")
    response = other.goto(str(own))
    assert response is not None
    assert response.status == 404
