"""Fixtures of the hazard tests."""

import pytest

from bihuan.hazards.tests.factories import Stage
from bihuan.hazards.tests.factories import stage as build


@pytest.fixture
def stage(db: None) -> Stage:
    """The cast with its firms."""
    return build()
