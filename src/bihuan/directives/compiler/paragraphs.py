"""Lines → paragraphs and tables. Hard line breaks inside words and across pages are healed here."""

import re
from dataclasses import dataclass, field

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


def blocks_of(source: str) -> list[Block]:
    """Split the source into paragraphs and tables, in order."""
    blocks: list[Block] = []
    offset = 0
    blank = True
    for line in source.splitlines(keepends=True):
        start, offset = offset, offset + len(line)
        if _is_row(line):
            _add_row(blocks, source, start, offset, line)
            blank = False
            continue
        folded = Folded.of(source, start, offset)
        if not folded.text or _PAGE_NUMBER.match(folded.text):
            blank = True
            continue
        indented = line[:1] in "\u3000 \t" and len(line) - len(line.lstrip()) >= 2
        last = blocks[-1] if blocks else None
        if last is not None and not last.rows and _continues(last, folded.text, blank, indented, line):
            last.folded, last.end = last.folded.joined(folded), folded.origin[-1] + 1
        else:
            blocks.append(Block(folded, folded.origin[0], folded.origin[-1] + 1))
        blank = False
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


def _continues(last: Block, text: str, blank: bool, indented: bool, line: str) -> bool:
    """Whether ``text`` goes on with the paragraph before it instead of starting a new one."""
    before = last.text
    if ATTACHMENT.match(text) or ATTACHMENT.match(before) or line.lstrip().startswith("#"):
        return False
    if re.match(r"(?:抄送|主送|联系人|附件|说明|注|备注)[：:]", text) or re.search(r"印发$", text):
        return False
    if re.fullmatch(r"20\d\d年\d{1,2}月\d{1,2}日", text):
        return False
    if re.search(r"的(?:通知|意见|通报|函|决定|公告|通告)$", before) and len(before) < 120:
        return False
    unclosed = _depth(before) > 0
    if before[-1] in _TERMINAL and not unclosed:
        return False
    if unclosed and len(before) < 400:
        return True
    if numbering(text) and not re.search(r"[\d第（]$", before):
        return False
    if numbering(before) and len(before) < 45 and "，" not in before[8:] and "。" not in before:
        return len(before) >= 24 and len(text) <= 12 and "。" not in text and not blank
    if len(before) < 22 and "，" not in before:
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
