"""What script/requirements calls proven was proven: the record of a run, and how it is read."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.tree import ROOT

SAMPLE = """
import pytest

@pytest.mark.requirement("HAZ-1", "HAZ-2")
def test_good(): pass

@pytest.mark.requirement("HAZ-3")
@pytest.mark.scenario("12")
def test_bad(): assert False

@pytest.mark.requirement("HAZ-4")
@pytest.mark.skip(reason="x")
def test_skipped(): pass

@pytest.fixture
def breaks_afterwards():
    yield
    raise RuntimeError

@pytest.mark.requirement("HAZ-5")
def test_that_leaves_a_mess(breaks_afterwards): pass

def test_of_nothing(): pass
"""


@pytest.mark.parametrize("processes", ["0", "2"])
def test_record_tells_what_passed_in_one_and_in_several_processes(tmp_path: Path, processes: str) -> None:
    (tmp_path / "test_sample.py").write_text(SAMPLE, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    requirement: x\n    scenario: x\n", encoding="utf-8")
    record = tmp_path / "record.json"
    command = ["-m", "pytest", "-p", "tests.support.requirement_record", "-p", "no:django", "-n", processes, "--requirements-record", str(record), "."]
    subprocess.run([sys.executable, *command], cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}, capture_output=True, check=False)
    tests = json.loads(record.read_text(encoding="utf-8"))["tests"]
    found = {node.split("::")[1]: (entry["requirements"], entry["outcome"]) for node, entry in tests.items()}
    assert found == {
        "test_good": (["HAZ-1", "HAZ-2"], "passed"),
        "test_bad": (["HAZ-3"], "failed"),
        "test_skipped": (["HAZ-4"], "skipped"),
        "test_that_leaves_a_mess": (["HAZ-5"], "failed"),
    }
    assert tests["test_sample.py::test_bad"]["scenarios"] == ["12"]


@pytest.fixture
def trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("trace_requirements", ROOT / "script/trace_requirements.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "RECORDS", tmp_path)
    return module


def put(folder: Path, part: str, **outcomes: str) -> None:
    """Write one part's record: test name to outcome; a test proves the row of its own name."""
    tests = {name: {"requirements": [name.split("_")[0]], "scenarios": [], "outcome": outcome} for name, outcome in outcomes.items()}
    (folder / f"{part}.json").write_text(json.dumps({"tests": tests}), encoding="utf-8")


def test_a_failure_on_one_database_outweighs_a_pass_on_the_other(trace: ModuleType, tmp_path: Path) -> None:
    put(tmp_path, "sqlite", A_x="passed", B_x="passed", C_x="skipped", D_x="skipped", E_x="passed", E_y="failed")
    put(tmp_path, "postgres", A_x="passed", B_x="failed", C_x="passed")
    passed, others = trace.outcomes("requirements")
    states = {row: trace.state(row, passed, others) for row in "ABCDEF"}
    assert states == {"A": "proven", "B": "failing", "C": "proven", "D": "failing", "E": "failing", "F": "untested"}
