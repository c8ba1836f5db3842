"""The edge stays light: gateway imports wire and nothing else of ours, wire imports two libraries, neither needs Django."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import bihuan

ROOT = Path(bihuan.__file__).parent
ALLOWED = {
    "wire": ({"bihuan.wire"}, {"msgspec", "cryptography"}),
    "gateway": (
        {"bihuan.wire", "bihuan.gateway"},
        {"msgspec", "cryptography", "httpx", "aiomqtt", "asyncua", "serial"},
    ),
}


def imports(path):
    """Every module a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("package", ALLOWED)
def test_imports(package):
    ours, libraries = ALLOWED[package]
    files = [path for path in (ROOT / package).rglob("*.py") if "tests" not in path.parts]
    assert len(files) > 15
    for path in files:
        for name in imports(path):
            top = name.split(".")[0]
            if top == "bihuan":
                assert any(name == one or name.startswith(f"{one}.") for one in ours), f"{path}: {name}"
            else:
                assert top in sys.stdlib_module_names | libraries, f"{path}: {name}"


def test_the_agent_starts_without_django():
    code = "import sys, bihuan.gateway.main; sys.exit('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, check=False)
    assert done.returncode == 0
