"""OFD (GB/T 33190): text objects of each page, put back into lines by their place on the page."""

import posixpath
import zipfile
from xml.etree.ElementTree import Element

from ..errors import CompileError
from .xml import part

_LINE_TOLERANCE = 1.5  # millimetres: text whose base lines differ by less stands on one line


def read(archive: zipfile.ZipFile) -> str:
    """Return the text of an opened .ofd. Raises CompileError: encrypted, damaged."""
    names = set(archive.namelist())
    if any(name.rsplit("/", 1)[-1].lower().startswith("encrypt") for name in names):
        raise CompileError("encrypted")
    pages: list[str] = []
    for root_name in _texts(part(archive, "OFD.xml"), "DocRoot"):
        root_path = root_name.strip().lstrip("/")
        document = part(archive, root_path)
        folder = posixpath.dirname(root_path)
        for page in (e for e in document.iter() if _local(e) == "Page" and e.get("BaseLoc")):
            location = _resolve(folder, page.get("BaseLoc") or "", names)
            if location:
                pages.append(_page(part(archive, location)))
    return "\n\n".join(pages)


def _resolve(folder: str, location: str, names: set[str]) -> str | None:
    candidates = (location.lstrip("/"), posixpath.normpath(posixpath.join(folder, location)))
    return next((c for c in candidates if c in names), None)


def _local(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _texts(root: Element, name: str) -> list[str]:
    return [e.text for e in root.iter() if _local(e) == name and e.text]


def _page(root: Element) -> str:
    placed: list[tuple[float, float, str]] = []
    for element in root.iter():
        if _local(element) != "TextObject":
            continue
        x, y = _corner(element.get("Boundary") or "")
        for code in (e for e in element if _local(e) == "TextCode"):
            placed.append((y + _number(code.get("Y")), x + _number(code.get("X")), code.text or ""))
    placed.sort(key=lambda item: (item[0], item[1]))
    lines: list[list[tuple[float, float, str]]] = []
    for item in placed:
        if lines and item[0] - lines[-1][0][0] <= _LINE_TOLERANCE:
            lines[-1].append(item)
        else:
            lines.append([item])
    return "\n".join("".join(text for _, _, text in sorted(line, key=lambda i: i[1])) for line in lines)


def _corner(boundary: str) -> tuple[float, float]:
    values = [_number(v) for v in boundary.split()]
    return (values[0], values[1]) if len(values) >= 2 else (0.0, 0.0)


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
