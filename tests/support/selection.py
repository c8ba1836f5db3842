"""Chooses the tests of a run: by database kind and by the presence of a browser."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.test import TransactionTestCase

from tests.support.chromium import find_chromium

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--database-only`, for the second run on another database."""
    parser.addoption("--database-only", action="store_true", help="only tests that touch the database")


def uses_database(item: pytest.Item) -> bool:
    """Whether the test opens the database."""
    cls = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or bool(DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ())))
        or (isinstance(cls, type) and issubclass(cls, TransactionTestCase))
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run is not about; skip, with the reason, what this machine cannot do."""
    if config.getoption("--database-only"):
        left_out = [item for item in items if not uses_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if uses_database(item)]
    on_postgres = "postgresql" in settings.DATABASES["default"]["ENGINE"]
    browser = find_chromium()
    for item in items:
        if item.get_closest_marker("postgres") and not on_postgres:
            item.add_marker(pytest.mark.skip(reason="需要 PostgreSQL（script/test 会在可用时运行）"))
        if item.get_closest_marker("browser"):
            # Playwright's own event loop makes Django take this thread for an asynchronous one.
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
            if browser is None:
                item.add_marker(pytest.mark.skip(reason="未找到 Chromium，可用 CHROMIUM 指定"))
