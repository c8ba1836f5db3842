"""Lines → paragraphs and tables. Hard line breaks inside words and across pages are healed here."""

import re
from dataclasses import dataclass, field
from itertools import chain

from .folding import Folded

CN = "一二三四五六七八九十百"
STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"第([{CN}\d]{{1,3}})(?:章|部分|篇|编)")),
    ("article", re.compile(rf"第([{CN}\d]{{1,3}})[条节]")),
    ("cn", re.compile(rf"([{CN}]{{1,3}})[、.](?!\d)")),
    ("cn_paren", re.compile(rf"[（〈〔]([{CN}]{{1,3}}|—)[）〉〕][、.]?")),
    ("num", re.compile(r"(\d{1,2})[.、](?![\d%])")),
    ("num_paren", re.compile(r"[（〈](\d{1,2})[）〉][、.]?|(\d{1,2})）")),
    ("circle", re.compile(r"([①②③④⑤⑥⑦⑧⑨⑩⑪⑫])")),
)
ATTACHMENT = re.compile(r"附(?:件|表|录)([\d一二三四五六七八九十]{0,2})(?:[：—-]\d{1,2})?[：.]?$")
_TERMINAL = "。！？：；!?"
_PAGE_NUMBER = re.compile(r"^[—\-－·\s]*\d{1,3}[—\-－·\s]*$|^第\d{1,3}页(?:[/，共]*\d*页?)?$|^-{3,}$")
_LOOK = 400  # characters of a growing paragraph that decide whether a line continues it
_OPEN, _CLOSE = "（“《〈〔", "）”》〉〕"


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: folded text and its offsets in the source."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Block:
    """A paragraph (``rows`` empty) or a table."""

    folded: Folded
    start: int
    end: int
    rows: list[list[Cell]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The folded text of a paragraph."""
        return self.folded.text


def numbering(text: str) -> tuple[str, re.Match[str]] | None:
    """Return the heading style and match at the start of ``text``, if it is numbered."""
    for name, pattern in STYLES:
        found = pattern.match(text)
        if found:
            return name, found
    return None


@dataclass(slots=True)
class _Open:
    """A paragraph still growing line by line; only its first and last characters are looked at meanwhile."""

    parts: list[Folded]
    head: str
    tail: str
    length: int

    @classmethod
    def of(cls, folded: Folded) -> "_Open":
        return cls([folded], folded.text[:_LOOK], folded.text[-_LOOK:], len(folded.text))

    def add(self, folded: Folded) -> None:
        self.parts.append(folded)
        self.head = (self.head + folded.text)[:_LOOK]
        self.tail = (self.tail + folded.text)[-_LOOK:]
        self.length += len(folded.text)

    def closed(self) -> Block:
        text = "".join(part.text for part in self.parts)
        origin = tuple(chain.from_iterable(part.origin for part in self.parts))
        return Block(Folded(text, origin), origin[0], origin[-1] + 1)


def blocks_of(source: str) -> list[Block]:
    """Split the source into paragraphs and tables, in order."""
    blocks: list[Block] = []
    growing: _Open | None = None
    offset = 0
    blank = True
    for line in source.splitlines(keepends=True):
        start, offset = offset, offset + len(line)
        row = _is_row(line)
        folded = Folded.of(source, start, offset)
        if not row and (not folded.text or _PAGE_NUMBER.match(folded.text)):
            blank = True
            continue
        indented = line[:1] in "\u3000 \t" and len(line) - len(line.lstrip()) >= 2
        if not row and growing and _continues(growing, folded.text, blank, indented, line):
            growing.add(folded)
        else:
            if growing:
                blocks.append(growing.closed())
            growing = None if row else _Open.of(folded)
        if row:
            _add_row(blocks, source, start, offset, line)
        blank = False
    if growing:
        blocks.append(growing.closed())
    return blocks


def _is_row(line: str) -> bool:
    stripped = line.strip()
    if stripped.startswith("|") and stripped.count("|") >= 2:
        return True
    return "\t" in stripped and len(stripped.split("\t")) >= 2


def _add_row(blocks: list[Block], source: str, start: int, end: int, line: str) -> None:
    separator = "\t" if "\t" in line.strip() else "|"
    cells: list[Cell] = []
    at = start
    for part in line.split(separator):
        folded = Folded.of(source, at, at + len(part))
        if folded.text:
            cells.append(Cell(folded.text, folded.origin[0], folded.origin[-1] + 1))
        elif not (separator == "|" and (at == start or at + len(part) >= end)):
            cells.append(Cell("", at, at))
        at += len(part) + 1
    if all(set(cell.text) <= set("-—：:") for cell in cells):
        return
    if blocks and blocks[-1].rows and not source[blocks[-1].end : start].strip():
        blocks[-1].rows.append(cells)
        blocks[-1].end = end
    else:
        blocks.append(Block(Folded("", ()), start, end, [cells]))


def _continues(last: _Open, text: str, blank: bool, indented: bool, line: str) -> bool:
    """Whether ``text`` goes on with the paragraph before it instead of starting a new one."""
    head, tail, length = last.head, last.tail, last.length
    if ATTACHMENT.match(text) or ATTACHMENT.match(head) or line.lstrip().startswith("#"):
        return False
    if re.match(r"(?:抄送|主送|联系人|附件|说明|注|备注)[：:]", text) or re.search(r"印发$", text):
        return False
    if re.fullmatch(r"20\d\d年\d{1,2}月\d{1,2}日", text):
        return False
    if re.search(r"的(?:通知|意见|通报|函|决定|公告|通告)$", tail) and length < 120:
        return False
    unclosed = _depth(tail) > 0
    if tail[-1] in _TERMINAL and not unclosed:
        return False
    if unclosed and length < _LOOK:
        return True
    if numbering(text) and not re.search(r"[\d第（]$", tail):
        return False
    if numbering(head) and length < 45 and "，" not in head[8:] and "。" not in head:
        return length >= 24 and len(text) <= 12 and "。" not in text and not blank
    if length < 22 and "，" not in head:
        return False
    return not (indented and blank)


def _depth(text: str) -> int:
    depth = 0
    for char in text[-160:]:
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE and depth:
            depth -= 1
    return depth
