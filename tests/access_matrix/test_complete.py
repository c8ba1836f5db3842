"""The matrix lists every door, and every door names what it asks for."""

from __future__ import annotations

import pytest

from bihuan.foundation.access.registry import capabilities
from bihuan.foundation.lib.commands import OPERATOR
from tests.access_matrix import matrix
from tests.access_matrix.doors import described_operations, found_operations, pages_without_address

HINT = "run `python -m tests.access_matrix.update`, read the diff, fill in what it asks for"


@pytest.mark.parametrize("section", ["pages", "operations", "commands"])
def test_every_door_is_in_the_matrix_as_the_code_has_it(section: str) -> None:
    found = matrix.merged(section, matrix.found()[section])
    assert found == matrix.read()[section], HINT


@pytest.mark.parametrize("section", ["pages", "operations", "commands"])
def test_every_door_names_a_known_capability_and_its_record(section: str) -> None:
    known = {*capabilities(), "signed_in", "public", OPERATOR}
    faults = [
        f"{row}: capability {row.capability!r}, record {row.record!r}, with {row.parts}" for row in matrix.rows(section)
        if row.capability not in known or "?" in (row.record, *row.parts.values())
    ]  # fmt: skip
    assert not faults, HINT


def test_no_page_class_is_without_an_address() -> None:
    assert pages_without_address() == []


def test_the_api_answers_only_what_a_scoped_router_declared() -> None:
    assert described_operations() == {door.name for door in found_operations()}
