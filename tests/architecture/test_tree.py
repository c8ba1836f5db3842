"""Names, sizes and docstrings."""

from __future__ import annotations

import ast
import re

from tests.architecture.tree import ROOT, SOURCE, modules, packages, parsed, shown

DRAWERS = {"utils", "util", "helpers", "helper", "common", "core", "misc"}
LONGEST_FILE = 400


def test_no_drawer_modules() -> None:
    found = [shown(path) for path in SOURCE.rglob("*") if path.stem in DRAWERS and path.suffix in {"", ".py"}]
    assert not found, f"a module is named after what it is about: {found}"


def test_no_file_is_longer_than_one_can_read() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(tests=True)}
    too_long = sorted(((lines, name) for name, lines in lengths.items() if lines > LONGEST_FILE), reverse=True)
    assert not too_long, f"split into a folder of the same name: {too_long}"


def test_every_package_says_what_it_is_for() -> None:
    mute = [shown(folder) for folder in packages() if ast.get_docstring(parsed(folder / "__init__.py")) is None]
    # A folder of template tags, tests or commands is explained by what it lies in.
    mute = [name for name in mute if name.rsplit("/", 1)[1] not in {"templatetags", "tests", "management", "commands"}]
    assert not mute, f"__init__.py without a docstring: {mute}"


def test_late_imports_only_where_a_command_is_costly() -> None:
    late = [
        shown(path)
        for path in modules()
        if "PLC0415" in path.read_text(encoding="utf-8") and path.name not in {"cli.py", "apps.py"} and "cli" not in path.parts
    ]
    assert not late, f"imports belong at the top of the file (noqa: PLC0415 in {late})"


ADDRESS = re.compile(r"""(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+""", re.IGNORECASE)
# Names of XML vocabularies are identifiers: nothing is fetched from them.
VOCABULARIES = re.compile(r"https?://(www\.w3\.org|schemas\.(openxmlformats|microsoft)\.)")


def test_pages_ask_nothing_of_the_outside() -> None:
    found = []
    for path in SOURCE.rglob("*"):
        inside = {"templates", "static"} & set(path.parts)
        if not inside or "vendor" in path.parts or path.suffix not in {".html", ".css", ".js", ".svg", ".txt"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if ADDRESS.search(VOCABULARIES.sub("", line)):
                found.append(f"{shown(path)}:{number}")
    assert not found, f"pages must work offline; addresses outside in {found}"


def test_scripts_are_executable_and_named_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("demo", "test", "server", "lint", "requirements", "bench"):
        path = ROOT / "script" / name
        assert path.stat().st_mode & 0o111, f"{name} is not executable"
        assert f"script/{name}" in readme, f"README.md does not name script/{name}"
