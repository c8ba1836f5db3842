"""Records which tests with `requirement` and `scenario` marks passed, for script/requirements.

The file is JSON: {"tests": {node id: {"requirements": [...], "scenarios": [...], "outcome": "passed"}}}.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

PROPERTIES = {"requirement": "requirements", "scenario": "scenarios"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--requirements-record`."""
    parser.addoption("--requirements-record", metavar="FILE", help="write the outcome of marked tests as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Start the record where results arrive: in the only process or in the one that hands out tests."""
    path = config.getoption("--requirements-record")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Record(Path(path)), "requirement-record")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the marks on the reports, so that they reach the record from other processes too."""
    for item in items:
        for name in PROPERTIES:
            for mark in item.iter_markers(name):
                item.user_properties.extend((name, str(argument)) for argument in mark.args)


class Record:
    """Collects the outcomes of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tests: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test has passed when its call passed and neither set-up nor tear-down failed."""
        marks = [(PROPERTIES[key], value) for key, value in report.user_properties if key in PROPERTIES]
        if not marks:
            return
        entry = self.tests.setdefault(report.nodeid, {"requirements": [], "scenarios": [], "outcome": "not run"})
        for key, value in marks:
            if value not in entry[key]:
                entry[key].append(value)
        if report.failed:
            entry["outcome"] = "failed"
        elif report.skipped and entry["outcome"] != "failed":
            entry["outcome"] = "skipped"
        elif report.when == "call" and entry["outcome"] == "not run":
            entry["outcome"] = "passed"

    def pytest_sessionfinish(self) -> None:
        """Write the file, also when tests failed."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"tests": self.tests}, ensure_ascii=False, indent=1, sort_keys=True)
        self.path.write_text(text + "\n", encoding="utf-8")
