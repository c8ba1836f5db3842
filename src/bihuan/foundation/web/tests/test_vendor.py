"""script/vendor: what it copies, and the sentence it says when it cannot."""

from __future__ import annotations

import json
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script over an invented checkout with all packages installed."""
    loader = SourceFileLoader("vendor_script", str(Path(settings.ROOT) / "script" / "vendor"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    script: Any = module_from_spec(spec)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    loader.exec_module(script)
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(script, "TARGET", tmp_path / "static" / "vendor")
    monkeypatch.setattr(script, "STAMP", tmp_path / "static" / "vendor" / ".stamp")
    monkeypatch.setattr("sys.argv", ["vendor"])
    (tmp_path / "script").mkdir()
    (tmp_path / "script" / "vendor").write_text("#")
    (tmp_path / "icons.txt").write_text("# names\nplus\n")
    lock = json.dumps({"packages": {"": {}, "node_modules/bootstrap": {"version": "5.3.9"}}})
    (tmp_path / "package-lock.json").write_text(lock)
    for source in [*script.FILES.values(), *(f"{package}/package.json" for package in script.PACKAGES), f"{script.ICONS}/plus.svg"]:
        file = tmp_path / "node_modules" / source
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('{"version": "1.0.0", "license": "MIT"}' if source.endswith("package.json") else "x\n//# sourceMappingURL=x.map\n")
    (tmp_path / "node_modules" / ".package-lock.json").write_text(lock)
    return script


def test_it_copies_without_source_maps_and_is_then_up_to_date(vendor: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert vendor.main() == 0
    assert (vendor.TARGET / "htmx.min.js").read_bytes() == b"x\n"
    assert (vendor.TARGET / "icons" / "plus.svg").exists()
    assert (vendor.TARGET / "licences" / "alpinejs-csp.txt").read_text() == "@alpinejs/csp 1.0.0: MIT\n"
    assert vendor.up_to_date()
    capsys.readouterr()
    assert vendor.main() == 0
    assert capsys.readouterr().out == ""


def test_a_changed_list_of_icons_makes_it_copy_again(vendor: Any) -> None:
    vendor.main()
    (vendor.ROOT / "icons.txt").write_text("plus\nminus\n")
    assert not vendor.up_to_date()


def test_an_unknown_icon_is_named_and_the_old_copy_stays(vendor: Any, capsys: pytest.CaptureFixture[str]) -> None:
    vendor.main()
    (vendor.ROOT / "icons.txt").write_text("pluss\n")
    assert vendor.main() == 1
    assert capsys.readouterr().err == "script/vendor: icons.txt: Tabler has no outline icon named 'pluss'\n"
    assert (vendor.TARGET / "icons" / "plus.svg").exists()


def test_a_machine_without_npm_is_told_what_to_do(vendor: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (vendor.MODULES / ".package-lock.json").unlink()
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("sys.executable", str(vendor.ROOT / "bin" / "python"))
    assert vendor.main() == 1
    error = capsys.readouterr().err
    assert "npm was not found" in error
    assert error.count("\n") == 1
