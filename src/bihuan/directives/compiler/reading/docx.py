"""Word documents: paragraphs one a line, tables one row a line with tabs, automatic numbers written out."""

import zipfile
from collections import defaultdict
from xml.etree.ElementTree import Element

from .xml import part

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {
    f"{_W}del",
    f"{_W}moveFrom",
    f"{_W}instrText",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_CHINESE = "零一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def read(archive: zipfile.ZipFile) -> str:
    """Return the text of an opened .docx."""
    root = part(archive, "word/document.xml")
    names = archive.namelist()
    numbering, styles = (
        part(archive, n) if n in names else None for n in ("word/numbering.xml", "word/styles.xml")
    )
    numbers = _Numbers(numbering, styles)
    body = root.find(f"{_W}body")
    lines: list[str] = []
    _blocks(body if body is not None else root, lines, numbers)
    return "\n".join(lines) + "\n"


def _blocks(parent: Element, lines: list[str], numbers: "_Numbers") -> None:
    for child in parent:
        if child.tag == f"{_W}p":
            lines.extend((numbers.label(child) + _text(child)).split("\n"))
        elif child.tag == f"{_W}tbl":
            _table(child, lines)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}smartTag"):
            _blocks(child, lines, numbers)


def _table(table: Element, lines: list[str]) -> None:
    for row in table.iter(f"{_W}tr"):
        cells = [_cell(cell) for cell in row.findall(f"{_W}tc")]
        lines.append("\t".join(cells) if len(cells) > 1 else "".join(cells))


def _cell(cell: Element) -> str:
    return " ".join(
        filter(None, (_text(p).replace("\n", " ").replace("\t", " ").strip() for p in cell.iter(f"{_W}p")))
    )


def _text(paragraph: Element) -> str:
    out: list[str] = []
    _runs(paragraph, out)
    return "".join(out)


def _runs(element: Element, out: list[str]) -> None:
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == f"{_W}t":
            out.append(child.text or "")
        elif child.tag == f"{_W}tab":
            out.append(" ")
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            out.append("\n")
        elif child.tag != f"{_W}pPr":
            _runs(child, out)


class _Numbers:
    """Word's automatic numbering: counts per list and level, and the printed label."""

    def __init__(self, root: Element | None, styles: Element | None) -> None:
        self.styled: dict[str, Element] = {}
        for style in styles.findall(f"{_W}style") if styles is not None else ():
            found = style.find(f"{_W}pPr/{_W}numPr")
            if found is not None:
                self.styled[style.get(f"{_W}styleId") or ""] = found
        self.levels: dict[tuple[str, str], tuple[str, str, int]] = {}
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)
        if root is None:
            return
        abstracts = {a.get(f"{_W}abstractNumId"): a for a in root.findall(f"{_W}abstractNum")}
        for num in root.findall(f"{_W}num"):
            ref = num.find(f"{_W}abstractNumId")
            abstract = abstracts.get(ref.get(f"{_W}val")) if ref is not None else None
            if abstract is None:
                continue
            for level in abstract.findall(f"{_W}lvl"):
                key = (num.get(f"{_W}numId") or "", level.get(f"{_W}ilvl") or "0")
                self.levels[key] = (
                    _value(level, "numFmt"),
                    _value(level, "lvlText"),
                    int(_value(level, "start") or 1),
                )

    def label(self, paragraph: Element) -> str:
        """Return the number Word would print before the paragraph."""
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            properties = self.styled.get(style.get(f"{_W}val") or "") if style is not None else None
        if properties is None:
            return ""
        num, level = _value(properties, "numId"), _value(properties, "ilvl") or "0"
        found = self.levels.get((num, level))
        if not found or found[0] in ("bullet", "none"):
            return ""
        depth = int(level)
        counts = self.counts[num]
        counts[depth] = counts.get(depth, found[2] - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        text = found[1]
        for index in range(depth + 1):
            kind = self.levels.get((num, str(index)), found)[0]
            text = text.replace(f"%{index + 1}", _format(counts.get(index, 1), kind))
        return text


def _value(parent: Element, name: str) -> str:
    child = parent.find(f"{_W}{name}")
    return (child.get(f"{_W}val") or "") if child is not None else ""


def _format(value: int, kind: str) -> str:
    if kind.startswith(("chinese", "ideograph", "japaneseCounting", "taiwaneseCounting")):
        return _chinese(value)
    if kind.startswith("decimalEnclosedCircle") and 0 < value <= 20:
        return _CIRCLED[value - 1]
    if kind in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (value - 1) % 26)
        return letter if kind == "lowerLetter" else letter.upper()
    return str(value)


def _chinese(value: int) -> str:
    if not 0 < value < 100:
        return str(value)
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _CHINESE[tens] + "十"
    return head + (_CHINESE[ones] if ones else "")
