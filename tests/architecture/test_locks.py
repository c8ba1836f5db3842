"""What pyproject.toml asks for is locked, with hashes and without the address of any index."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {
    "requirements.lock": PROJECT["dependencies"],
    "requirements-test.lock": [*PROJECT["dependencies"], *EXTRAS["test"], *EXTRAS["gateway"]],
    "requirements-build.lock": EXTRAS["build"],
    "requirements-node.lock": EXTRAS["node"],
}


def pins(name: str) -> dict[str, str]:
    """Package to version."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {canonicalize_name(found[1]): found[2] for found in re.finditer(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE)}


@pytest.mark.parametrize("name", LOCKS)
def test_lock_satisfies_what_the_project_asks_for(name: str) -> None:
    locked = pins(name)
    missing = []
    for line in LOCKS[name]:
        wanted = Requirement(line)
        version = locked.get(canonicalize_name(wanted.name))
        if version is None or not wanted.specifier.contains(version, prereleases=True):
            missing.append(line)
    assert not missing, f"{name} does not fit pyproject.toml, run script/lock: {missing}"


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^--(index|extra-index|find-links)", text, re.MULTILINE)
    for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_locks_agree_on_versions() -> None:
    seen: dict[str, str] = {}
    for name in LOCKS:
        for package, version in pins(name).items():
            assert seen.setdefault(package, version) == version, f"{package} differs in {name}"
