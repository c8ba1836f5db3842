"""Every role looks through its pages, on a desk and on a phone: nothing broken, nothing too wide, nothing inaccessible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.crawl import walk

pytestmark = pytest.mark.browser
# How many pages each role looks through; one address of every shape, two links away from the first page.
WIDE_ROLES = {"city": 40, "province": 12, "county140921": 25, "reporter140921": 12, "law140921": 12, "principal1": 25, "manager1": 12, "auditor": 12, "itops": 20}
PHONE_ROLES = {"city": 30, "province": 10, "county140921": 25, "reporter140921": 10, "law140921": 15, "principal1": 25, "manager1": 15, "auditor": 10, "itops": 15}


@pytest.mark.parametrize("user", WIDE_ROLES)
def test_on_a_desk(sign_in: Callable[..., Page], user: str) -> None:
    found = walk(sign_in(user), limit=WIDE_ROLES[user])
    print(f"{user}: {found.report()}")  # noqa: T201
    assert not found.faults, "\n".join(found.faults)


@pytest.mark.parametrize("user", PHONE_ROLES)
def test_on_a_phone(sign_in: Callable[..., Page], user: str) -> None:
    found = walk(sign_in(user, phone=True), limit=PHONE_ROLES[user])
    print(f"{user}: {found.report()}")  # noqa: T201
    assert not found.faults, "\n".join(found.faults)
