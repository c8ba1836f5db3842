"""What the pages are made of: served from here, understood by old browsers, every icon known."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

SOURCE = Path(settings.ROOT) / "src" / "bihuan"
STATIC = SOURCE / "foundation" / "web" / "static"
VENDOR = STATIC / "vendor"
OWN = [
    file
    for kind in ("*.html", "*.css", "*.js")
    for file in SOURCE.rglob(kind)
    if VENDOR not in file.parents and "node_modules" not in file.parts
]
NAMESPACES = ("http://www.w3.org/", "http://schemas.openxmlformats.org/")

# Chromium 88 / Firefox 91 / Safari 15 (design guide, section 2).
TOO_NEW = {
    "color-mix": re.compile(r"color-mix\("),
    ":has": re.compile(r":has\("),
    "@layer": re.compile(r"@layer\b"),
    "@container": re.compile(r"@container\b"),
    "oklch": re.compile(r"\bok(lch|lab)\("),
    "relative colour": re.compile(r"(rgb|hsl|lch|lab)a?\(\s*from\b"),
    "nesting": re.compile(r"\{[^{}]*[;{]\s*&"),
}


def css_files() -> list[Path]:
    return sorted([file for file in OWN if file.suffix == ".css"] + list(VENDOR.glob("*.css")))


def test_the_checks_can_fail() -> None:
    wrong = {
        "color-mix": "a{color:color-mix(in srgb, red, blue)}", ":has": "a:has(b){}", "@layer": "@layer x{}", "@container": "@container (x){}",
        "oklch": "a{color:oklch(1 1 1)}", "relative colour": "a{color:rgb(from red r g b)}", "nesting": "a{color:red;&:hover{}}",
    }  # fmt: skip
    assert all(TOO_NEW[name].search(text) for name, text in wrong.items())
    assert set(wrong) == set(TOO_NEW)


@pytest.mark.parametrize("file", css_files(), ids=lambda file: file.name)
def test_style_sheets_use_nothing_that_the_oldest_browser_lacks(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert [name for name, pattern in TOO_NEW.items() if pattern.search(text)] == []


def test_nothing_is_loaded_from_outside() -> None:
    found = [
        f"{file.relative_to(SOURCE)}: {address}"
        for file in OWN
        for address in re.findall(r"""https?://[^\s"'<>)]+|(?:src|href)=["']//[^"']+""", file.read_text(encoding="utf-8"))
        if not address.startswith(NAMESPACES)
    ]
    assert found == []


def test_vendored_style_sheets_load_nothing_from_outside() -> None:
    for file in VENDOR.glob("*.css"):
        assert re.findall(r"""(?:url\(\s*["']?|@import\s+["'])(?:https?:)?//""", file.read_text(encoding="utf-8")) == [], file.name


def test_templates_hold_no_inline_script_or_handler() -> None:
    faults = []
    for file in OWN:
        if file.suffix == ".html":
            text = file.read_text(encoding="utf-8")
            inline = [tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag]
            faults += [f"{file.name}: {hit}" for hit in inline + re.findall(r"<[^>]*\son[a-z]+\s*=\s*[\"'][^\"']*[\"']", text)]
    assert faults == []


def test_every_icon_used_is_listed() -> None:
    lines = (Path(settings.ROOT) / "icons.txt").read_text(encoding="utf-8").splitlines()
    listed = {line for line in lines if line and not line.startswith("#")}
    assert lines[1:] == sorted(lines[1:]), "keep icons.txt in alphabetical order"
    used: dict[str, str] = {}
    for file in [file for file in OWN if file.suffix == ".html"] + list(SOURCE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        names = re.findall(r"""\{% icon ["']([a-z0-9-]+)["']""", text) + re.findall(r"""\bicon_svg\(["']([a-z0-9-]+)["']""", text)
        if file.suffix == ".py":
            names += re.findall(r"""\bicon=["']([a-z0-9-]+)["']""", text)
        used.update(dict.fromkeys(names, str(file.relative_to(SOURCE))))
    assert {name: place for name, place in used.items() if name not in listed} == {}


def test_packages_are_pinned_exactly_and_the_lock_names_no_registry() -> None:
    package = json.loads((Path(settings.ROOT) / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((Path(settings.ROOT) / "package-lock.json").read_text(encoding="utf-8"))
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["dependencies"].values())
    entries = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("integrity" in entry and "resolved" not in entry for entry in entries.values())
    assert {name: entries[f"node_modules/{name}"]["version"] for name in package["dependencies"]} == package["dependencies"]


def test_every_template_compiles() -> None:
    folders = [folder for folder in SOURCE.rglob("templates") if folder.is_dir()]
    names = [str(file.relative_to(folder)) for folder in folders for file in folder.rglob("*.html")]
    assert len(names) > 30
    for name in names:
        get_template(name)


@pytest.mark.skipif(not VENDOR.exists(), reason="script/vendor has not run in this checkout")
def test_vendored_files_carry_licences_and_no_source_map() -> None:
    licences = {file.stem for file in (VENDOR / "licences").iterdir()}
    assert {"bootstrap", "htmx.org", "htmx-ext-sse", "alpinejs-csp", "echarts", "flatpickr", "signature_pad", "jsqr", "tabler-icons"} <= licences
    for file in [*VENDOR.glob("*.js"), *VENDOR.glob("*.css")]:
        assert b"sourceMappingURL" not in file.read_bytes(), file.name
