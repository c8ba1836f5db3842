"""The stage of the inspection tests, and browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from bihuan.foundation.tenancy.tests.factories import Cast, cast
from bihuan.inspections.tests.factories import Stage, build_stage


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def stage(people: Cast) -> Stage:
    return build_stage(people)


@pytest.fixture
def browser_of(people: Cast) -> Callable[[str], Client]:
    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(people.user[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
